import { spawnSync } from 'node:child_process'
import type { StepResult } from '../../script/runner.ts'
import { type Local, prune as pruneOnce, startLocal } from './local.ts'

const exhaustive = process.env.K8S_IMAGE_TEST_ALL ? test : undefined

let local: Local

beforeAll(async () => {
  local = await startLocal('debian-13')
}, 1_800_000)

afterAll(async () => {
  await local?.stop()
}, 60_000)

/** Calls the AWS CLI on the local EC2; returns its text output. */
function aws(...args: string[]): string {
  const result = spawnSync('aws', [...args, '--output', 'text'], {
    encoding: 'utf8',
    env: { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: 'us-east-1' },
  })
  if (result.status !== 0) throw new Error(`aws ${args.join(' ')}: ${result.stderr}`)
  return result.stdout.trim()
}

const run = (id: string, state: string) =>
  `{Key=k8s-image:run,Value=${id}},{Key=k8s-image:state,Value=${state}},{Key=k8s-image:os,Value=debian-13},{Key=k8s-image:kubernetes,Value=1.37.2}`
const specification = (kind: string, tags: string) => `ResourceType=${kind},Tags=[${tags}]`

/** Copies an AMI and its snapshot, with other tags. Waits first, since creation dates have a resolution of a second. */
async function copy(source: string, name: string, tags?: string): Promise<string> {
  await new Promise((later) => setTimeout(later, 1100))
  const tagged =
    tags === undefined ? [] : ['--tag-specifications', specification('image', tags), specification('snapshot', tags)]
  const from = ['--source-image-id', source, '--source-region', 'us-east-1', '--name', name]
  return aws('ec2', 'copy-image', ...from, ...tagged, '--query', 'ImageId')
}

/** Runs the action once; returns its result and its tables. */
async function prune(inputs: Record<string, string>): Promise<StepResult & { rows: Row[]; leftovers: Row[] }> {
  const done = await pruneOnce(local, inputs)
  const list = (name: string): Row[] => JSON.parse(done.outputs[name] ?? '[]')
  return { ...done, rows: list('images'), leftovers: list('leftovers') }
}

interface Row {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly action: string
  readonly reason: string
  readonly result: string
}

const short = (rows: readonly Row[]) => Object.fromEntries(rows.map(({ name, action }) => [name, action]))
const ids = async () => (await local.inventory()).map(({ id }) => id).sort()
const writes = async (from: number) =>
  (await local.calls())
    .slice(from)
    .map(({ action }) => action)
    .filter((action) => !/^(Describe|Get)/.test(action))

