import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildResult, Image } from '../model.js'
import { packerArgs } from './args.js'
import { causes } from './failure.js'
import { amisInManifest, type Row } from './output.js'
import { eventsFile, type PackerEffects, type PackerSettings, runPacker } from './packer.js'
import { progress } from './progress.js'

/** Complaints kept for the case that nothing better explains a failure. */
const KEPT_COMPLAINTS = 20

/** What all builds of a run share. */
export interface BuildSettings extends PackerSettings {
  readonly varFile: string
  readonly region: string
  /** Minutes for one image. */
  readonly timeout: number
  /** Whether lines are prefixed with the image's key. */
  readonly several: boolean
}

export type BuildEffects = PackerEffects

/**
 * Makes one AMI of an image with a Packer process of its own. Never throws for a build that failed.
 *
 * @param directory for this image alone; Packer's sockets and the temporary key lie below it
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
  const task = {
    image: image.key,
    directory,
    template: 'image',
    varFile: settings.varFile,
    args: packerArgs,
    log,
    timeout: settings.timeout * 60,
    onRow: (row: Row) => {
      note(row, found, watch.phase() === 'provision')
      watch.row(row)
    },
    files: [{ path: eventsFile(directory), onLine: watch.event }],
    describe: watch.describe,
  } as const
  const ending = await runPacker(task, settings, effects)
  const last = watch.describe()
  watch.finish()
  if (ending.code === 0 && Object.keys(found.amis).length === 0) {
    const manifest = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => '')
    found.amis = amisInManifest(manifest, image.key)
  }
  const id = found.amis[settings.region]
  const base = { image, tasks: watch.tasks, phases: watch.phases, log }
  if (ending.code === 0 && id !== undefined) {
    return { ...base, status: 'built', amis: { [settings.region]: id }, failures: [] }
  }
  if (ending.cause === 'cancelled') return { ...base, status: 'cancelled', amis: {}, failures: [] }
  const { errors, complaints } = found
  const evidence = {
    image: image.key,
    root: settings.root,
    ending,
    timeout: settings.timeout,
    last,
    errors,
    complaints,
  }
  return { ...base, status: 'failed', amis: {}, failures: causes({ ...evidence, tasks: watch.tasks }) }
}

/** What a Packer process said that matters afterwards. */
export interface Found {
  amis: Record<string, string>
  readonly errors: string[]
  readonly complaints: string[]
}

/** Keeps what one row tells. While provisioning, complaints of a build are the provisioner's own output. */
export function note(row: Row, found: Found, provisioning: boolean): void {
  if (row.kind === 'amis') Object.assign(found.amis, row.amis)
  if (row.kind === 'error') found.errors.push(row.text)
  const complaint = row.kind === 'text' || (row.kind === 'complaint' && !(provisioning && row.build !== undefined))
  if (complaint && found.complaints.push(row.text) > KEPT_COMPLAINTS) found.complaints.shift()
}
