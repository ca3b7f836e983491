/** Takes secrets out of text on its way to a log, a file or a summary. */
import type { Environment } from './environment.js'

/** Gives a text without secrets. */
export type Redact = (text: string) => string

/** Names of environment variables whose values are secrets. */
const SECRET_NAMES =
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|CONTAINER_AUTHORIZATION_TOKEN)$/

const PROXY_NAMES = /^((https?|all)_proxy|input_build-proxy)$/i

/** The secrets that an environment holds. Very short values are left out: masking them would blacken ordinary text. */
export function secretsIn(env: Environment): string[] {
  return Object.entries(env)
    .flatMap(([name, value = '']) =>
      SECRET_NAMES.test(name) ? [value] : PROXY_NAMES.test(name) ? proxySecrets(value) : [],
    )
    .filter((secret) => secret.length >= 6)
}

/** User and password of a proxy's address, as they stand there, and decoded. */
function proxySecrets(address: string): string[] {
  const [, credentials = ''] = /^(?:\w+:\/\/)?([^/\s]*)@/.exec(address.trim()) ?? []
  const password = credentials.slice(credentials.indexOf(':') + 1)
  const decoded = (text: string) => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return [...new Set([credentials, decoded(credentials), password, decoded(password)])]
}

const KEY_IN_ONE_LINE = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/g
const KEY_BEGINS = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*$/
const KEY_ENDS = /-----END [A-Z ]*PRIVATE KEY-----/
const KEY_BODY = /[A-Za-z0-9+/]{16,}={0,2}/g
/** A key that does not end after so many lines was cut off; what follows is shown again. */
const MAX_KEY_LINES = 120

/**
 * A redactor for one stream, fed line by line: it remembers that it stands within a private key.
 *
 * A key within one line (Packer writes line ends as a literal `\n`) and the lines of a key over many lines both
 * become `***`.
 */
export function redactor(secrets: readonly string[]): Redact {
  const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length)
  let keyLinesLeft = 0
  return (text) => {
    let clean = text.replace(KEY_IN_ONE_LINE, '***')
    if (keyLinesLeft > 0) {
      keyLinesLeft = KEY_ENDS.test(clean) ? 0 : keyLinesLeft - 1
      clean = clean.replace(KEY_BODY, '***')
    }
    if (KEY_BEGINS.test(clean)) {
      clean = clean.replace(KEY_BEGINS, '***')
      keyLinesLeft = MAX_KEY_LINES
    }
    for (const secret of longestFirst) clean = clean.replaceAll(secret, '***')
    return clean
  }
}
