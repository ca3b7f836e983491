import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Effects } from '../effects.js'
import { UserError } from '../errors.js'
import { redactor, secretsIn } from '../redact.js'
import { annotate } from '../report/annotations.js'
import { failuresOf } from '../report/report.js'
import { git } from './git.js'
import { type GitHub, github, type Release } from './github.js'
import { choose, foresee, newestKubernetes, type PlannedImage, type ReleasedImage } from './manifest.js'
import { notes, type Packages, packagesOf } from './notes.js'
import { seriesOf, tagName } from './tag.js'

/** Files that are no assets of the release. */
const OWN = ['notes.md', 'tag']

/** The inputs of release/action.yml, as written. */
interface Inputs {
  readonly step: string
  readonly images: string
  readonly directory: string
  readonly reports: string
  readonly tag: string
  readonly token: string
}

/** Checks that there can be a release, prepares it, or publishes it. Gives the exit code; never throws. */
export async function runRelease(effects: Effects, send: typeof fetch = fetch): Promise<0 | 1> {
  const { env, log } = effects
  const input = (name: string) => env[`INPUT_${name.toUpperCase()}`]?.trim() ?? ''
  const inputs: Inputs = {
    step: input('step'),
    images: input('images'),
    directory: input('directory'),
    reports: input('reports'),
    tag: input('tag') || 'images-v{kubernetes}-{date}',
    token: input('token'),
  }
  for (const secret of [...secretsIn(env), inputs.token]) log.mask(secret)
  try {
    if (inputs.step === 'check') await check(effects, inputs, hub(env, inputs, send))
    else if (inputs.step === 'prepare') await prepare(effects, inputs, hub(env, inputs, send))
    else if (inputs.step === 'publish') await publish(effects, inputs, hub(env, inputs, send))
    else throw new UserError(`step: "${inputs.step}" is not a step of a release`, 'write check, prepare or publish')
    return 0
  } catch (error) {
    const failures = failuresOf(error)
    annotate(failures, log)
    const redact = redactor([inputs.token])
    await effects.writeSummary(redact(`## No release\n\n${failures.map(({ message }) => `- ${message}`).join('\n')}\n`))
    return 1
  }
}

function hub(env: Effects['env'], inputs: Inputs, send: typeof fetch): GitHub {
  const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: repository = '' } = env
  return github({ api, repository, token: inputs.token }, send)
}

/** Before anything is built: refuses what would be refused after it. Nothing is changed, and EC2 is not asked. */
async function check({ env, log, clock }: Effects, inputs: Inputs, hub: GitHub): Promise<void> {
  const planned = readPlan(inputs.images)
  const { images, left } = foresee(planned)
  for (const each of left) log.warning(`will not be in the release: ${each}`)
  const tag = nameOf(images, inputs.tag, env, clock)
  // Without work the AMIs are those of the release that is there.
  if (!planned.some(({ work }) => work)) return
  if ((await hub.releases()).some((release) => release.tag_name === tag && !release.draft)) throw taken(tag)
  log.info(`${tag} can be released once its images are there`)
}

/** Finds the AMIs and writes the files. Nothing outside of the runner is changed. */
async function prepare(effects: Effects, inputs: Inputs, hub: GitHub): Promise<void> {
  const { env, log, clock } = effects
  const planned = readPlan(inputs.images)
  const regions = [...new Set(planned.flatMap((each) => each.regions))]
  const ec2 = effects.ec2({ env: {}, sshPort: 22, sshSourceCidrs: [] })
  const found = await Promise.all(regions.map(async (region) => [region, await ec2(region).builtAmis()] as const))
  const { images, left } = choose(planned, new Map(found))
  for (const each of left) log.warning(`not in the release: ${each}`)
  const tag = nameOf(images, inputs.tag, env, clock)

  const directory = join(env.RUNNER_TEMP || '.', 'k8s-image-release')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const manifest = `${JSON.stringify(images, null, 2)}\n`
  writeFileSync(join(directory, 'images.json'), manifest)
  const boms = copySboms(images, inputs.reports, directory)
  const files = readdirSync(directory).sort()
  const sum = (name: string) => sha256(readFileSync(join(directory, name)))
  writeFileSync(join(directory, 'SHA256SUMS'), files.map((name) => `${sum(name)}  ${name}\n`).join(''))
  const previous = await last(hub, seriesOf(inputs.tag, newestKubernetes(images)), tag)
  const text = notes({
    ...{ images, left, repository: env.GITHUB_REPOSITORY ?? '', sum: sha256(manifest) },
    ...(previous === undefined ? {} : { previous }),
    packages: previous === undefined ? {} : await packageDifferences(images, previous, boms, hub),
  })
  writeFileSync(join(directory, 'notes.md'), text)
  writeFileSync(join(directory, 'tag'), tag)
  for (const [name, value] of Object.entries({ tag, directory, manifest: join(directory, 'images.json') }))
    effects.setOutput(name, value)
  await effects.writeSummary(`# ${tag}\n\n${text}`)
  log.info(
    `${tag}: ${images.length} images, ${previous === undefined ? 'the first of its series' : `after ${previous.tag}`}`,
  )
}

/**
 * The release as a draft with all its files, then the tag, then the draft made public: so there is never a tag without its files, and a step
 * that failed can be run again.
 */
