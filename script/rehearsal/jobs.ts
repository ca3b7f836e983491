/** Runs each action's bundle as a runner would, on the account's EC2. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Job, type StepResult, startStep } from '../runner.ts'
import type { Source } from '../upstream.ts'
import { terminal } from '../workflow-commands.ts'
import { bootOwn, type Ready } from './ec2.ts'
import type { Screen } from './screen.ts'

export interface Wanted {
  readonly os: string
  readonly arch: string
  readonly kubernetes: string
  readonly regions: string
  readonly test: string
  /** Further inputs by name. */
  readonly inputs: Readonly<Record<string, string>>
}

export interface Place {
  /** The checkout of the action. */
  readonly root: string
  /** The job's directory, for the runner's files. */
  readonly directory: string
  readonly ready: Ready
  readonly screen: Screen
}

/** The lines of a step that people see at once; the log has all of them. */
const SHOWN = /^(error|warning|notice): /

function job(place: Place, inputs: Job['inputs'], env: Job['env'] = {}): Job {
  const show = terminal()
  return {
    action: place.root,
    directory: place.directory,
    inputs,
    env: { ...place.ready.env, AWS_REGION: inputs.region ?? 'us-east-1', ...env },
    onLine: (line) => {
      const shown = show(line)
      if (shown === undefined) return
      place.screen.log(shown, shown.trim() !== '')
      // Only the beginning of a long line; the log has all of it.
      if (SHOWN.test(shown)) place.screen.show(shown.split('\n')[0] ?? '')
    },
  }
}

function imageInputs(wanted: Wanted, source: Source, ready: Ready): Record<string, string> {
  const [region = 'us-east-1'] = wanted.regions.split(',')
  return {
    os: wanted.os,
    arch: wanted.arch,
    'kubernetes-version': wanted.kubernetes,
    region,
    'ami-regions': wanted.regions,
    'ssh-source-cidr': '127.0.0.1/32',
    vars: `ssh_port=${ready.sshPort}`,
    test: wanted.test,
    ...source.inputs,
    ...wanted.inputs,
  }
}

/** The action itself, main and post. `between` runs after main, before anything is swept. */
export async function build(
  place: Place,
  wanted: Wanted,
  source: Source,
  between: (main: StepResult) => Promise<void>,
): Promise<StepResult> {
  await bootOwn(place.ready, wanted.test)
  const own = job(place, imageInputs(wanted, source, place.ready))
  const main = await startStep(own, 'main').done
  let post: StepResult
  try {
    await between(main)
  } finally {
    post = await startStep(own, 'post').done
  }
  return post.code === 0 ? main : { ...main, code: main.code || post.code }
}

/** What would be built, and why. */
export const plan = (place: Place, wanted: Wanted, source: Source): Promise<StepResult> =>
  startStep(job(place, imageInputs(wanted, source, place.ready)), 'plan').done

/** What the action `prune` would remove; with `--with dry-run=false` it does. */
export const prune = (place: Place, wanted: Wanted): Promise<StepResult> =>
  startStep(job(place, { regions: wanted.regions, ...wanted.inputs }), 'prune').done

/** A release of the planned images, up to its files. GitHub is a server without releases. */
export async function release(place: Place, wanted: Wanted, source: Source): Promise<StepResult> {
  const planned = await plan(place, { ...wanted, inputs: {} }, source)
  if (planned.code !== 0) return planned
  const hub = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end('[]'))
  await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening))
  const env = { GITHUB_API_URL: `http://127.0.0.1:${(hub.address() as AddressInfo).port}` }
  try {
    const inputs = { images: planned.outputs.images ?? '', token: 'none', ...wanted.inputs }
    return await startStep(job(place, { ...inputs, step: 'prepare' }, env), 'release').done
  } finally {
    hub.closeAllConnections()
    hub.close()
  }
}
