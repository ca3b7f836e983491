import * as core from '@actions/core'

/** What people read while the action works. */
export interface Log {
  info(line: string): void
  /** With file and line, an annotation at that place. */
  error(message: string, place?: { file?: string; line?: number; title?: string }): void
  warning(message: string, place?: { title?: string }): void
  debug(line: string): void
  group(title: string): void
  endGroup(): void
  /** Never to be shown again in any log. */
  mask(secret: string): void
}

/** GitHub cuts an annotation's message at this many characters. */
const MAX_MESSAGE = 4096

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g

/**
 * Text from elsewhere as one harmless line part: no colours, no control characters, and nothing that the runner
 * would take for a workflow command (`::command::` at the start of a line, `##[command]` anywhere in it).
 */
export function harmless(text: string): string {
  return text
    .replace(CONTROL, '')
    .replace(/^(\s*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '# #[')
}

/** Shortens text to `limit` characters, saying so. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 2)} …`
}

/** The runner's log. `mask` also hides the secret from what this log prints outside of GitHub. */
export function actionsLog(): Log {
  const secrets = new Set<string>()
  const clean = (text: string): string => {
    let result = harmless(text)
    for (const secret of secrets) result = result.replaceAll(secret, '***')
    return result
  }
  return {
    info: (line) => core.info(clean(line)),
    error: (message, place = {}) => core.error(shorten(clean(message), MAX_MESSAGE), annotation(place)),
    warning: (message, place = {}) => core.warning(shorten(clean(message), MAX_MESSAGE), annotation(place)),
    debug: (line) => {
      if (core.isDebug()) core.debug(clean(line))
    },
    group: (title) => core.startGroup(clean(title)),
    endGroup: () => core.endGroup(),
    mask: (secret) => {
      if (secret === '' || secrets.has(secret)) return
      secrets.add(secret)
      core.setSecret(secret)
    },
  }
}

function annotation(place: { file?: string; line?: number; title?: string }): core.AnnotationProperties {
  return {
    ...(place.title === undefined ? {} : { title: place.title }),
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.line === undefined ? {} : { startLine: place.line }),
  }
}
