/** Implements script/rehearse: arguments -> EC2 and downloads -> one action's bundle -> out/rehearsal/. */
import { globSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ownArch, provideArm64 } from './arm64.ts'
import { onInterrupt } from './interrupt.ts'
import { argumentsOf, help } from './options.ts'
import { openAccount } from './rehearsal/ec2.ts'
import { build, type Place, plan, prune, release, type Wanted } from './rehearsal/jobs.ts'
import { collect, saveImages } from './rehearsal/results.ts'
import { openScreen } from './rehearsal/screen.ts'
import type { StepResult } from './runner.ts'
import { findSource, type Source } from './upstream.ts'
import { headOf, readable } from './workflow-commands.ts'

const usage = `usage: script/rehearse [COMMAND] [OPTION...]
  build              (default) builds, tests and publishes an image; reuses one that the account has
  plan               shows what a build would do, and why
  prune              shows which AMIs would go; --with dry-run=false removes them
  release --dry-run  writes the files of a release, and publishes nothing
  --os debian-13 --kubernetes 1.37 --regions us-east-1,us-west-2 --test none|boot|node|cluster|conformance
  --arch arm64       on x86-64 its instances are emulated, and the base system takes up to half an hour, once
  --with NAME=VALUE  any further input of the action; repeatable
  --fresh            starts with an empty account
  --keep             leaves EC2 up, for the AWS CLI and for further commands
  --account DIR      where the account is kept, in place of the cache directory
  --from upstream|source`
const commands = ['build', 'plan', 'prune', 'release']
const nothing: Source = { inputs: {}, says: '', stop: () => {} }
/** Seconds that a build takes longer on an emulated machine. */
const EMULATED = 270
/** Seconds of a build with its test, on two cores with an emulated test instance. */
const guesses: Record<string, number> = { none: 60, boot: 200, node: 260, cluster: 420, conformance: 1200 }

function readArguments() {
  const string = (value: string) => ({ type: 'string', default: value }) as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ os: string('debian-13'), kubernetes: string('1.37'), regions: string('us-east-1'), test: string('node') },
      ...{ keep: flag, fresh: flag, 'dry-run': flag, help },
      ...{
        arch: string(ownArch),
        from: { type: 'string' },
        account: { type: 'string' },
        with: { type: 'string', multiple: true, default: [] },
      },
    },
  })
  const [command = 'build', ...more] = positionals
  if (!commands.includes(command) || more.length > 0)
    throw new Error(`unknown command ${positionals.join(' ')} (known: ${commands.join(', ')})`)
  if (command === 'release' && !values['dry-run'])
    throw new Error('release needs --dry-run: there is no GitHub to publish to')
  const inputs = values.with.map((text) => {
    const [, name, value] = /^([a-z-]+)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined) throw new Error(`--with ${text}: write NAME=VALUE`)
    return [name, value] as const
  })
  return { ...values, command, inputs: Object.fromEntries(inputs) }
}

