/** Removes secrets from text for logs, files and summaries. */
import type { Environment } from './environment.js'

export type Redact = (text: string) => string

/** Names of environment variables with secrets. */
const SECRET_NAMES =
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|CONTAINER_AUTHORIZATION_TOKEN)$/

const PROXY_NAMES = /^((https?|all)_proxy|input_build-proxy)$/i

/** The secrets in an environment, without very short values: masking those would hide ordinary text. */
export function secretsIn(env: Environment): string[] {
  return Object.entries(env)
    .flatMap(([name, value = '']) =>
      SECRET_NAMES.test(name) ? [value] : PROXY_NAMES.test(name) ? proxySecrets(value) : [],
    )
    .filter((secret) => secret.length >= 6)
}

/** User and password in a proxy's address, encoded and decoded. */
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
/** Lines after which an unfinished key counts as cut off, and text is shown again. */
const MAX_KEY_LINES = 120

/**
 * A redactor for one stream, line by line. It remembers when it is within a private key. It also finds secrets as Packer's machine-readable
 * output writes them, with `%!(PACKER_COMMA)` for a comma.
 *
 * A key in a single line (Packer writes line ends as a literal `\n`) becomes `***`, and so does each line of a longer one.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = secrets.flatMap((secret) => [secret, secret.replaceAll(',', '%!(PACKER_COMMA)')])
  const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length)
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
