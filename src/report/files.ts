import { createReadStream, createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BuildResult } from '../model/result.js'
import { junit, wasTested } from './junit.js'
import { imageRecord } from './record.js'

/** Paths of the written files; empty for others. */
export interface Files {
  readonly manifest: string
  readonly junit: string
  /** Image key -> path of its SBOM. */
  readonly sboms: Readonly<Record<string, string>>
}

/**
 * Writes the files of a run: `images.json` (the manifest), `tasks.jsonl` (one line per Ansible task), `junit.xml` (if anything was tested)
 * and `packer.log` (all images' logs). Returns the paths of the manifest, the test results (empty without tests) and the SBOMs.
 */
export async function writeReport(directory: string, results: readonly BuildResult[]): Promise<Files> {
  const manifest = join(directory, 'images.json')
  await writeFile(manifest, `${JSON.stringify(results.map(imageRecord), null, 2)}\n`)
  const tested = results.some(wasTested)
  const tests = tested ? join(directory, 'junit.xml') : ''
  if (tested) await writeFile(tests, junit(results))
  const tasks = results.flatMap(({ image, tasks: own }) =>
    own.map((task) => JSON.stringify({ image: image.key, ...task })),
  )
  await writeFile(join(directory, 'tasks.jsonl'), tasks.map((line) => `${line}\n`).join(''))
  await writeFile(join(directory, 'packer.log'), '')
  for (const { image, log } of results) {
    if (log === undefined) continue
    const target = createWriteStream(join(directory, 'packer.log'), { flags: 'a' })
    target.write(`== ${image.key}\n`)
    await pipeline(createReadStream(log), target)
  }
  const sboms = results.flatMap(({ image, status, sbom }) =>
    status === 'built' && sbom !== undefined ? [[image.key, sbom]] : [],
  )
  return { manifest, junit: tests, sboms: Object.fromEntries(sboms) }
}
