import * as core from '@actions/core'

/** The log for people. */
export interface Log {
  info(line: string): void
  /** With file and line, an annotation at that place. */
  error(message: string, place?: { file?: string; line?: number; title?: string }): void
  warning(message: string, place?: { title?: string }): void
  debug(line: string): void
  group(title: string): void
  endGroup(): void
  /** Masks a secret in all logs. */
  mask(secret: string): void
}

/** GitHub's limit for an annotation's message, in characters. */
const MAX_MESSAGE = 4096

// biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for control characters
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/**
 * Makes foreign text harmless as a part of a line: removes colours and control characters, and breaks up workflow commands of the runner
 * (`::command::` at the start of a line, `##[command]` anywhere in it).
 */
export function harmless(text: string): string {
  return text
    .replace(CONTROL, '')
    .replace(/^(\s*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '# #[')
}

/** Shortens text to `limit` characters, with a note. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 2)} …`
}

/** The runner's log. `mask` also hides the secret outside of GitHub. */
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
