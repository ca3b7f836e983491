/**
 * A full job in a restricted account: the policy of docs/iam.md (wide or narrowed), a strict organisation's service control policy,
 * security groups, KMS keys and CPU credits. Then pruning with its own policy, and the AWS CLI. No call may be refused.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { runJob } from '../../script/runner.ts'
import { COURTESIES } from '../../src/preflight/courtesies.js'
import { MINUTE } from './gates.ts'
import { handedOut } from './lanes.ts'
import { jobOn, type Local, type Mirror, prune, startLocal, startMirror } from './local.ts'
import { makeKeys, narrowed, wide } from './policies.ts'

const [home, west] = ['us-east-1', 'us-west-2'] as const
const parameter = '/k8s-image/debian-13/amd64/1.37/latest'
/** A job's published resources, and the test's own keys. */
const KEPT = ['image', 'snapshot', 'parameter', 'kms-key']
let mirror: Mirror
let local: Local
/** AMIs of the first job, in both regions. */
let older: { readonly id: string }[] = []

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  // Tested AMIs boot their own kernel; build instances need not.
  await local.settings({ ownKind: 'machine', copySeconds: 1, keyNewline: false, emptyPages: true })
}, 30 * MINUTE)

afterAll(async () => {
  // Fails if EC2 would have rejected a call's parameters, or if a T instance had no launch credits.
  await Promise.all([local?.stop(), mirror?.stop()])
}, MINUTE)

const deny = (Sid: string, Resource: string, Condition: unknown) => ({
  Sid,
  Effect: 'Deny',
  Action: 'ec2:RunInstances',
  Resource,
  Condition,
})
/** Denies a launch without IMDSv2, encrypted volumes or a cost tag. */
const organisation = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    deny('ImdsV2', '*:instance/*', { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } }),
    deny('Encrypted', '*:volume/*', { Bool: { 'ec2:Encrypted': 'false' } }),
    deny('CostTagOfInstances', '*:instance/*', { Null: { 'aws:RequestTag/cost-centre': 'true' } }),
    deny('CostTagOfVolumes', '*:volume/*', { Null: { 'aws:RequestTag/cost-centre': 'true' } }),
  ],
}

const policies: Readonly<Record<string, () => unknown>> = { wide, narrowed }

/** The policy of docs/pruning.md for pruning and sweeping. */
function pruning(): unknown {
  const rows =
    readFileSync('docs/pruning.md', 'utf8').match(/^\| (a dry run|`dry-run: false`|`sweep-older-than`) .*$/gm) ?? []
  const actions = rows.flatMap((row) =>
    [...row.matchAll(/\b(ec2|autoscaling|ssm): ?([^;|]+)/g)].flatMap(([, service, names = '']) =>
      (names.match(/\b[A-Z]\w+/g) ?? []).map((name) => `${service}:${name}`),
    ),
  )
  return { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }
}

/** Refused calls, except dry runs and optional calls. */
async function refused(from: number): Promise<string[]> {
  return (await local.calls())
    .slice(from)
    .filter(({ dry, status }) => !dry && status >= 400)
    .map(({ service, action, status }) => `${service}:${action} ${status}`)
    .filter((call) => !(call.replace(/ \d+$/, '') in COURTESIES))
}

function aws(...args: string[]) {
  const env = { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: home }
  const { status, stdout, stderr } = spawnSync('aws', [...args, '--output', 'json'], { encoding: 'utf8', env })
  return { status, stderr, answer: status === 0 ? JSON.parse(stdout || '{}') : undefined }
}

