/** Full plans, with EC2 in memory: a plan reports its decision, and changes nothing. */
import { resolve } from 'node:path'
import type { Effects } from '../../../../src/actions/effects.js'
import { runPlan } from '../../../../src/actions/plan/run.js'
import { UserError, UserErrors } from '../../../../src/lib/errors.js'
import type { Inputs } from '../../../../src/model/inputs.js'
import type { Plan } from '../../../../src/model/plan.js'
import {
  image,
  type MemoryEc2,
  type MemoryLog,
  manualClock,
  memoryEc2,
  memoryLog,
  memoryServices,
} from '../../fakes.js'

let log: MemoryLog
let ec2: MemoryEc2
let outputs: Record<string, string>
let summary: string
let readers: unknown[]

beforeEach(() => {
  log = memoryLog()
  ec2 = memoryEc2()
  outputs = {}
  summary = ''
  readers = []
})

/** @param enabledRegions answers the first request to the account */
function effects(
  changes: Partial<Effects> = {},
  inputs: Partial<Inputs> = {},
  enabledRegions = async () => ['us-east-1'],
): Effects {
  const given = {
    region: 'us-east-1',
    kubernetesVersions: ['1.37'],
    amiRegions: ['us-east-1'],
    os: ['debian-13'],
    arch: ['amd64'],
    test: 'node',
    rehearse: 'false',
    lock: { mode: 'off', file: 'lock.json', path: '/nowhere' },
    ...{ vars: {}, varFile: {}, timeout: 60, testTimeout: 20, parallelBuilds: 2 },
  }
  const never = async () => {
    throw new Error('a plan needs none of it')
  }
  return {
    env: { AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI' },
    root: resolve(import.meta.dirname, '../../../..'),
    machine: { platform: 'linux', arch: 'x64', uid: 0 },
    log,
    clock: manualClock(),
    exec: never,
    started: 0,
    readWanted: async () => [
      {
        name: undefined,
        required: true,
        texts: { os: 'debian-13' },
        inputs: { ...given, ...inputs } as unknown as Inputs,
      },
    ],
    makePlan: async (_, runId, _account, { ec2: reads }): Promise<Plan> => {
      readers.push(reads)
      const base = await reads?.newestAmi({ owner: '', nameFilter: '', arch: 'amd64' })
      return {
        runId,
        region: 'us-east-1',
        copyRegions: [],
        images: [{ ...image(), ...(base ? { baseAmi: base } : {}) }],
      }
    },
    prepareTools: never,
    aws: () => {
      throw new Error('a plan tries nothing')
    },
    ec2: () => (region) => ({ ...ec2.byRegion(region), enabledRegions }),
    tally: { calls: {}, throttled: 0 },
    services: () => memoryServices().services,
    saveState: () => undefined,
    setOutput: (name, value) => {
      outputs[name] = value
    },
    writeSummary: async (text) => {
      summary = text
    },
    crashed: new Promise(() => undefined),
    ...changes,
  }
}

const signal = new AbortController().signal

test('with an account: the base AMI, the digest, and what changed', async () => {
  ec2.things.push({
    region: 'us-east-1',
    kind: 'image',
    id: 'ami-1',
    name: 'k8s-1',
    state: 'available',
    tags: {
      'k8s-image:state': 'built',
      'k8s-image:os': 'debian-13',
      'k8s-image:tested': 'node',
      'k8s-image:tested-at': '2026-11-01T00:00:00Z',
      'k8s-image:versions':
        'arch=amd64 kubernetes=1.37.2-1.1 containerd=2.3.6 runc=1.4.3 cni-plugins=1.9.1 sandbox=3.10.2 base=ami-0base',
    },
  })
  expect(await runPlan(effects(), signal)).toBe(0)
  expect(readers).toEqual([undefined])
  expect(outputs['has-work']).toBe('true')
  expect(JSON.parse(outputs.images ?? '')).toMatchObject([
    {
      digest: image().digest,
      changes: [{ what: 'containerd', from: '2.3.6', to: '2.3.7' }],
      last: { id: 'ami-1' },
      reason: 'containerd 2.3.6 -> 2.3.7',
    },
  ])
  expect(summary).toBe(outputs.comment)
  expect(summary).toContain('### Cost and time, estimated')
  expect(log.lines).toEqual([`debian-13-amd64: build: containerd 2.3.6 -> 2.3.7 (${image().digest.slice(0, 19)})`])
  expect(log.masked).toEqual(['wJalrXUtnFEMI'])
  // The plan makes, tags and deletes nothing.
  expect(ec2.calls).toEqual([])
  expect(ec2.things).toHaveLength(1)
})

const noCredentials = async () => {
  throw new UserError('aws-failed', 'there are no AWS credentials', '', { cause: { name: 'CredentialsProviderError' } })
}

test.each<[string, Effects]>([
  ['no credentials', effects({}, {}, noCredentials)],
  [
    'a rehearsal',
    effects({}, { rehearse: 'true' }, async () => Promise.reject(new Error('a rehearsal makes no request'))),
  ],
])('%s: everything is reported except the base AMI and the digest', async (_, prepared) => {
  const given = {
    ...prepared,
    log,
    setOutput: (name: string, value: string) => {
      outputs[name] = value
    },
  }
  expect(await runPlan(given, signal)).toBe(0)
  expect(JSON.parse(outputs.images ?? '')).toMatchObject([
    {
      work: true,
      digest: null,
      baseAmi: null,
      reason: 'digest unknown: base AMI not resolved',
      versions: { containerd: '2.3.7' },
    },
  ])
  expect(outputs.comment).not.toContain('sha256:')
  expect(outputs['has-work']).toBe('true')
})

test('credentials that have expired are a failure, not "none"', async () => {
  const expired = async () =>
    Promise.reject(
      new UserError('aws-failed', 'the AWS credentials have expired', 'get new ones', {
        cause: { name: 'ExpiredToken' },
      }),
    )
  expect(await runPlan(effects({}, {}, expired), signal)).toBe(1)
  expect(log.errors).toEqual([{ title: 'aws-failed', message: 'the AWS credentials have expired — get new ones' }])
  expect(outputs).toEqual({})
  expect(summary).toContain('no plan')
})

test('mistakes in the inputs are annotations', async () => {
  const place = { file: '.github/k8s-image.yml', line: 3 }
  const readWanted = async () =>
    Promise.reject(new UserErrors([new UserError('aws-failed', 'os: x', 'did you mean y?', { place })]))
  expect(await runPlan(effects({ readWanted }), signal)).toBe(1)
  expect(log.errors).toEqual([{ title: 'aws-failed', message: 'os: x — did you mean y?', ...place }])
  expect(summary).toContain('did you mean y?')
})

test('a bug is reported as one', async () => {
  const makePlan = async () => Promise.reject(new TypeError('x is undefined'))
  expect(await runPlan(effects({ makePlan }), signal)).toBe(1)
  expect(log.errors[0]?.message).toMatch(/internal error: x is undefined/)
})
