/** The whole job on one side: build, test, copy, name, find, prune and sweep, and a check for leftovers. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Job, type StepResult, startStep } from '../runner.ts'
import { errorsIn } from '../workflow-commands.ts'
import { type Ask, asker, leftOf, made, parameterPath, removeAll, TAG } from './account.ts'
import type { Side } from './report.ts'
import type { Relay } from './servers.ts'

/** What to build, and how. */
export interface Wish {
  readonly root: string
  /** Marks everything that the job creates. */
  readonly id: string
  readonly regions: readonly string[]
  /** Further inputs of the action. */
  readonly inputs: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
}

/** Shared by the steps. */
interface Run {
  readonly id: string
  readonly home: string
  readonly wish: Wish
  readonly env: NodeJS.ProcessEnv
  readonly ask: Ask
  readonly notes: string[]
  /** Runs a step of the action as a runner does. Rejects if it fails. */
  start(kind: 'main' | 'post' | 'prune', inputs: Job['inputs']): Promise<StepResult>
}

/** Runs the job. Steps' codes and notes show failures. Everything that it created is removed in any case. */
export async function verify(name: string, relay: Relay, wish: Wish): Promise<Side> {
  const [home = ''] = wish.regions
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-verify-'))
  // Without the files that a runner gives this step.
  const own = { ...relay.env, AWS_PROFILE: undefined, AWS_REGION: home, AWS_DEFAULT_REGION: home }
  const env = { ...process.env, ...own }
  const { id } = wish
  const ask = asker(env)
  const notes: string[] = []
  const steps: { name: string; seconds: number; code: number | null }[] = []
  let built: StepResult | undefined
  const run: Run = {
    ...{ id, home, wish, env, ask, notes },
    start: async (kind, inputs) => {
      const done = await startStep({ action: wish.root, directory, inputs, env: own, onLine: wish.onLine }, kind).done
      if (kind === 'main') built = done
      if (done.code !== 0) throw new Error([`exit code ${done.code}`, ...errorsIn(done.log)].join('; '))
      return done
    },
  }
  const inputs = {
    ...{ region: home, 'ami-regions': wish.regions.join(), 'if-exists': 'rebuild', 'deprecate-after': '30' },
    tags: `${TAG}=${id}`,
    // Only AMIs that passed a test get parameters.
    ...(wish.inputs.test === 'none' ? {} : { 'ssm-parameters': `${parameterPath(id)}/{os}` }),
    ...wish.inputs,
  }
  const step = async (title: string, work: () => unknown) => {
    const start = performance.now()
    const failed = await Promise.resolve()
      .then(work)
      .then(() => undefined)
      .catch((error: Error) => error)
    if (failed) notes.push(`${title}: ${failed.message}`)
    steps.push({ name: title, seconds: (performance.now() - start) / 1000, code: failed ? 1 : 0 })
  }
  await step('build, test and publish', () => run.start('main', inputs))
  const facts = built === undefined ? { phases: {}, cost: [] } : factsOf(built)
  await step('post', () => run.start('post', inputs))
  if (built?.code === 0) await step('find and launch', () => use(run, amisOf(built)))
  await step('prune and sweep', () => prune(run))
  await step('remove the rest', () => removeAll(ask, wish.regions, id))
  rmSync(directory, { recursive: true, force: true })
  let left: readonly string[] = ['unknown']
  await step('look for leftovers', async () => {
    left = await leftOf(ask, wish.regions, id)
  })
  return { name, steps, ...facts, left, notes, exchanges: await relay.exchanges() }
}

/** AMI by region: one image was built. */
const amisOf = (built: StepResult | undefined): Record<string, string> =>
  Object.values<Record<string, string>>(JSON.parse(built?.outputs['ami-ids'] || '{}'))[0] ?? {}

function factsOf({ outputs, summary }: StepResult): Pick<Side, 'phases' | 'cost'> {
  const cost = summary.match(/(?<=^- )to (build|keep).*$/gm) ?? []
  const report = outputs['report-directory']
  return { phases: report ? JSON.parse(readFileSync(join(report, 'timings.json'), 'utf8')).phases : {}, cost }
}

/** Checks as users would: each region's parameter names its AMI, and a dry-run launch of it is accepted. */
function use({ id, home, wish, env, ask }: Run, amis: Readonly<Record<string, string>>): void {
  for (const region of wish.regions) {
    const path = ['--path', parameterPath(id)]
    const [{ Name: name = '', Value: value = '' } = {}] = ask(
      region,
      'ssm',
      'get-parameters-by-path',
      ...path,
    ).Parameters
    const expected = wish.inputs.test === 'none' ? '' : amis[region]
    if (value !== expected) throw new Error(`in ${region} "${name}" is "${value}", not "${expected}"`)
    // prune keeps AMIs that a parameter names.
    if (name) ask(region, 'ssm', 'delete-parameter', '--name', name)
  }
  const ami = amis[home] ?? ''
  const [image] = ask(home, 'ec2', 'describe-images', '--image-ids', ami).Images
  const type = image.Architecture === 'arm64' ? 't4g.small' : 't3.small'
  const launch = ['--image-id', ami, '--instance-type', type, '--credit-specification', 'CpuCredits=unlimited']
  const done = spawnSync('aws', ['ec2', 'run-instances', ...launch, '--dry-run'], { encoding: 'utf8', env })
  if (!done.stderr.includes('DryRunOperation')) throw new Error(done.stderr.trim())
}

/** Prunes the job's AMIs and sweeps a group as a lost run leaves it. A dry run only, if other resources of the account would go. */
async function prune({ id, home, wish, ask, notes, start }: Run): Promise<void> {
  const tags = { 'k8s-image:run': `verify-${id}`, 'k8s-image:started': '2026-01-01T00:00:00Z', [TAG]: id }
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const tagged = ['--tag-specifications', JSON.stringify([{ ResourceType: 'security-group', Tags }])]
  const group = ['--group-name', `${TAG}-${id}`, '--description', 'as a lost run leaves it']
  const own = [ask(home, 'ec2', 'create-security-group', ...group, ...tagged).GroupId as string]
  for (const region of wish.regions) {
    const amis = made(ask, region, 'images', id)
    // Failed AMIs go at once. Of published ones, prune would keep the newest.
    const failed = ['--tags', 'Key=k8s-image:state,Value=failed']
    if (amis.length > 0) ask(region, 'ec2', 'create-tags', '--resources', ...amis, ...failed)
    own.push(...amis)
  }
  const rules = { regions: wish.regions.join(), keep: '1000', 'keep-younger-than': '0m', 'sweep-older-than': '24h' }
  const { outputs } = await start('prune', rules)
  const rows: { id: string; action: string }[] = [outputs.images, outputs.leftovers].flatMap((list) =>
    JSON.parse(list || '[]'),
  )
  const going = rows.filter(({ action }) => action !== 'keep').map((row) => row.id)
  const others = going.filter((one) => !own.includes(one))
  if (others.length > 0) {
    notes.push(`prune only looked: ${others.length} other things of this account would go`)
    return
  }
  const kept = own.filter((one) => !going.includes(one))
  await start('prune', { ...rules, 'dry-run': 'false' })
  if (kept.length > 0) throw new Error(`prune kept ${kept.join(', ')}`)
}