describe.each(Object.keys(policies))('under the %s policy', (name) => {
  let ami: string

  test(
    'a full job passes, and no call is refused',
    async () => {
      const publish = {
        test: 'node',
        preflight: 'true',
        'ami-regions': `${home},${west}`,
        'kms-key-ids': await makeKeys(local, [home, west]),
        'share-with-accounts': '210987654321',
        'ssm-parameters': '/k8s-image/{os}/{arch}/{minor}/latest',
        'deregistration-protection': 'false',
        tags: 'cost-centre=4711',
        'if-exists': 'rebuild',
      }
      await local.settings({ policy: policies[name]?.(), scp: organisation })
      const from = (await local.calls()).length
      const job = jobOn(local, mirror, publish)
      try {
        const { main, post } = await runJob(job)
        expect({ main: main.code, post: post.code, log: main.code === 0 ? '' : main.log.slice(-3000) }).toEqual({
          main: 0,
          post: 0,
          log: '',
        })
        ami = main.outputs['ami-id'] ?? ''
        if (older.length === 0) older = handedOut(main.outputs)
      } finally {
        job.dispose()
      }
      expect(await refused(from)).toEqual([])
      const left = (await local.inventory()).filter(({ type }) => !KEPT.includes(type))
      expect(left).toEqual([])
    },
    30 * MINUTE,
  )

  test(
    'the AWS CLI finds the AMI by its parameter, and launches it',
    async () => {
      await local.settings({ policy: null, scp: organisation })
      const from = (await local.calls()).length
      const found = aws('ssm', 'get-parameter', '--name', parameter)
      expect(found.answer?.Parameter.Value).toBe(ami)
      const [image] = aws('ec2', 'describe-images', '--image-ids', ami).answer.Images
      expect(image).toMatchObject({ State: 'available', ImdsSupport: 'v2.0', EnaSupport: true })
      expect(image.BlockDeviceMappings[0].Ebs.Encrypted).toBe(true)
      const launch = [
        '--image-id',
        ami,
        '--instance-type',
        't3.medium',
        '--credit-specification',
        'CpuCredits=unlimited',
      ]
      const tag = (kind: string) => `ResourceType=${kind},Tags=[{Key=cost-centre,Value=4711}]`
      const tags = ['--tag-specifications', tag('instance'), tag('volume'), '--metadata-options', 'HttpTokens=required']
      const launched = aws('ec2', 'run-instances', ...launch, ...tags)
      expect(launched.stderr).toBe('')
      const id: string = launched.answer.Instances[0].InstanceId
      expect(aws('ec2', 'wait', 'instance-running', '--instance-ids', id).stderr).toBe('')
      expect(aws('ec2', 'terminate-instances', '--instance-ids', id).stderr).toBe('')
      expect(aws('ec2', 'wait', 'instance-terminated', '--instance-ids', id).stderr).toBe('')
      expect(await refused(from)).toEqual([])
      // The organisation's policy also denies a launch of this AMI without IMDSv2 and tags.
      expect(aws('ec2', 'run-instances', ...launch).stderr).toContain('UnauthorizedOperation')
    },
    10 * MINUTE,
  )
})

test(
  'prune and its sweep, with the policy of their page, leave only the newest AMI',
  async () => {
    await local.settings({ policy: pruning(), scp: organisation })
    const from = (await local.calls()).length
    // Pruning removes only AMIs whose deprecation date is past.
    for (const { id } of older) await local.deprecate(id, '2026-01-01T00:00:00Z')
    const inputs = {
      regions: `${home},${west}`,
      keep: '1',
      'keep-younger-than': '0d',
      'include-shared': 'true',
      'sweep-older-than': '1h',
      'dry-run': 'false',
    }
    const done = await prune(local, inputs)
    expect({ code: done.code, log: done.code === 0 ? '' : done.log.slice(-3000) }).toEqual({ code: 0, log: '' })
    expect(await refused(from)).toEqual([])
    const left = (await local.inventory()).filter(({ type }) => !['parameter', 'kms-key'].includes(type))
    expect(left.map(({ type, region }) => `${type} ${region}`).sort()).toEqual([
      `image ${home}`,
      `image ${west}`,
      `snapshot ${home}`,
      `snapshot ${west}`,
    ])
  },
  10 * MINUTE,
)
