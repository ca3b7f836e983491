import { createReadStream, createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BuildResult } from '../model.js'
import { imageRecord } from './outputs.js'

/**
 * Writes what is left of a run for people and scripts: `images.json` (the manifest), `tasks.jsonl` (a line an Ansible
 * task) and `packer.log` (all images' logs, one after the other). Gives the manifest's path.
 */
export async function writeReport(directory: string, results: readonly BuildResult[]): Promise<string> {
  const manifest = join(directory, 'images.json')
  await writeFile(manifest, `${JSON.stringify(results.map(imageRecord), null, 2)}\n`)
  const tasks = results.flatMap(({ image, tasks: own }) =>
    own.map((task) => JSON.stringify({ image: image.key, ...task })),
  )
  await writeFile(join(directory, 'tasks.jsonl'), tasks.map((line) => `${line}\n`).join(''))
  await writeFile(join(directory, 'packer.log'), '')
  for (const { image, log } of results) {
    const target = createWriteStream(join(directory, 'packer.log'), { flags: 'a' })
    target.write(`== ${image.key}\n`)
    await pipeline(createReadStream(log), target)
  }
  return manifest
}
