/** The work of script/rehearse: arguments -> one job on a small runner -> out/rehearsal/. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Job, startStep } from './runner.ts'
import { findSource } from './upstream.ts'
import { readable, terminal } from './workflow-commands.ts'

const usage = `usage: script/rehearse [--os debian-13] [--kubernetes 1.37] [--regions us-east-1,us-west-2] [--test none|boot|node|cluster|conformance] [--keep] [--from upstream|source]`
const root = resolve(import.meta.dirname, '..')
const out = join(root, 'out/rehearsal')
const say = (line: string) => process.stdout.write(`${line}\n`)

function readArguments() {
  try {
    return parseArgs({
      options: {
        os: { type: 'string', default: 'debian-13' },
        kubernetes: { type: 'string', default: '1.37' },
        regions: { type: 'string', default: 'us-east-1' },
        test: { type: 'string', default: 'node' },
        keep: { type: 'boolean', default: false },
        from: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    say(`script/rehearse: ${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}

const wanted = readArguments()
if (wanted.help) {
  say(usage)
  process.exit(0)
}

const started = performance.now()
const show = terminal()
const source = await findSource(root, say, wanted.from)
say(source.says)
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-rehearsal-'))
try {
  const [region = 'us-east-1'] = wanted.regions.split(',')
  const job: Job = {
    action: root,
    directory,
    onLine: (line) => {
      const shown = show(line)
      if (shown !== undefined) say(shown)
    },
    inputs: {
      rehearse: wanted.keep ? 'keep' : 'true',
      os: wanted.os,
      'kubernetes-version': wanted.kubernetes,
      test: wanted.test,
      region,
      'ami-regions': wanted.regions,
      ...source.inputs,
    },
  }
  const main = await startStep(job, 'main').done
  collect(main.outputs, main.summary)
  const local = readyFile(directory)
  if (local) await saveImages(local.endpoint, JSON.parse(main.outputs['ami-ids'] ?? '{}'), region)
  const post = await startStep(job, 'post').done
  if (main.summary) say(`\n${readable(main.summary)}`)
  say(`out/rehearsal/ holds ${readdirSync(out).sort().join(', ')}`)
  say(`${main.code === 0 ? 'rehearsed' : 'failed'} in ${Math.round((performance.now() - started) / 1000)} s`)
  if (local && wanted.keep) {
    const env = { ...local.env, AWS_DEFAULT_REGION: region }
    const file = join(out, 'aws.env')
    writeFileSync(
      file,
      Object.entries(env)
        .map(([name, value]) => `export ${name}='${value}'\n`)
        .join(''),
      { mode: 0o600 },
    )
    say(
      `EC2 stays up at ${local.endpoint} (process ${local.pid}; kill it to end it). To use it: . out/rehearsal/aws.env; aws ec2 describe-images --owners self`,
    )
  }
  process.exitCode = main.code || post.code ? 1 : 0
} finally {
  source.stop()
  // With --keep the local EC2 lives on in it.
  if (!wanted.keep) rmSync(directory, { recursive: true, force: true })
}

/** The ready file of the local EC2 that the job started, if it came so far. */
function readyFile(directory: string): { endpoint: string; pid: number; env: Record<string, string> } | undefined {
  const [path] = globSync(join(directory, 'temp/*/rehearsal.ready.json'))
  return path ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Puts each image that was built into out/rehearsal/image/ as a disk with its kernel, before post takes the local EC2 away. */
async function saveImages(
  endpoint: string,
  amis: Record<string, Record<string, string>>,
  region: string,
): Promise<void> {
  for (const [key, ids] of Object.entries(amis)) {
    const answer = await fetch(`${endpoint}/rehearsal/images/${ids[region]}/disk`, { method: 'POST' })
    if (!answer.ok) throw new Error(`the disk of ${key} could not be made: ${await answer.text()}`)
    const files = (await answer.json()) as Record<string, string>
    mkdirSync(join(out, 'image', key), { recursive: true })
    for (const [name, path] of Object.entries(files))
      execFileSync('cp', ['--sparse=always', '--reflink=auto', path, join(out, 'image', key, name)])
  }
}

/** Copies what the job left into out/rehearsal/. */
function collect(outputs: Readonly<Record<string, string>>, summary: string): void {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(join(out, 'image'), { recursive: true })
  const parsed = Object.entries(outputs).map(([name, value]) => [name, parse(value)])
  writeFileSync(join(out, 'outputs.json'), `${JSON.stringify(Object.fromEntries(parsed), null, 2)}\n`)
  writeFileSync(join(out, 'summary.md'), summary)
  const report = outputs['report-directory']
  if (!report) return
  // Of the test of each image: Packer's log, the instance's console and, after a failure, its journal.
  const tests = globSync('*.{gate,console,journal}.log', { cwd: report })
  for (const name of ['tasks.jsonl', 'packer.log', 'timings.json', 'junit.xml', ...tests])
    if (existsSync(join(report, name))) cpSync(join(report, name), join(out, name))
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
