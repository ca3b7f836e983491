import { readPruneInputs } from '../../../../src/actions/prune/inputs.js'
import { isWhole, logLines, pruneOutputs, pruneSummary } from '../../../../src/actions/prune/report.js'
import { prune } from '../../../../src/actions/prune/run.js'
import { ec2ByRegion } from '../../../../src/aws/ec2-client.js'
import { UserError } from '../../../../src/lib/errors.js'
import { type MemoryEc2, manualClock, memoryEc2, memoryLog } from '../../fakes.js'
import { type Answer, type FakeAws, fakeAws, tagSet } from './fake-aws.js'

const NOW = 1_800_000_000
const DAY = 86400
const iso = (age: number) => new Date((NOW - age * DAY) * 1000).toISOString()
const id = (at: number) => `ami-0000000${at}`
const snapshotOf = (ami: string) => ami.replace('ami', 'snap')

const ours = { 'k8s-image:run': 'r', 'k8s-image:state': 'built' }

function image(ImageId: string, age: number, more: object = {}, tags: Record<string, string> = {}): object {
  return {
    ImageId,
    Name: `k8s|${ImageId}`,
    State: 'available',
    Architecture: 'x86_64',
    CreationDate: iso(age),
    BlockDeviceMappings: [{ Ebs: { SnapshotId: snapshotOf(ImageId) } }],
    ...tagSet({ ...ours, 'k8s-image:os': 'debian-13', 'k8s-image:kubernetes': '1.37.2', ...tags }),
    ...more,
  }
}

const deprecated = (days: number) => ({ DeprecationTime: iso(days) })
const snapshot = (SnapshotId: string, tags: Record<string, string> = {}) => ({
  SnapshotId,
  ...tagSet({ ...ours, ...tags }),
})
const snapshots =
  (...ids: string[]): Answer =>
  () => ({ Snapshots: ids.map((one) => snapshot(one)) })

/** Four AMIs: pruning keeps the two newest and deprecates the third. The fourth was deprecated 40 days ago. */
const four: Record<string, Answer> = {
  'ec2:DescribeImages': () => ({
    Images: [image(id(1), 40), image(id(2), 50), image(id(3), 60), image(id(4), 90, deprecated(40))],
  }),
  'ec2:DescribeSnapshots': snapshots(snapshotOf(id(3)), snapshotOf(id(4))),
  'ec2:DescribeRegions': () => ({ Regions: [{ RegionName: 'us-west-2' }, { RegionName: 'us-east-1' }] }),
}

async function run(
  answers: Record<string, Answer>,
  inputs: Record<string, string> = {},
  fill: (ec2: MemoryEc2) => void = () => {},
) {
  const aws = fakeAws({ ...four, ...answers })
  const ec2 = memoryEc2()
  fill(ec2)
  const given = { keep: '2', ...inputs }
  const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
  // A sweep deletes resources of the EC2 in memory.
  const sweeps = 'sweep-older-than' in inputs
  const effects = {
    aws: aws.aws,
    ec2: sweeps ? ec2.byRegion : ec2ByRegion(aws.aws),
    clock: manualClock(NOW),
    log: memoryLog(),
  }
  return { aws, ec2, report: await prune(readPruneInputs(env), effects) }
}

const writes = ({ made }: FakeAws) => made.filter((call) => !/:(Describe|Get)/.test(call))
const rows = (list: readonly { id: string; action: string; result: string }[]) =>
  list.map((row) => `${row.id} ${row.action} ${row.result}`)