async function publish(effects: Effects, inputs: Inputs, hub: GitHub): Promise<void> {
  const { env, log, exec } = effects
  const { directory } = inputs
  if (!existsSync(join(directory, 'tag')))
    throw new UserError(
      `directory: ${directory || 'it is empty'}: there is no prepared release`,
      'give the output `directory` of the step that prepared it',
    )
  const tag = readFileSync(join(directory, 'tag'), 'utf8')
  const commit = env.GITHUB_SHA ?? ''
  const repository = git(exec, env.GITHUB_WORKSPACE || '.', env.GITHUB_SERVER_URL ?? 'https://github.com', inputs.token)
  const tagged = await repository.tagged(tag)
  const same = (await hub.releases()).filter(({ tag_name }) => tag_name === tag)
  const done = same.find(({ draft }) => !draft)
  if (done !== undefined || (tagged !== undefined && tagged !== commit)) {
    if (done !== undefined && (await isSame(hub, done, directory))) {
      log.info(`${tag} is released already: ${done.html_url}`)
      effects.setOutput('tag', tag)
      effects.setOutput('url', done.html_url)
      return
    }
    throw taken(tag)
  }
  for (const draft of same) await hub.remove(draft) // of a step that was cut short
  const draft = await hub.createDraft({
    tag_name: tag,
    name: tag,
    body: readFileSync(join(directory, 'notes.md'), 'utf8'),
    target_commitish: commit,
  })
  try {
    for (const name of readdirSync(directory).filter((each) => !OWN.includes(each)))
      await hub.upload(draft, name, readFileSync(join(directory, name)))
    if (tagged === undefined) await repository.push(tag, commit, `Kubernetes node images ${tag}`)
  } catch (error) {
    await hub.remove(draft).catch((problem: Error) => log.warning(`a draft of ${tag} is left: ${problem.message}`))
    throw error
  }
  const { html_url } = await hub.publish(draft)
  effects.setOutput('tag', tag)
  effects.setOutput('url', html_url)
  log.info(`released ${tag}: ${html_url}`)
}

/** The tag of a release of these images, made now. */
function nameOf(
  images: readonly { readonly kubernetes: string }[],
  template: string,
  env: Effects['env'],
  clock: Effects['clock'],
): string {
  const date = new Date(clock.now() * 1000).toISOString().slice(0, 10).replaceAll('-', '')
  return tagName(template, { kubernetes: newestKubernetes(images), date, run: env.GITHUB_RUN_NUMBER || '1' })
}

const taken = (tag: string) =>
  new UserError(`the tag ${tag} exists already`, 'write {run} into the input tag, so that each run has its own')

function readPlan(text: string): readonly PlannedImage[] {
  try {
    const planned = JSON.parse(text)
    if (
      Array.isArray(planned) &&
      planned.every((each) => typeof each?.image === 'string' && Array.isArray(each.regions))
    )
      return planned
  } catch {
    // Told below.
  }
  throw new UserError('images: is not the output `images` of a plan', "hand on the plan's output `images` as it is")
}

/** Copies what `report-IMAGE/` has in the way of SBOMs; gives the packages by image. */
function copySboms(images: readonly ReleasedImage[], reports: string, directory: string): Record<string, Packages> {
  const boms: Record<string, Packages> = {}
  if (reports === '') return boms
  for (const { image } of images) {
    const [file] = globSync(join(reports, `report-${image}`, '**/*.{cdx,spdx}.json'))
    if (file === undefined) continue
    boms[image] = packagesOf(JSON.parse(readFileSync(file, 'utf8')))
    cpSync(file, join(directory, assetName(image, basename(file).endsWith('.spdx.json') ? 'spdx' : 'cdx')))
  }
  return boms
}

const assetName = (image: string, kind: string) => `${image}.${kind}.json`

/** The newest published release of the series that has a manifest, but for the one that is being made. */
async function last(hub: GitHub, series: RegExp, tag: string) {
  for (const release of await hub.releases()) {
    const asset = release.assets.find(({ name }) => name === 'images.json')
    if (release.draft || release.tag_name === tag || !series.test(release.tag_name) || asset === undefined) continue
    return { tag: release.tag_name, release, images: JSON.parse(await hub.asset(asset.url)) as ReleasedImage[] }
  }
  return undefined
}

async function packageDifferences(
  images: readonly ReleasedImage[],
  previous: { readonly release: Release; readonly images: readonly ReleasedImage[] },
  after: Readonly<Record<string, Packages>>,
  hub: GitHub,
): Promise<Record<string, { before: Packages; after: Packages }>> {
  const found = images.map(async ({ image, kubernetes }) => {
    const old = previous.images.find(
      (each) => each.image === image || each.image === image.replace(kubernetes, each.kubernetes),
    )
    const asset = previous.release.assets.find(
      ({ name }) => old !== undefined && ['cdx', 'spdx'].some((kind) => name === assetName(old.image, kind)),
    )
    const now = after[image]
    if (asset === undefined || now === undefined) return []
    return [[image, { before: packagesOf(JSON.parse(await hub.asset(asset.url))), after: now }] as const]
  })
  return Object.fromEntries((await Promise.all(found)).flat())
}

async function isSame(hub: GitHub, { assets }: Release, directory: string): Promise<boolean> {
  const asset = assets.find(({ name }) => name === 'images.json')
  return asset !== undefined && (await hub.asset(asset.url)) === readFileSync(join(directory, 'images.json'), 'utf8')
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
