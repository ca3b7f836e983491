/** docs/examples/partitions.yml in accounts of its partitions: a local EC2 with their regions, and base AMIs of their publishers. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type StepResult, startStep } from '../../script/runner.ts'
import { awsClients } from '../../src/aws/clients.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { COURTESIES } from '../../src/preflight/courtesies.ts'
import { jobOn, type Local, leftovers, type Mirror, root, startLocalIn, startMirror } from '../rehearsal/local.ts'
import { type Act, ended, passed, prepareAct } from './act.ts'

const example = readFileSync(join(root, 'docs/examples/partitions.yml'), 'utf8')
const { strategy, steps } = parse(example).jobs.image
/** The example's inputs for one partition, with expressions evaluated as on GitHub. */
function given(partition: string) {
  const { region, 'ami-regions': regions } = strategy.matrix.include.find(
    (each: { partition: string }) => each.partition === partition,
  )
  const { 'kubernetes-version': version, os } = steps.at(-1).with
  return { region, 'ami-regions': regions, 'kubernetes-version': String(version), os }
}

let mirror: Mirror
let act: Act
beforeAll(async () => {
  mirror = await startMirror()
  act = prepareAct()
}, 3_000_000)
afterAll(async () => {
  await mirror?.stop()
  act?.remove()
})

/** Runs `work` with an account that has these regions, and a base AMI of this publisher. */
async function inAccount(regions: readonly string[], owner: string, work: (local: Local) => Promise<void>) {
  const local = await startLocalIn(regions)
  try {
    const name = 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261101'
    await local.offer({ region: regions[0] ?? '', owner, name })
    await work(local)
  } finally {
    await local.stop()
  }
}

async function plan(local: Local, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-partition-'))
  try {
    const job = { action: root, directory, inputs: { ...inputs, ...mirror.inputs }, env: local.ready.env }
    return await startStep(job, 'plan').done
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const images = ({ code, outputs, log }: StepResult) => {
  expect(ended({ code, log })).toEqual(passed)
  return JSON.parse(outputs.images ?? '[]')
}

test('aws-us-gov: the plan of the example finds the base AMI of the publisher in that partition', async () => {
  await inAccount(['us-gov-west-1', 'us-gov-east-1'], '513442679011', async (local) => {
    const [image] = images(await plan(local, given('aws-us-gov')))
    expect(image).toMatchObject({
      ...{ image: 'ubuntu-24.04-amd64', action: 'build', regions: ['us-gov-west-1', 'us-gov-east-1'] },
      baseAmi: { name: expect.stringContaining('ubuntu-noble-24.04') },
    })
    expect(new Set((await local.calls()).map(({ region }) => region))).toEqual(
      new Set(['us-gov-west-1', 'us-gov-east-1']),
    )
  })
}, 120_000)

test('aws-cn: the example publishes an AMI with a passed test in both regions', async () => {
  const [home, other] = ['cn-north-1', 'cn-northwest-1'] as const
  await inAccount([home, other], '837727238323', async (local) => {
    const [image] = images(await plan(local, given('aws-cn')))
    // Leaves the state of a run that was killed after its test. A build takes minutes, and Ubuntu cannot boot here.
    const aws = (...args: string[]) =>
      execFileSync('aws', ['ec2', ...args, '--region', home, '--output', 'text'], {
        encoding: 'utf8',
        env: { ...process.env, ...local.ready.env },
      }).trim()
    const from = ['--source-image-id', image.baseAmi.id, '--source-region', home]
    const ami = aws('copy-image', ...from, '--name', 'built-before', '--query', 'ImageId')
    aws('wait', 'image-available', '--image-ids', ami)
    const ec2 = ec2ByRegion(awsClients(local.ready.env))(home)
    const tags = {
      run: 'before',
      digest: image.digest,
      state: 'tested',
      tested: 'node',
      'tested-at': '2026-11-23T10:00:00Z',
    }
    const snapshots = (await ec2.ami(ami))?.snapshots ?? []
    await ec2.tag(
      [ami, ...snapshots],
      Object.fromEntries(Object.entries(tags).map(([name, value]) => [`k8s-image:${name}`, value])),
    )

    const run = await act.run('partitions.yml', {
      matrix: 'partition:aws-cn',
      env: local.ready.env,
      variables: {
        K8S_IMAGE_MIRROR: mirror.inputs.mirror ?? '',
        K8S_IMAGE_MIRROR_TRUST: mirror.inputs['mirror-trust'] ?? '',
      },
    })
    expect(ended(run)).toEqual(passed)
    const built = (await local.inventory()).filter(
      ({ type, tags: own }) => type === 'image' && own['k8s-image:state'] === 'built',
    )
    expect(built.map(({ region, id }) => [region, id]).sort()).toEqual([
      [home, ami],
      [other, expect.stringMatching(/^ami-/)],
    ])
    const calls = await local.calls()
    expect(new Set(calls.map(({ region }) => region))).toEqual(new Set([home, other]))
  })
}, 180_000)

/** docs/examples/narrow-policy-partitions.json with the replacement that docs/iam.md names. */
const policyOf = (partition: string) =>
  JSON.parse(
    readFileSync(join(root, 'docs/examples/narrow-policy-partitions.json'), 'utf8').replaceAll(
      'arn:aws-cn:',
      `arn:${partition}:`,
    ),
  )

const rows: readonly [partition: string, home: string, other: string][] = [
  ['aws-cn', 'cn-north-1', 'cn-northwest-1'],
  ['aws-us-gov', 'us-gov-west-1', 'us-gov-east-1'],
]
const all = process.env.K8S_IMAGE_TEST_ALL ? test.each(rows) : undefined
all?.(
  '%s: under the policy for partitions Packer builds Debian in one region, and it is copied to the other',
  async (partition, home, other) => {
    await inAccount([home, other], '837727238323', async (local) => {
      await local.settings({ policy: policyOf(partition) })
      const job = jobOn(local, mirror, { region: home, 'ami-regions': `${home},${other}`, preflight: 'true' })
      try {
        const main = await startStep(job, 'main').done
        expect(ended(main)).toEqual(passed)
        const ids = JSON.parse(main.outputs['ami-ids'] ?? '{}')['debian-13-amd64']
        expect(Object.keys(ids).sort()).toEqual([home, other].sort())
        expect((await startStep(job, 'post').done).code).toBe(0)
        const kept = (await local.inventory()).filter(({ type }) => type === 'image' || type === 'snapshot')
        expect(leftovers(await local.inventory(), ...kept.map(({ id }) => id))).toEqual([])
        // Dry-run calls name resources without tags, so their refusals are warnings.
        const refused = (await local.calls()).filter(({ dry, status }) => status === 403 && !dry)
        expect(refused.filter(({ service, action }) => !(`${service}:${action}` in COURTESIES))).toEqual([])
      } finally {
        job.dispose()
      }
    })
  },
  600_000,
)
