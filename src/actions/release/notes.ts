/** The text of a release. Pure. */
import { plain, table } from '../../report/markdown.js'
import { PART_NAMES } from '../../report/record.js'
import type { ReleasedImage } from './manifest.js'
import { before, isSame } from './previous.js'

/** Package -> version, of one image. */
export type Packages = Readonly<Record<string, string>>

export interface NotesFacts {
  readonly images: readonly ReleasedImage[]
  /** Missing optional images, with reasons. */
  readonly left: readonly string[]
  /** The last release of the series. */
  readonly previous?: { readonly tag: string; readonly images: readonly ReleasedImage[] }
  /** By image name, for images with an SBOM in this release and in the last one. */
  readonly packages: Readonly<Record<string, { readonly before: Packages; readonly after: Packages }>>
  readonly repository: string
  /** As the input `signer`. */
  readonly signer: string
  /** sha256 of `images.json`. */
  readonly sum: string
}

/** GitHub allows 125,000 characters; the files have the rest. */
const LIMIT = 120_000
const MAX_PACKAGES = 100

/** The notes as markdown, within GitHub's limit. */
export function notes(facts: NotesFacts): string {
  const text = [
    '## AMIs',
    ...facts.images.map(amis),
    ...(facts.left.length === 0
      ? []
      : [`Not in this release:\n\n${facts.left.map((each) => `- ${plain(each)}`).join('\n')}`]),
    changes(facts),
    checking(facts),
  ].join('\n\n')
  return text.length <= LIMIT
    ? `${text}\n`
    : `${text.slice(0, text.lastIndexOf('\n', LIMIT))}\n\n_The rest is in images.json and the SBOMs._\n`
}

function checking({ repository, signer, sum }: NotesFacts): string {
  const text = `## Checking it\n\n\`images.json\` names every AMI and snapshot; its sha256 is \`${sum}\`, and \`SHA256SUMS\` has all files.`
  if (signer === 'none') return text
  // The attestation's certificate names the workflow that signed, which may be another repository's reusable one.
  const other = signer === '' ? '' : ` --signer-repo ${signer}`
  return `${text}\n\n\`\`\`sh\ngh attestation verify images.json --repo ${repository}${other}\n\`\`\``
}

function amis({ image, kubernetes, digest, tested, baseAmi, amis: byRegion }: ReleasedImage): string {
  const rows = Object.entries(byRegion).map(([region, { ami, snapshots }]) => [
    plain(region),
    `\`${ami}\``,
    snapshots.map((id) => `\`${id}\``).join(' '),
  ])
  const base = baseAmi === null ? '' : `, on ${plain(baseAmi.name)} \`${baseAmi.id}\``
  return `### ${plain(image)}\n\nKubernetes ${plain(kubernetes)}${base}; passed \`${tested.level}\` at ${plain(tested.at)}; digest \`${digest}\`.\n\n${table(['Region', 'AMI', 'Snapshots'], rows)}`
}

function changes({ images, previous, packages }: NotesFacts): string {
  if (previous === undefined) return '## Changes\n\nThe first release of its series.'
  const sections = images.map((image) => {
    const old = before(image, previous.images)
    const lines = old === undefined ? ['new in this release'] : versionChanges(old, image)
    const both = packages[image.image]
    const rows = both === undefined ? [] : packageChanges(both.before, both.after)
    const shown = rows.slice(0, MAX_PACKAGES)
    const rest = rows.length > shown.length ? `\n\n_${rows.length - shown.length} more are in the SBOMs._` : ''
    return [
      `### ${plain(image.image)}`,
      (lines.length === 0 ? ['no component changed its version'] : lines).map((line) => `- ${plain(line)}`).join('\n'),
      ...(shown.length === 0 ? [] : [`${table(['Package', 'Before', 'Now'], shown)}${rest}`]),
    ].join('\n\n')
  })
  const gone = previous.images.filter((each) => !images.some((image) => isSame(each, image)))
  const left = gone.map(({ image }) => `- ${plain(image)} is no longer in this release`)
  return [`## Changes since ${plain(previous.tag)}`, ...sections, ...(left.length === 0 ? [] : [left.join('\n')])].join(
    '\n\n',
  )
}

function versionChanges(before: ReleasedImage, after: ReleasedImage): string[] {
  const parts = Object.keys({ ...before.versions, ...after.versions }).flatMap((part) => {
    const [old, now] = [before.versions[part], after.versions[part]]
    return old === now ? [] : [`${PART_NAMES[part] ?? part} ${old ?? 'none'} -> ${now ?? 'none'}`]
  })
  const base =
    before.baseAmi?.id === after.baseAmi?.id ? [] : [`base AMI ${before.baseAmi?.name} -> ${after.baseAmi?.name}`]
  return [...parts, ...base]
}

/** Rows of added, removed and changed packages; kernels first. */
export function packageChanges(before: Packages, after: Packages): string[][] {
  const isKernel = (name: string) => /^(linux-image|kernel)(-|$)/.test(name)
  return Object.keys({ ...before, ...after })
    .filter((name) => before[name] !== after[name])
    .sort((a, b) => Number(isKernel(b)) - Number(isKernel(a)) || (a < b ? -1 : 1))
    .map((name) => [plain(name), plain(before[name] ?? '—'), plain(after[name] ?? '—')])
}

/** Packages of an SBOM: CycloneDX's `components`, or SPDX's `packages`. */
export function packagesOf(sbom: unknown): Packages {
  const { components, packages } = (sbom ?? {}) as { components?: unknown; packages?: unknown }
  const list = (Array.isArray(components) ? components : Array.isArray(packages) ? packages : []) as Record<
    string,
    unknown
  >[]
  return Object.fromEntries(
    list.flatMap(({ name, version, versionInfo }) =>
      typeof name === 'string' ? [[name, String(version ?? versionInfo ?? '')]] : [],
    ),
  )
}
