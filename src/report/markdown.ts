/** Foreign text as plain text on one line of GitHub's markdown, also in a table cell. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@$:]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A table of markdown cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Folded markdown. `title` is HTML. */
export function folded(title: string, text: string): string {
  // Without the blank lines, GitHub reads the text as HTML.
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`
}

/** Text as a label of a mermaid diagram, without mermaid's own characters. */
export function label(text: string): string {
  return (
    text
      .replace(/[^\p{L}\p{N} ._/-]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim() || '-'
  )
}

/**
 * Cuts sections to `limit` bytes in total: whole sections in order, then a note on the missing ones.
 *
 * @param why the reason, and where the rest is
 */
export function within(
  sections: readonly { title: string; text: string }[],
  limit: number,
  why: { readonly limit: string; readonly rest: string } = {
    limit: 'a summary may have 1 MiB',
    rest: 'The report directory has everything.',
  },
): string {
  const missing: string[] = []
  let result = ''
  for (const { title, text } of sections) {
    const next = `${result}${text}\n\n`
    if (Buffer.byteLength(next) + 400 <= limit) result = next
    else missing.push(title)
  }
  return missing.length === 0
    ? result
    : `${result}_Left out, because ${why.limit}: ${missing.slice(0, 10).map(plain).join(', ')}. ${why.rest}_\n`
}