test('old AMIs are removed in two steps, except used, shared and protected ones', async () => {
  const image = aws('ec2', 'describe-images', '--owners', '136693071363', '--query', 'Images[0].ImageId')
  const instance = aws('ec2', 'run-instances', '--image-id', image, '--query', 'Instances[0].InstanceId')
  aws('ec2', 'wait', 'instance-running', '--instance-ids', instance)
  const source = aws('ec2', 'create-image', '--instance-id', instance, '--name', 'source', '--query', 'ImageId')
  aws('ec2', 'wait', 'image-available', '--image-ids', source)
  aws('ec2', 'terminate-instances', '--instance-ids', instance)

  const built = (name: string) => copy(source, name, run('r', 'built'))
  const foreign = await copy(source, 'foreign')
  const unfinished = await copy(source, 'unfinished', run('k', 'untested'))
  const failed = await copy(source, 'failed', run('r', 'failed'))
  const going = await built('going')
  const deprecated = await built('deprecated')
  const launched = await built('launched')
  const old = await built('in-old-template-version')
  const grouped = await built('in-group')
  const configured = await built('in-launch-configuration')
  const named = await built('in-parameter')
  const shared = await built('shared')
  const guarded = await built('protected')
  const newest = await built('newest')
  const all = [
    going,
    deprecated,
    launched,
    old,
    grouped,
    configured,
    named,
    shared,
    guarded,
    newest,
    failed,
    unfinished,
  ]
  aws('ec2', 'wait', 'image-available', '--image-ids', ...all, foreign)

  await local.deprecate(deprecated, '2026-01-01T00:00:00Z')
  aws('ec2', 'run-instances', '--image-id', launched)
  const template = (name: string, ami: string) =>
    aws('ec2', 'create-launch-template', '--launch-template-name', name, '--launch-template-data', `ImageId=${ami}`)
  template('old', old)
  aws(
    ...'ec2 create-launch-template-version --launch-template-name old --launch-template-data'.split(' '),
    'ImageId=ami-1',
  )
  template('group', grouped)
  const sizes = ['--min-size', '0', '--max-size', '0', '--availability-zones', 'us-east-1a']
  const mixed = {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateName: 'group', Version: '1' },
      Overrides: [{ InstanceType: 't3.large' }],
    },
  }
  const groupName = ['--auto-scaling-group-name', 'workers']
  aws(
    'autoscaling',
    'create-auto-scaling-group',
    ...groupName,
    ...sizes,
    '--mixed-instances-policy',
    JSON.stringify(mixed),
  )
  const configuration = ['--launch-configuration-name', 'old', '--instance-type', 't3.medium']
  aws('autoscaling', 'create-launch-configuration', ...configuration, '--image-id', configured)
  aws('ssm', 'put-parameter', '--name', '/node/latest', '--type', 'String', '--value', named)
  aws('ec2', 'modify-image-attribute', '--image-id', shared, '--launch-permission', 'Add=[{UserId=111122223333}]')
  aws('ec2', 'enable-image-deregistration-protection', '--image-id', guarded)
  const before = await ids()
  const from = (await local.calls()).length

  const rules = { keep: '1', 'keep-younger-than': '0m', 'deregister-after': '0m' }
  const dry = await prune(rules)
  expect(dry.code).toBe(0)
  expect(short(dry.rows)).toEqual({
    newest: 'keep',
    protected: 'keep',
    shared: 'keep',
    'in-parameter': 'keep',
    'in-launch-configuration': 'keep',
    'in-group': 'keep',
    'in-old-template-version': 'keep',
    launched: 'keep',
    deprecated: 'deregister',
    going: 'deprecate',
    failed: 'deregister',
    unfinished: 'keep',
  })
  const reason = Object.fromEntries(dry.rows.map((row) => [row.name, row.reason]))
  expect(reason).toMatchObject({
    newest: 'number 1 of the newest 1 of debian-13/amd64/1.37',
    protected: 'protected from deregistration',
    shared: 'shared with 111122223333',
    'in-parameter': 'in use by SSM parameter /node/latest',
    'in-launch-configuration': 'in use by launch configuration old',
    'in-group': expect.stringContaining('launch template group version 1'),
    'in-old-template-version': 'in use by launch template old version 1',
    launched: expect.stringMatching(/^in use by instance i-/),
    unfinished: expect.stringContaining('never tested or published'),
  })
  expect(dry.summary).toContain('nothing was changed')
  expect(await writes(from)).toEqual([])
  expect(await ids()).toEqual(before)

  // If a service denies the look-up, the action keeps everything.
  await local.deny('autoscaling:DescribeAutoScalingGroups')
  const blind = await prune({ ...rules, 'dry-run': 'false' })
  await local.deny()
  expect(blind.code).toBe(0)
  expect(new Set(Object.values(short(blind.rows)))).toEqual(new Set(['keep']))
  expect(blind.rows.find(({ name }) => name === 'going')?.reason).toMatch(/unknown use.*DescribeAutoScalingGroups/)
  expect(await ids()).toEqual(before)

  const real = await prune({ ...rules, 'dry-run': 'false' })
  expect(real.rows.filter(({ result }) => result !== 'none').map(({ name, result }) => [name, result])).toEqual([
    ['deprecated', 'done'],
    ['going', 'done'],
    ['failed', 'done'],
  ])
  expect(real.code).toBe(0)
  const left = await local.inventory()
  const gone = before.filter((id) => !left.some((thing) => thing.id === id))
  expect(gone.filter((id) => id.startsWith('ami-')).sort()).toEqual([deprecated, failed].sort())
  expect(gone.filter((id) => id.startsWith('snap-'))).toHaveLength(2)
  expect(gone).toHaveLength(4)

  // The AMI that was just deprecated waits for its deprecation date, at most two minutes.
  const again = await prune({ ...rules, 'dry-run': 'false' })
  expect(short(again.rows).going).toBe('deprecate')
}, 600_000)