test('a dry run reports everything and changes nothing', async () => {
  const { aws, report } = await run({})
  expect(writes(aws)).toEqual([])
  expect(rows(report.amis)).toEqual([
    `${id(1)} keep none`,
    `${id(2)} keep none`,
    `${id(3)} deprecate dry run`,
    `${id(4)} deregister dry run`,
  ])
  expect(isWhole(report)).toBe(true)
  expect(pruneOutputs(report)).toMatchObject({ kept: '2', deprecated: '1', deregistered: '1', failed: '0' })
  expect(JSON.parse(pruneOutputs(report).images ?? '')[3]).toEqual({
    region: 'us-east-1',
    kind: 'image',
    id: id(4),
    name: `k8s|${id(4)}`,
    os: 'debian-13',
    arch: 'amd64',
    kubernetes: '1.37.2',
    created: iso(90),
    deprecated: iso(40),
    action: 'deregister',
    reason: '90 days old, number 4 of debian-13/amd64/1.37, deprecated 40 days ago',
    result: 'dry run',
  })
  const summary = pruneSummary(report)
  expect(summary).toContain('A dry run: nothing was changed')
  expect(summary).toContain(`| us-east-1 | \`${id(4)}\` | k8s&#124;`.replace('us-east-1', 'us-east-1'))
  expect(logLines(report).at(-1)).toBe('2 kept, 2 to prune')
})

test('a real run deprecates soon, and tags snapshots before it deregisters their AMI', async () => {
  const { aws, report } = await run({}, { 'dry-run': 'false' })
  expect(writes(aws).sort()).toEqual([
    'us-east-1 ec2:CreateTags',
    'us-east-1 ec2:DeleteSnapshot',
    'us-east-1 ec2:DeregisterImage',
    'us-east-1 ec2:EnableImageDeprecation',
  ])
  const params = (action: string) => aws.requests.find(({ call }) => call.endsWith(action))?.input
  expect(params('EnableImageDeprecation')).toEqual({ ImageId: id(3), DeprecateAt: new Date('2027-01-15T08:02:00Z') })
  expect(params('CreateTags')).toEqual({
    Resources: [snapshotOf(id(4))],
    Tags: [{ Key: 'k8s-image:pruned', Value: id(4) }],
  })
  expect(params('DeregisterImage')).toEqual({ ImageId: id(4), DeleteAssociatedSnapshots: true })
  expect(aws.made.indexOf('us-east-1 ec2:CreateTags')).toBeLessThan(aws.made.indexOf('us-east-1 ec2:DeregisterImage'))
  expect(report.amis.map(({ result }) => result)).toEqual(['none', 'none', 'done', 'done'])
})

test('a snapshot without our tag stays and is reported', async () => {
  const { aws, report } = await run({ 'ec2:DescribeSnapshots': snapshots() }, { 'dry-run': 'false' })
  expect(writes(aws)).not.toContain('us-east-1 ec2:DeleteSnapshot')
  expect(aws.requests.find(({ call }) => call.endsWith('DeregisterImage'))?.input).toEqual({ ImageId: id(4) })
  expect(report.amis[3]?.result).toBe(`done; kept without our tag: ${snapshotOf(id(4))}`)
})

test('a snapshot that a killed prune left without its AMI goes', async () => {
  const marked = snapshot('snap-9', { 'k8s-image:pruned': 'ami-9' })
  const used = snapshot(snapshotOf(id(1)), { 'k8s-image:pruned': id(1) })
  const answers = { 'ec2:DescribeSnapshots': () => ({ Snapshots: [marked, used, snapshot('snap-8')] }) }
  expect(rows((await run(answers)).report.snapshots)).toEqual(['snap-9 delete dry run'])
  const { aws, report } = await run(answers, { 'dry-run': 'false' })
  expect(rows(report.snapshots)).toEqual(['snap-9 delete done'])
  const removed = aws.requests
    .filter(({ call }) => call.endsWith('DeleteSnapshot'))
    .map(({ input }) => input.SnapshotId)
  expect(removed).toEqual(['snap-9'])
})

test('refusals of EC2 are reported, everything else is done, and the run fails', async () => {
  const refused = () => {
    throw new UserError('aws-failed', 'the credentials do not allow ec2:DeregisterImage')
  }
  const { report } = await run({ 'ec2:DeregisterImage': refused }, { 'dry-run': 'false' })
  expect(rows(report.amis).slice(2)).toEqual([
    `${id(3)} deprecate done`,
    `${id(4)} deregister failed: the credentials do not allow ec2:DeregisterImage`,
  ])
  expect(isWhole(report)).toBe(false)
  expect(pruneOutputs(report).failed).toBe('1')
})

