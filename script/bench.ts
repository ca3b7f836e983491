/**
 * Implements script/bench: measures, prints one table and the machine, and fails if a goal is missed. Both sides of a ratio are measured
 * in the same run.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { clockFigures } from '../bench/clock.ts'
import { rehearseFigures, testFigures } from '../bench/commands.ts'
import { atMost, type Figure, median, ownShare, type Phases, table } from '../bench/figures.ts'
import { timelineFigures } from '../bench/timeline.ts'
import { onInterrupt } from './interrupt.ts'
import { argumentsOf, help } from './options.ts'
import { type Job, startStep } from './runner.ts'
import { findSource } from './upstream.ts'

const root = resolve(import.meta.dirname, '..')
const say = (line: string) => process.stderr.write(`${line}\n`)
const parts: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  load: () => [loadRatio()],
  rehearsal: rehearsals,
  clock: () => clockFigures(say),
  playbook: () => [playbook()],
  timeline: () => timelineFigures(say),
  rehearse: rehearseFigures,
  test: testFigures,
}
const usage = `script/bench [OPTION...]
  --only load,timeline   these parts alone: ${Object.keys(parts).join(', ')}
  --runs 5               of the playbook and of the bash script
  --builds 3             whole rehearsals`
const values = argumentsOf('script/bench', usage, readArguments)
const runs = Number(values.runs)
onInterrupt(say)

function readArguments() {
  const string = (value: string) => ({ type: 'string', default: value }) as const
  const options = { runs: string('5'), builds: string('3'), only: string(Object.keys(parts).join()), help }
  const { only, ...rest } = parseArgs({ options }).values
  const wanted = only.split(',').map((name) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`there is no part ${name} (known: ${Object.keys(parts).join(', ')})`)
    return part
  })
  return { ...rest, wanted }
}

/** Runs per sample, which is their mean: the kernel counts the CPU time of ended children in units of 10 ms. */
const RUNS_A_SAMPLE = 5

/** CPU seconds (user + system) that Node needs to run a module. */
function cpuSeconds(module: string, ending: number, env: NodeJS.ProcessEnv = process.env): number {
  const parent = `
    let status
    for (let run = 0; run < ${RUNS_A_SAMPLE}; run++)
      ({ status } = require('node:child_process').spawnSync(process.execPath, [process.argv[1]], { stdio: 'ignore' }))
    const fields = require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')
    console.log(JSON.stringify({ status, seconds: (Number(fields[13]) + Number(fields[14])) / 100 / ${RUNS_A_SAMPLE} }))`
  const result = spawnSync(process.execPath, ['-e', parent, module], { encoding: 'utf8', env })
  const { status, seconds } = JSON.parse(result.stdout) as { status: number | null; seconds: number }
  if (status !== ending) throw new Error(`${module} ended with ${status}, not ${ending}: cannot measure it`)
  return seconds
}

/** Time of dist/main until it rejects bad inputs, over the time to load a bare bundle; runs alternate. */
function loadRatio(): Figure {
  const refusing = { ...process.env, INPUT_OS: 'no-such-system', RUNNER_TEMP: tmpdir() }
  const ours: number[] = []
  const bare: number[] = []
  for (let run = 0; run < 11; run++) {
    ours.push(cpuSeconds(join(root, 'dist/main/index.js'), 1, refusing))
    bare.push(cpuSeconds(join(root, 'out/bench/bare/index.mjs'), 0))
  }
  return atMost(
    'CPU to load dist/main, up to its refusal of a wrong input, over a bare bundle',
    median(ours) / median(bare),
    1.15,
    '',
  )
}

/** Peak resident memory of a process so far, in MB; undefined after its end. */
function peakMemory(pid: number | undefined): number | undefined {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return undefined
  }
}

/** Whole rehearsals: own time, warm set-up of tools, memory. The first one warms the caches and does not count. */
async function rehearsals(): Promise<Figure[]> {
  const source = await findSource(root, say, { level: 'node', versions: [] })
  const shares: number[] = []
  const tools: number[] = []
  const bytes: number[] = []
  const memory: number[] = []
  try {
    for (let run = 0; run <= Number(values.builds); run++) {
      say(`rehearsal ${run} of ${values.builds}${run === 0 ? ', not counted' : ''}`)
      const directory = mkdtempSync(join(tmpdir(), 'k8s-image-bench-'))
      const job: Job = { action: root, directory, inputs: { rehearse: 'true', ...source.inputs } }
      const step = startStep(job, 'main')
      let peak = 0
      const poll = setInterval(() => {
        peak = Math.max(peak, peakMemory(step.child.pid) ?? 0)
      }, 100)
      const main = await step.done
      clearInterval(poll)
      const report = main.outputs['report-directory']
      const timings = report ? JSON.parse(readFileSync(join(report, 'timings.json'), 'utf8')) : undefined
      await startStep(job, 'post').done
      rmSync(directory, { recursive: true, force: true })
      if (main.code !== 0) throw new Error(`the rehearsal failed:\n${main.log.slice(-3000)}`)
      if (run === 0) continue
      shares.push(ownShare(main.seconds, timings.phases as Phases))
      tools.push(timings.phases.tools)
      bytes.push(timings.bytesFetched)
      memory.push(peak)
    }
  } finally {
    source.stop()
  }
  return [
    atMost("the action's own time over Packer's", median(shares) * 100, 5, ' %', 1),
    atMost('warm tool set-up', median(tools), 1, ' s'),
    atMost('bytes fetched by warm tool set-up', Math.max(...bytes), 0, ' B', 0),
    atMost('peak memory of the action', Math.max(...memory), 250, ' MB', 0),
  ]
}

/** The playbook's time over that of one bash script with the same work; bench/playbook-vs-floor ends its output with JSON. */
function playbook(): Figure {
  const result = spawnSync(join(root, 'bench/playbook-vs-floor'), ['--runs', String(runs), '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const last = result.stdout.trim().split('\n').at(-1) ?? ''
  if (result.status !== 0) throw new Error(`bench/playbook-vs-floor failed: ${last}`)
  const { playbook, floor } = JSON.parse(last) as { playbook: number[]; floor: number[] }
  const seconds = (samples: number[]) => samples.map((value) => value.toFixed(1)).join(', ')
  say(`playbook ${seconds(playbook)}; floor ${seconds(floor)}`)
  return atMost(
    `playbook over one bash script (medians of ${runs}, interleaved)`,
    median(playbook) / median(floor),
    1.2,
    '',
  )
}

const figures: Figure[] = []
for (const part of values.wanted) figures.push(...(await part()))
const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${process.arch}, node ${process.version}, ${new Date().toISOString().slice(0, 10)}`
const text = `Measured on ${machine}.\n\n${table(figures)}\n`
writeFileSync(join(root, 'out/bench/figures.md'), text)
process.stdout.write(text)
const missed = figures.filter(({ met }) => !met)
for (const { name, value, goal } of missed) say(`missed: ${name}: ${value}, goal ${goal}`)
if (missed.length > 0) process.exitCode = 1
