/** The plan for people: the job summary and the comment on a pull request. Pure. */

import { describeDigest } from '../../plan/digest.js'
import type { Estimate } from '../../report/cost/estimate.js'
import { estimateSection } from '../../report/cost/words.js'
import { plain, table, within } from '../../report/markdown.js'
import { versionTables } from '../../report/versions.js'
import type { Verdict } from './verdict.js'

/** A workflow finds its own comment by this. */
const MARKER = '<!-- k8s-image-action plan -->'
/** GitHub rejects longer comments. */
const LIMIT = 65_536

/** Most rows of a table; the outputs have all. */
const MAX_ROWS = 200

const WORDS: Readonly<Record<Verdict['action'], string>> = {
  build: '**build**',
  test: '**test again**',
  publish: '**publish**',
  nothing: 'nothing',
}

/** At most 65,536 bytes: whole sections are left out, and named. */
export function comment(verdicts: readonly Verdict[], cost: Estimate = { unknown: [] }): string {
  const count = verdicts.filter(({ work }) => work).length
  const head = `${MARKER}\n## Kubernetes node images: ${count === 0 ? 'nothing to do' : `${count} of ${verdicts.length} to do`}\n\n`
  const sections = [
    { title: 'what happens', text: fates(verdicts) },
    { title: 'versions', text: versions(verdicts) },
    { title: 'regions', text: regions(verdicts) },
    { title: 'the cost', text: estimateSection(cost) },
  ].filter(({ text }) => text !== '')
  const rest = within(sections, LIMIT - Buffer.byteLength(head), {
    limit: 'a comment may have 65,536 characters',
    rest: 'The output `images` has everything.',
  })
  return head + rest
}

function fates(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ image, action, reason, last, wanted }) => [
    `${plain(image.key)}${wanted.required ? '' : ' (optional)'}`,
    WORDS[action],
    `${plain(reason)}${last === undefined ? '' : `, since \`${last.id}\``}`,
  ])
  return withRest(table(['Image', 'What happens', 'Why'], rows.slice(0, MAX_ROWS)), rows.length)
}

function versions(verdicts: readonly Verdict[]): string {
  const images = verdicts.slice(0, MAX_ROWS).map(({ image, digest }) => ({ ...image, key: plain(image.key), digest }))
  const missing = verdicts.some(({ digest }) => digest === undefined)
  const why = `${describeDigest(undefined)}, because there is no AWS account (or it is a rehearsal).`
  return `### Versions\n\n${withRest(versionTables(images), verdicts.length)}${missing ? `\n\n${why}` : ''}`
}

/** Regions by image; images with the same regions share a line. */
function regions(verdicts: readonly Verdict[]): string {
  const groups = new Map<string, string[]>()
  for (const { image, regions: list, wanted } of verdicts) {
    const all =
      wanted.inputs.amiRegions === 'all' && list.length === 1
        ? `${list[0]}, and every region that is enabled`
        : list.join(', ')
    groups.set(all, [...(groups.get(all) ?? []), image.key])
  }
  const rows = [...groups].map(([list, images]) => [plain(images.join(', ')), plain(list)])
  return `### Regions\n\nThe first is the build region.\n\n${withRest(table(['Images', 'Regions'], rows.slice(0, MAX_ROWS)), rows.length)}`
}

function withRest(text: string, rows: number): string {
  return rows > MAX_ROWS ? `${text}\n\n_${rows - MAX_ROWS} more are in the output \`images\`._` : text
}
