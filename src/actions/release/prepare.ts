import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AWS } from '../../model/account.js'
import type { Effects } from '../effects.js'
import type { GitHub } from './github.js'
import { type ReleaseInputs, readPlan } from './inputs.js'
import { choose, newestKubernetes } from './manifest.js'
import { notes } from './notes.js'
import { hasAll, last } from './previous.js'
import { copySboms, keepSboms, packageDifferences } from './sboms.js'
import { freeName, nameOf, namesFor, seriesOf } from './tag.js'

/** Finds the AMIs and writes the files. Changes nothing outside of the runner. */
export async function prepare(effects: Effects, inputs: ReleaseInputs, hub: GitHub): Promise<void> {
  const { env, log, clock } = effects
  const planned = readPlan(inputs.images)
  const regions = [...new Set(planned.flatMap((each) => each.regions))]
  const ec2 = effects.ec2(AWS)
  const found = await Promise.all(regions.map(async (region) => [region, await ec2(region).builtAmis()] as const))
  const { images, left } = choose(planned, new Map(found))
  for (const each of left) log.warning(`not in the release: ${each}`)

  const directory = join(env.RUNNER_TEMP || '.', 'k8s-image-release')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const manifest = `${JSON.stringify(images, null, 2)}\n`
  writeFileSync(join(directory, 'images.json'), manifest)
  const named = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER })
  const previous = await last(hub, seriesOf(inputs.tag, newestKubernetes(images)), images)
  const isReleased = previous !== undefined && hasAll(previous.images, images)
  // If no name is free, `publish` refuses.
  const tag = isReleased ? previous.tag : ((await freeName(namesFor(inputs.tag, named), hub, env.GITHUB_SHA)) ?? named)
  const boms = copySboms(images, inputs.reports, directory)
  if (previous !== undefined && !isReleased) await keepSboms(images, previous, boms, directory, hub)
  const files = readdirSync(directory).sort()
  const sum = (name: string) => sha256(readFileSync(join(directory, name)))
  writeFileSync(join(directory, 'SHA256SUMS'), files.map((name) => `${sum(name)}  ${name}\n`).join(''))
  const text = notes({
    ...{ images, left, repository: env.GITHUB_REPOSITORY ?? '', signer: inputs.signer, sum: sha256(manifest) },
    ...(previous === undefined ? {} : { previous }),
    packages: previous === undefined ? {} : await packageDifferences(images, previous, boms, hub),
  })
  writeFileSync(join(directory, 'notes.md'), text)
  writeFileSync(join(directory, 'tag'), tag)
  for (const [name, value] of Object.entries({ tag, directory, manifest: join(directory, 'images.json') }))
    effects.setOutput(name, value)
  if (isReleased) {
    effects.setOutput('url', previous.release.html_url)
    log.info(`${tag} has all these AMIs: there is nothing to release`)
    return
  }
  await effects.writeSummary(`# ${tag}\n\n${text}`)
  log.info(
    `${tag}: ${images.length} images, ${previous === undefined ? 'the first of its series' : `after ${previous.tag}`}`,
  )
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