const given = argumentsOf('script/rehearse', usage, readArguments)
const root = resolve(import.meta.dirname, '..')
const out = join(root, 'out/rehearsal')
const cache = process.env.K8S_IMAGE_CACHE ?? join(process.env.HOME ?? '', '.cache/k8s-image-action')
// Each run has its own log; only the newest are kept.
const file = join(root, `out/rehearsal-${process.pid}.log`)
const wanted: Wanted = { ...given }
const arches = given.arch.split(',').map((arch) => arch.trim())
const systems = given.os.split(',').map((os) => os.trim())
removeOld(globSync(join(root, 'out/rehearsal-*.log')), 4)
const screen = openScreen(file, 2)
const started = performance.now()
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-rehearsal-'))
let closed: Promise<unknown> | undefined
const closing: (() => void | Promise<void>)[] = [() => rmSync(directory, { recursive: true, force: true })]
const isInterrupted = onInterrupt(screen.say, () => void close().then(() => process.exit(130)))
screen.say(
  `${given.command}: ${given.os} ${given.arch}, Kubernetes ${given.kubernetes}${given.command === 'build' ? `, test: ${given.test}` : ''}; log: ${file}`,
)
try {
  const [account, source] = await screen.step('EC2 and downloads', prepare)
  const result = await screen.step(
    given.command,
    () => run({ root, directory, ready: account.ready, screen }, source),
    given.command === 'build' ? (guesses[given.test] ?? 0) + (arches.includes(ownArch) ? 0 : EMULATED) : undefined,
  )
  const ending = result.code === 0 ? 'done' : isInterrupted() ? 'interrupted' : 'failed'
  if (ending === 'failed') screen.tail()
  // The result should fit on a screen. The file has the rest of the summary.
  const summary = given.command === 'build' ? headOf(result.summary) : result.summary.trim()
  if (summary) screen.say(`\n${readable(summary)}\n`)
  if (given.keep) keepUp(account.ready)
  screen.say(
    `${ending} in ${Math.round((performance.now() - started) / 1000)} s; out/rehearsal/ holds ${readdirSync(out).sort().join(', ')}`,
  )
  process.exitCode = { done: 0, interrupted: 130, failed: 1 }[ending]
} catch (error) {
  if (isInterrupted()) await close().then(() => process.exit(130))
  screen.say(`script/rehearse: ${(error as Error).message}`)
  screen.tail()
  process.exitCode = 1
} finally {
  await close()
}
process.exit()

function close(): Promise<unknown> {
  closed ??= Promise.allSettled(closing.map((end) => end()))
  return closed
}

/** Removes all but the newest files. */
function removeOld(files: readonly string[], most: number): void {
  const age = (file: string) => statSync(file).mtimeMs
  for (const file of [...files].sort((a, b) => age(b) - age(a)).slice(most)) rmSync(file, { force: true })
}

/** Starts EC2 with its base systems and the mirror at once: one waits for packages while the other compiles. */
async function prepare() {
  const onLine = (line: string) => {
    // People see installations and the progress of long work.
    screen.log(line, true)
    if (/^\w+: installing|kept account|step \d+ of|earlier runs|EC2 is up/.test(line)) screen.show(line)
  }
  if (arches.some((arch) => arch !== ownArch)) provideArm64()
  const account = openAccount({
    ...{ root, systems, arches, fresh: given.fresh, keep: given.keep, onLine },
    directory: resolve(given.account ?? join(cache, 'rehearsal/account')),
    // An EC2 to keep does not end with this process, so one that is not ready yet would be lost.
    onStart: (stop) => closing.unshift(stop),
  })
  const versions = given.kubernetes.split(',').map((one) => one.trim())
  const need = { from: given.from, level: given.test, versions, arches }
  const source =
    given.command === 'prune'
      ? Promise.resolve(nothing)
      : findSource(root, onLine, need).then((found) => {
          closing.unshift(found.stop)
          return found
        })
  // If one fails, both end: this process closes them, or their standard input.
  return Promise.all([account, source] as const)
}

async function run(place: Place, source: Source): Promise<StepResult> {
  const done = await {
    build: () => build(place, wanted, source, (main) => keepResults(main, place)),
    plan: () => plan(place, wanted, source),
    prune: () => prune(place, wanted),
    release: () => release(place, wanted, source),
  }[given.command as 'build']()
  if (given.command !== 'build') collect(out, done.outputs, done.summary)
  return done
}

async function keepResults(main: StepResult, { ready }: Place): Promise<void> {
  collect(out, main.outputs, main.summary)
  // Only new images, since a disk takes seconds.
  if (Number(main.outputs['images-built'] ?? 0) > 0)
    await saveImages(out, ready.endpoint, JSON.parse(main.outputs['ami-ids'] ?? '{}'))
}

function keepUp(ready: Place['ready']): void {
  const [region = ''] = given.regions.split(',')
  const env = { ...ready.env, AWS_DEFAULT_REGION: region }
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`)
  writeFileSync(join(out, 'aws.env'), lines.join(''), { mode: 0o600 })
  screen.say(
    `EC2 stays up at ${ready.endpoint} (end it: kill ${ready.pid}): . out/rehearsal/aws.env; aws ec2 describe-images --owners self`,
  )
}
