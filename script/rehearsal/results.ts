/** The results of a rehearsal in out/rehearsal/. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Copies the job's results over those of an earlier one. */
export function collect(out: string, outputs: Readonly<Record<string, string>>, summary: string): void {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const parsed = Object.entries(outputs).map(([name, value]) => [name, parse(value)])
  writeFileSync(join(out, 'outputs.json'), `${JSON.stringify(Object.fromEntries(parsed), null, 2)}\n`)
  writeFileSync(join(out, 'summary.md'), summary)
  const report = outputs['report-directory']
  if (!report) return
  // From the test of each image: Packer's log, the instance's console and, after a failure, its journal.
  const tests = globSync('*.{gate,console,journal}.log', { cwd: report })
  for (const name of ['tasks.jsonl', 'packer.log', 'timings.json', 'junit.xml', ...tests])
    if (existsSync(join(report, name))) cpSync(join(report, name), join(out, name))
}

/** Exports each image into image/ as a disk with its kernel, from any of its regions. @param amis image -> region -> ID */
export async function saveImages(
  out: string,
  endpoint: string,
  amis: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<void> {
  for (const [key, ids] of Object.entries(amis)) {
    const [id] = Object.values(ids)
    const answer = await fetch(`${endpoint}/rehearsal/images/${id}/disk`, { method: 'POST' })
    if (!answer.ok) throw new Error(`could not export the disk of ${key}: ${await answer.text()}`)
    const files = (await answer.json()) as Record<string, string>
    mkdirSync(join(out, 'image', key), { recursive: true })
    for (const [name, path] of Object.entries(files))
      execFileSync('cp', ['--sparse=always', '--reflink=auto', path, join(out, 'image', key, name)])
  }
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