test('on request, a protected AMI first loses its protection; with a cool-down, nothing else happens', async () => {
  const guarded = (how: string) => image(id(4), 90, { ...deprecated(40), DeregistrationProtection: how })
  const answers = (how: string): Record<string, Answer> => ({
    'ec2:DescribeImages': () => ({ Images: [image(id(1), 40), image(id(2), 50), guarded(how)] }),
    'ec2:DescribeSnapshots': snapshots(),
  })
  const inputs = { 'include-protected': 'true', 'dry-run': 'false' }
  expect(writes((await run(answers('enabled-without-cooldown'), inputs)).aws)).toEqual([
    'us-east-1 ec2:DisableImageDeregistrationProtection',
    'us-east-1 ec2:DeregisterImage',
  ])
  const { aws, report } = await run(answers('enabled-with-cooldown'), inputs)
  expect(writes(aws)).toEqual(['us-east-1 ec2:DisableImageDeregistrationProtection'])
  expect(report.amis[2]).toMatchObject({ action: 'unprotect', result: 'done' })
})

test('only the calls that the decision needs are made', async () => {
  const young = () => ({ Images: [image(id(1), 1), image(id(2), 2), image(id(3), 3)] })
  const { aws } = await run({ 'ec2:DescribeImages': young })
  expect(aws.made.sort()).toEqual(['us-east-1 ec2:DescribeImages', 'us-east-1 ec2:DescribeSnapshots'])
  const { aws: more } = await run({})
  expect(more.made.filter((call) => call.includes('DescribeImageAttribute'))).toHaveLength(2)
})

test('an AMI that was launched lately is kept, although nothing uses it now', async () => {
  const launched = image(id(4), 90, { ...deprecated(40), LastLaunchedTime: iso(3) })
  const { report } = await run({
    'ec2:DescribeImages': () => ({ Images: [image(id(1), 40), image(id(2), 50), launched] }),
  })
  expect(report.amis[2]).toMatchObject({ id: id(4), action: 'keep', reason: 'launched 3 days ago' })
})

test('an AMI with unreadable sharing is kept', async () => {
  const { report } = await run({
    'ec2:DescribeImageAttribute': ({ ImageId }) => {
      if (ImageId === id(4)) throw new UserError('aws-failed', 'no')
      return { LaunchPermissions: [{ UserId: '111122223333' }] }
    },
  })
  expect(report.amis.slice(2).map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
    'keep: shared with 111122223333',
    'keep: unknown sharing: no',
  ])
})

test('an AMI with an unknown form of sharing is kept', async () => {
  const { report } = await run({ 'ec2:DescribeImageAttribute': () => ({ LaunchPermissions: [{}] }) })
  expect(report.amis.slice(2).map(({ reason }) => reason)).toEqual(
    [3, 4].map(() => 'shared with somebody (EC2 does not say who)'),
  )
})

test('if EC2 cannot tell what is in use, nothing goes, and the table says so', async () => {
  const { report } = await run(
    {
      'autoscaling:DescribeAutoScalingGroups': () => {
        throw new UserError(
          'aws-failed',
          'the credentials do not allow autoscaling:DescribeAutoScalingGroups in us-east-1',
        )
      },
    },
    { 'dry-run': 'false' },
  )
  expect(report.amis.map(({ action }) => action)).toEqual(['keep', 'keep', 'keep', 'keep'])
  expect(report.amis[3]?.reason).toMatch(/unknown use: Auto Scaling groups/)
})

