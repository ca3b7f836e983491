/** Handles the workflow commands that a step prints, as a runner does: applies masks without showing them, and formats the rest for people. */

const decoded = (text: string) =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')

/** Converts lines of a step for a terminal, one by one, and remembers masks. `undefined`: nothing to show. */
export function terminal(): (line: string) => string | undefined {
  const masks: string[] = []
  const masked = (text: string) => masks.reduce((shown, mask) => shown.replaceAll(mask, '***'), text)
  return (line) => {
    const command = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/.exec(line)
    if (!command) return masked(line)
    const [, name = '', properties = '', message = ''] = command
    const text = masked(decoded(message))
    if (name === 'group') return `\n== ${text}`
    if (name === 'error' || name === 'warning' || name === 'notice') {
      const values = Object.fromEntries(properties.split(',').map((property) => property.split('=')))
      const place = values.file ? ` (${decoded(values.file)}${values.line ? `:${values.line}` : ''})` : ''
      return `${name}: ${text}${place}`
    }
    if (name === 'add-mask') masks.push(decoded(message))
    return undefined
  }
}

/** The errors that a step printed, one line each, with its masks applied. */
export function errorsIn(log: string): string[] {
  const show = terminal()
  const shown = log.split('\n').flatMap((line) => show(line) ?? [])
  return shown.flatMap((text) => /^error: (.*)/.exec(text)?.[1] ?? [])
}

/** A job summary as text for a terminal: without HTML tags, and with decoded entities. */
export function readable(markdown: string): string {
  return markdown
    .replaceAll('<br>', ', ')
    .replace(/<\/?(details|summary|pre)( open)?>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** The unfolded part of a summary: the table of images, and failures. */
export function headOf(summary: string): string {
  return summary.split(/^<details>/m)[0]?.trim() ?? ''
}