exhaustive?.(
  'leftovers of killed runs go once the run is old; young or untagged resources stay',
  async () => {
    const started = (days: number) =>
      `{Key=k8s-image:started,Value=${new Date(Date.now() - days * 86_400_000).toISOString()}}`
    const group = (name: string, ...tags: string[]) =>
      aws(
        ...['ec2', 'create-security-group', '--group-name', name, '--description', name, '--query', 'GroupId'],
        ...(tags.length === 0 ? [] : ['--tag-specifications', specification('security-group', tags.join(','))]),
      )
    const old = group('packer_old', run('old', 'untested'), started(2))
    const young = group('packer_young', run('young', 'untested'), started(0))
    const ageless = group('packer_ageless', run('ageless', 'untested'))
    const foreign = group('packer_foreign')
    // Resources of a run that is older than a minute at the sweep.
    const tags = run('killed', 'untested')
    const volume = ['--availability-zone', 'us-east-1a', '--size', '1', '--query', 'VolumeId']
    const killed = [
      aws('ec2', 'create-volume', ...volume, '--tag-specifications', specification('volume', tags)),
      group('packer_killed', tags),
      aws(
        ...['ec2', 'create-launch-template', '--launch-template-name', 'packer_killed', '--launch-template-data'],
        ...['ImageId=ami-1', '--query', 'LaunchTemplate.LaunchTemplateId'],
        ...['--tag-specifications', specification('launch-template', tags)],
      ),
      aws(
        ...['ec2', 'create-key-pair', '--key-name', 'packer_killed', '--query', 'KeyPairId'],
        ...['--tag-specifications', specification('key-pair', tags)],
      ),
    ]
    // Two AMIs without the tag of published ones: an SSM parameter names one, and the other passed its test.
    const source = aws(
      'ec2',
      'describe-images',
      '--owners',
      'self',
      '--filters',
      'Name=name,Values=source',
      '--query',
      'Images[0].ImageId',
    )
    const named = await copy(source, 'named', run('killed', 'untested'))
    const tested = await copy(source, 'tested', run('killed', 'tested'))
    aws('ec2', 'wait', 'image-available', '--image-ids', named, tested)
    aws('ssm', 'put-parameter', '--name', '/node/marked-no-more', '--type', 'String', '--value', named)
    await new Promise((later) => setTimeout(later, 61_000))
    const before = await ids()
    const inputs = { keep: '1000', 'sweep-older-than': '1m' }

    const dry = await prune(inputs)
    expect(dry.code).toBe(0)
    const actions = Object.fromEntries(dry.leftovers.map(({ id, action }) => [id, action]))
    expect(actions).toMatchObject({
      [old]: 'delete',
      [young]: 'delete', // it is more than a minute old by now
      [ageless]: 'keep',
      ...Object.fromEntries(killed.map((id) => [id, 'delete'])),
    })
    expect(actions).not.toHaveProperty(foreign)
    expect(actions).not.toHaveProperty(tested)
    expect(dry.leftovers.filter(({ name, reason }) => name === 'named' || reason.includes(named))).toMatchObject([
      { id: named, action: 'keep', reason: 'in use by SSM parameter /node/marked-no-more' },
      { action: 'keep', reason: `of ${named}, which stays: in use by SSM parameter /node/marked-no-more` },
    ])
    expect(await ids()).toEqual(before)

    const careful = await prune({ ...inputs, 'sweep-older-than': '24h', 'dry-run': 'false' })
    expect(careful.code).toBe(0)
    const after = await ids()
    expect(before.filter((id) => !after.includes(id))).toEqual([old])

    const real = await prune({ ...inputs, 'dry-run': 'false' })
    expect(real.code).toBe(0)
    const last = await ids()
    for (const id of [...killed, young]) expect(last).not.toContain(id)
    expect(last).toEqual(expect.arrayContaining([ageless, foreign, named, tested]))
    // It removes no published AMI, and nothing without the action's tag.
    const lost = before.filter((id) => !last.includes(id) && !killed.includes(id))
    const unfinished = lost.filter((id) => id !== old && id !== young)
    expect(unfinished.every((id) => /^(ami|snap)-/.test(id))).toBe(true)
    expect(unfinished).toHaveLength(2) // the unpublished AMI and its snapshot
  },
  600_000,
)
