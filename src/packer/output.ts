/**
 * Reads the output of `packer build -machine-readable`: rows `seconds,target,type,data…`.
 *
 * In data, a comma is `%!(PACKER_COMMA)` and line ends are a literal `\n` or `\r`. Backslashes are not escaped, so messages with them
 * are ambiguous and only for people. `ui` rows have no target: the build's name is in their text
 * (`==> img.amazon-ebs.debian-13-amd64: …`). Usage errors and crashes are plain text.
 * Seen with Packer 1.16.0.
 */
import { REGION } from '../model/region.js'
export type Row =
  /** A message about one build, or about all (`build` is undefined). */
  | { readonly kind: 'say' | 'complaint'; readonly build: string | undefined; readonly text: string }
  /** Why a build failed. */
  | { readonly kind: 'error'; readonly build: string; readonly text: string }
  /** AMIs of a finished build by region. Each build reports the same artifact once for the builder and once for each post-processor. */
  | { readonly kind: 'amis'; readonly build: string; readonly amis: Readonly<Record<string, string>> }
  /** Not a row: a usage message, a crash. */
  | { readonly kind: 'text'; readonly text: string }
  /** A row without interesting content. */
  | { readonly kind: 'other' }

/** Parses one line of Packer's output. Never throws. */
export function parseRow(line: string): Row {
  const [time, target, type, ...data] = line.split(',')
  if (time === undefined || target === undefined || type === undefined || !/^\d{9,}$/.test(time)) {
    return line.trim() === '' ? { kind: 'other' } : { kind: 'text', text: line }
  }
  const fields = data.map(unpack)
  if (type === 'ui') return uiRow(fields[0] ?? '', fields.slice(1).join(','))
  if (type === 'error') return { kind: 'error', build: target, text: fields.join(',') }
  if (type === 'artifact' && fields[1] === 'id') {
    const amis = parseAmis(fields.slice(2).join(','))
    if (Object.keys(amis).length > 0) return { kind: 'amis', build: target, amis }
  }
  return { kind: 'other' }
}

/** The new AMI, which Packer names before it waits (amazon plugin 1.8.2, step_create_ami.go); undefined for any other text. */
export function amiBegun(text: string): string | undefined {
  return /^AMI: (ami-[0-9a-f]+)$/.exec(text.trim())?.[1]
}

/** The name of a key pair or security group of Packer's. */
export interface Temporary {
  readonly kind: 'key-pair' | 'security-group'
  readonly name: string
}

// Only the plugin's own names count: a task's output must not add a name for the sweep to delete.
const TEMPORARIES = [
  ['key-pair', /^Creating temporary keypair: (packer_[0-9a-f-]{36})$/],
  ['security-group', /^Creating temporary security group for this instance: (packer_[0-9a-f-]{36})$/],
] as const

/** Temporary resources that Packer announces (amazon plugin 1.8.2, step_key_pair.go, step_security_group.go). */
export function temporaryOf(text: string): Temporary | undefined {
  for (const [kind, words] of TEMPORARIES) {
    const name = words.exec(text.trim())?.[1]
    if (name !== undefined) return { kind, name }
  }
  return undefined
}

/** Parses `eu-west-1:ami-1,us-east-1:ami-2` into IDs by region, and ignores other parts. */
export function parseAmis(id: string): Record<string, string> {
  const amis: Record<string, string> = {}
  for (const part of id.split(',')) {
    const [, region = '', id] = /^([^:]+):(ami-[0-9a-f]+)$/.exec(part.trim()) ?? []
    if (id !== undefined && REGION.test(region)) amis[region] = id
  }
  return amis
}

/** AMIs of `image` in the text of a manifest; the newest build counts. Empty if the text is unreadable. */
export function amisInManifest(text: string, image: string): Record<string, string> {
  try {
    const manifest = JSON.parse(text) as {
      builds?: { artifact_id?: string; packer_run_uuid?: string; custom_data?: { image?: string } }[]
      last_run_uuid?: string
    }
    const own = (manifest.builds ?? []).filter(
      (build) =>
        build.custom_data?.image === image &&
        (manifest.last_run_uuid === undefined || build.packer_run_uuid === manifest.last_run_uuid),
    )
    return parseAmis(own.at(-1)?.artifact_id ?? '')
  } catch {
    return {}
  }
}

function uiRow(level: string, message: string): Row {
  const kind = level === 'error' ? 'complaint' : 'say'
  const match = /^(?:==>|-->| {3,4}) ?([A-Za-z0-9_.-]+): ?([\s\S]*)$/.exec(message)
  if (match?.[1]?.includes('.')) return { kind, build: match[1], text: match[2] ?? '' }
  return { kind, build: undefined, text: message.trim() }
}

function unpack(field: string): string {
  return field.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '')
}