describe('regions', () => {
  test('`all` means every enabled region; each is decided separately', async () => {
    const { report } = await run({}, { regions: 'all' })
    expect(report.amis.map(({ region, action }) => `${region} ${action}`)).toEqual([
      'us-east-1 keep',
      'us-east-1 keep',
      'us-east-1 deprecate',
      'us-east-1 deregister',
      'us-west-2 keep',
      'us-west-2 keep',
      'us-west-2 deprecate',
      'us-west-2 deregister',
    ])
  })

  test('an unreadable region does not stop the others, and the run fails', async () => {
    const { report } = await run(
      {
        'ec2:DescribeImages': (params, region) => {
          if (region === 'us-west-2') throw new UserError('aws-failed', 'refused')
          return four['ec2:DescribeImages']?.(params, region) ?? {}
        },
      },
      { regions: 'us-west-2,us-east-1' },
    )
    expect(report.unread).toEqual([{ region: 'us-west-2', why: 'refused' }])
    expect(report.amis).toHaveLength(4)
    expect(isWhole(report)).toBe(false)
    expect(pruneSummary(report)).toContain('was not read')
  })
})

describe('the sweep', () => {
  const volume = (VolumeId: string, age: number, run: string) => ({
    VolumeId,
    State: 'available',
    CreateTime: new Date(iso(age)),
    ...tagSet({ 'k8s-image:run': run }),
  })
  const answers: Record<string, Answer> = {
    'ec2:DescribeImages': () => ({}),
    'ec2:DescribeSnapshots': () => ({}),
    'ec2:DescribeVolumes': () => ({ Volumes: [volume('vol-1', 2, 'old'), volume('vol-2', 0.1, 'young')] }),
  }

  test('is off by default', async () => {
    const { aws, report } = await run(answers)
    expect(report.leftovers).toBeUndefined()
    expect(aws.made).not.toContain('us-east-1 ec2:DescribeVolumes')
  })

  test('reports in a dry run what it would remove, and why', async () => {
    const { ec2, report } = await run(answers, { 'sweep-older-than': '24h' })
    expect(report.leftovers?.map(({ id: thing, action, reason }) => `${thing} ${action}: ${reason}`)).toEqual([
      'vol-1 delete: left by the run old, 2 days ago',
      'vol-2 keep: the run young made something 2 hours ago',
    ])
    expect(ec2.calls).toEqual([])
    expect(pruneSummary(report)).toContain('### Leftovers of killed runs')
  })

  test('sweeps old enough runs in a real run, and reports what stays', async () => {
    const inputs = { 'sweep-older-than': '24h', 'dry-run': 'false' }
    let looks = 0
    const once: Answer = (params, region) =>
      ++looks === 1 ? (answers['ec2:DescribeVolumes']?.(params, region) ?? {}) : {}
    const { ec2, report } = await run({ ...answers, 'ec2:DescribeVolumes': once }, inputs)
    expect(ec2.calls.filter((call) => call.includes('tagged volume')).length).toBeGreaterThan(1)
    expect(rows(report.leftovers ?? [])).toEqual(['vol-1 delete done', 'vol-2 keep none'])
  })

  test('a deleted resource that is still listed for a while counts as deleted', async () => {
    let looks = 0
    const late: Answer = (params, region) =>
      ++looks <= 4 ? (answers['ec2:DescribeVolumes']?.(params, region) ?? {}) : {}
    const { report } = await run(
      { ...answers, 'ec2:DescribeVolumes': late },
      { 'sweep-older-than': '24h', 'dry-run': 'false' },
    )
    expect(rows(report.leftovers ?? [])).toEqual(['vol-1 delete done', 'vol-2 keep none'])
  })

  test('a region that cannot be read after its sweep fails its rows, not the report', async () => {
    let looks = 0
    const cut: Answer = (params, region) => {
      if (++looks > 1) throw new UserError('aws-credentials', 'the AWS credentials have expired')
      return answers['ec2:DescribeVolumes']?.(params, region) ?? {}
    }
    const { report } = await run(
      { ...answers, 'ec2:DescribeVolumes': cut },
      { 'sweep-older-than': '24h', 'dry-run': 'false' },
    )
    expect(rows(report.leftovers ?? [])).toEqual([
      'vol-1 delete failed: its deletion could not be checked: the AWS credentials have expired',
      'vol-2 keep none',
    ])
    expect(isWhole(report)).toBe(false)
  })

  test('a resource that stays listed counts as not deleted', async () => {
    const { report } = await run(answers, { 'sweep-older-than': '24h', 'dry-run': 'false' })
    expect(rows(report.leftovers ?? [])).toEqual(['vol-1 delete failed: it is still there', 'vol-2 keep none'])
    expect(isWhole(report)).toBe(false)
  })

  describe('an untested AMI of an old run, and its snapshot', () => {
    const tags = { 'k8s-image:run': 'old', 'k8s-image:state': 'untested' }
    const made = (ami: string): Record<string, Answer> => ({
      'ec2:DescribeImages': () => ({ Images: [image(ami, 2, {}, tags)] }),
      'ec2:DescribeSnapshots': () => ({
        Snapshots: [{ SnapshotId: snapshotOf(ami), StartTime: new Date(iso(2)), ...tagSet(tags) }],
      }),
    })
    const inputs = { 'sweep-older-than': '24h', 'dry-run': 'false' }
    const parameter: Record<string, Answer> = {
      'ssm:DescribeParameters': () => ({ Parameters: [{ Name: '/node/latest' }] }),
      'ssm:GetParameters': () => ({ Parameters: [{ Name: '/node/latest', Value: id(7) }] }),
    }
    const swept = async (answers: Record<string, Answer>) => {
      const { ec2, report } = await run({ ...made(id(7)), ...answers }, inputs, (memory) => {
        const own = { region: 'us-east-1', state: 'available', tags }
        memory.things.push({ ...own, kind: 'image', id: id(7), snapshots: [snapshotOf(id(7))] })
        memory.things.push({ ...own, kind: 'snapshot', id: snapshotOf(id(7)) })
      })
      return { left: ec2.things.map((thing) => thing.id), leftovers: report.leftovers }
    }

    test('are removed if unused', async () => {
      expect((await swept({})).left).toEqual([])
    })

    test('stay if a parameter names it', async () => {
      const { left, leftovers } = await swept(parameter)
      expect(left).toEqual([id(7), snapshotOf(id(7))])
      expect(leftovers?.map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
        'keep: in use by SSM parameter /node/latest',
        `keep: of ${id(7)}, which stays: in use by SSM parameter /node/latest`,
      ])
    })

    test('stay if their use is unknown', async () => {
      const refused = () => {
        throw new UserError('aws-failed', 'no')
      }
      const { left, leftovers } = await swept({ 'ssm:DescribeParameters': refused })
      expect(left).toEqual([id(7), snapshotOf(id(7))])
      expect(leftovers?.[0]?.reason).toBe('unknown use: SSM parameters (no)')
    })
  })

  test('nothing goes if one of the regions cannot be read', async () => {
    const half: Answer = (params, region) => {
      if (region === 'us-west-2') throw new UserError('aws-failed', 'refused')
      return answers['ec2:DescribeVolumes']?.(params, region) ?? {}
    }
    const { ec2, report } = await run(
      { ...answers, 'ec2:DescribeVolumes': half },
      { 'sweep-older-than': '24h', 'dry-run': 'false', regions: 'us-east-1 us-west-2' },
    )
    expect(report.leftovers?.map(({ id: thing, action, reason }) => `${thing} ${action}: ${reason}`)).toEqual([
      'vol-1 keep: left by the run old, 2 days ago, but a region could not be read and may have a match',
      'vol-2 keep: the run young made something 2 hours ago',
    ])
    expect(ec2.calls).toEqual([])
  })

  test('a region with resources that cannot be listed is left alone', async () => {
    const { report } = await run(
      {
        ...answers,
        'ec2:DescribeKeyPairs': () => {
          throw new UserError('aws-failed', 'refused')
        },
      },
      { 'sweep-older-than': '24h', 'dry-run': 'false' },
    )
    expect(report.leftovers).toEqual([])
    expect(report.unread).toEqual([{ region: 'us-east-1', why: 'refused' }])
  })
})
