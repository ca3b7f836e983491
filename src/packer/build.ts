import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ec2 } from '../aws/ec2.js'
import type { Image } from '../model/plan.js'
import type { BuildResult } from '../model/result.js'
import { packerArgs } from './args.js'
import { causes, isUnknownYet, type Unreadable } from './failure.js'
import { findAmiAfterLostResponse, isNameTaken } from './lost-response.js'
import { amiBegun, amisInManifest, type Row } from './output.js'
import { eventsFile, type PackerEffects, type PackerSettings, runPacker } from './packer.js'
import { progress } from './progress.js'
import { stopFile } from './stop.js'

/** Most complaints to keep, in case nothing else explains a failure. */
const KEPT_COMPLAINTS = 20

export interface BuildSettings extends PackerSettings {
  readonly varFile: string
  readonly region: string
  readonly ec2: Ec2
  /** Minutes for one image. */
  readonly timeout: number
  /** Whether lines get the image's key as a prefix. */
  readonly several: boolean
}

/** A build's effects are those of its Packer process. */
export interface BuildEffects extends PackerEffects {
  /** Called with the AMI's ID once EC2 has begun to create it. Packer still waits, tags and cleans up afterwards. */
  readonly onAmi?: (id: string) => void
}

/**
 * Builds the AMI of one image with its own Packer process. Never throws for a failed build.
 *
 * @param directory for this image only, with Packer's sockets and the temporary key
 */
export async function buildImage(
  image: Image,
  directory: string,
  settings: BuildSettings,
  effects: BuildEffects,
): Promise<BuildResult> {
  const watch = progress(image.key, settings.several, effects.log, effects.clock)
  const found: Found = { amis: {}, errors: [], complaints: [] }
  const log = join(settings.reportDirectory, `${image.key}.packer.log`)
  const sbom = join(settings.reportDirectory, `${image.key}.cdx.json`)
  const stop = stopFile(join(directory, 'stop'), settings.ec2, effects, watch.stopping)
  const task = {
    image: image.key,
    directory,
    template: 'image',
    varFile: settings.varFile,
    args: packerArgs,
    log,
    timeout: settings.timeout * 60,
    onRow: (row: Row) => {
      const before = found.begun
      note(row, found, watch.phase() === 'provision')
      if (found.begun !== undefined && before === undefined) effects.onAmi?.(found.begun)
      watch.row(row)
    },
    files: [{ path: eventsFile(directory), onLine: watch.event }, stop.file],
    env: { K8S_IMAGE_SBOM: sbom, K8S_IMAGE_STOP: stop.file.path },
    describe: watch.describe,
  } as const
  const ending = await runPacker(task, settings, effects).finally(stop.end)
  const last = watch.describe()
  watch.finish()
  if (ending.code === 0 && Object.keys(found.amis).length === 0) {
    const manifest = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => '')
    found.amis = amisInManifest(manifest, image.key)
  }
  const id = found.amis[settings.region]
  const base = { image, tasks: watch.tasks, phases: watch.phases, log, ...(existsSync(sbom) ? { sbom } : {}) }
  if (ending.code === 0 && id !== undefined) {
    return { ...base, status: 'built', amis: { [settings.region]: id }, failures: [] }
  }
  const made = ending.cause === 'ended' ? await recoverAmi(image, found, settings, effects) : undefined
  if (made !== undefined) {
    if (made !== found.begun) effects.onAmi?.(made)
    return { ...base, status: 'built', amis: { [settings.region]: made }, failures: [] }
  }
  if (ending.cause === 'cancelled') return { ...base, status: 'cancelled', amis: {}, failures: [] }
  const { errors, complaints } = found
  const evidence = {
    image: image.key,
    root: settings.root,
    workspace: settings.env.GITHUB_WORKSPACE ?? '',
    ending,
    timeout: settings.timeout,
    last,
    errors,
    complaints,
  }
  const { unreadable } = found
  const failures = causes({ ...evidence, ...(unreadable ? { unreadable } : {}), tasks: watch.tasks })
  return { ...base, status: 'failed', amis: {}, failures }
}

/** The AMI of a Packer that gave up while it only had to wait for it. It may still be pending. */
async function recoverAmi(
  image: Image,
  { begun, errors }: Found,
  { runId, ec2 }: BuildSettings,
  { clock, log, signal }: BuildEffects,
): Promise<string | undefined> {
  if (begun !== undefined && isUnknownYet(errors)) {
    log.info(
      `${image.key}: Packer did not wait for ${begun}, which EC2 did not list yet; the action continues without Packer`,
    )
    return begun
  }
  if (!isNameTaken(errors)) return undefined
  const ami = await findAmiAfterLostResponse(image, runId, ec2, clock, signal)
  if (ami !== undefined)
    log.info(`${image.key}: EC2 made ${ami}, but Packer never got the response; the action continues without Packer`)
  return ami
}

/** Facts from the output of a Packer process. */
export interface Found {
  amis: Record<string, string>
  /** The AMI that Packer waits for. */
  begun?: string
  readonly errors: string[]
  readonly complaints: string[]
  /** Without a place until the line with it has come. */
  unreadable?: Unreadable
}

/** Keeps the facts of one row. During provisioning, errors of a build are the provisioner's own output. */
export function note(row: Row, found: Found, provisioning: boolean): void {
  if (row.kind === 'amis') Object.assign(found.amis, row.amis)
  const begun = row.kind === 'say' && !provisioning ? amiBegun(row.text) : undefined
  if (begun !== undefined) found.begun = begun
  if (row.kind === 'error') found.errors.push(row.text)
  if (row.kind === 'complaint' && provisioning) noteUnreadable(row.text, found)
  const complaint = row.kind === 'text' || (row.kind === 'complaint' && !(provisioning && row.build !== undefined))
  if (complaint && found.complaints.push(row.text) > KEPT_COMPLAINTS) found.complaints.shift()
}

/** Ansible's `[ERROR]: cause` and the line `Origin: /path/file.yml:3:7` below it, for an unreadable file. The first one counts. */
function noteUnreadable(text: string, found: Found): void {
  const message = /^\[ERROR\]: (.*)/.exec(text)?.[1]
  const path = /^Origin: (.*:\d+):\d+$/.exec(text)?.[1]
  if (message !== undefined) found.unreadable ??= { message, path: '' }
  if (path !== undefined && found.unreadable?.path === '') found.unreadable = { ...found.unreadable, path }
}
