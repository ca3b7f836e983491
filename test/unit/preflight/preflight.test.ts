import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../../src/lib/errors.js'
import type { PublishSettings } from '../../../src/model/publish.js'
import type { SystemArch } from '../../../src/model/system.js'
import { actionsOf, checksOf, featuresOf, policyOf } from '../../../src/preflight/actions.js'
import { check, verdictOf } from '../../../src/preflight/check.js'
import type { PreflightInputs } from '../../../src/preflight/feature.js'
import { FEATURES, type FeatureName } from '../../../src/preflight/features.js'
import type { MissingPermissions } from '../../../src/preflight/missing.js'
import { type PreflightGroup, preflight } from '../../../src/preflight/preflight.js'
import { publicWarnings } from '../../../src/preflight/public.js'
import { quotaWarning } from '../../../src/preflight/quota.js'
import { type Answer, fakeAws } from '../actions/prune/fake-aws.js'
import { manualClock, memoryLog, publishSettings } from '../fakes.js'
import { temporaryDirectory } from '../support/temporary.js'
import { dryFacts, image, inputs } from './facts.js'

const directory = temporaryDirectory()

const group = (changes: Partial<PreflightGroup> = {}): PreflightGroup => ({
  inputs,
  region: 'us-east-1',
  copyRegions: [],
  image,
  instanceTypes: ['t3.medium'],
  ...changes,
})

const says = (name: string) => () => {
  throw new UserError('aws-failed', `said ${name}`, undefined, { cause: Object.assign(new Error(name), { name }) })
}
const allowed = says('DryRunOperation')
const refused = says('UnauthorizedOperation')

/** An account that allows every action, except these. */
function account(others: Readonly<Record<string, Answer>> = {}) {
  const all = actionsOf(Object.keys(FEATURES) as FeatureName[])
  return fakeAws({ ...Object.fromEntries(all.map((action) => [action, allowed])), ...others })
}
const log = () => memoryLog()

/** A clock whose sleep ends only on demand. */
const patient = () => ({
  now: () => 0,
  sleep: (_: number, signal?: AbortSignal) =>
    new Promise<void>((_done, fail) => signal?.addEventListener('abort', () => fail(signal.reason))),
})

async function tried(others: Readonly<Record<string, Answer>>, ...groups: Partial<PreflightGroup>[]) {
  const aws = account(others)
  const lines = log()
  const order = {
    groups: groups.length === 0 ? [group()] : groups.map(group),
    parallel: 2,
    runId: 'r',
    reportDirectory: join(directory(), 'report'),
  }
  const error = await preflight(order, { aws: aws.aws, clock: patient(), log: lines }).then(
    () => undefined,
    (thrown: unknown) => thrown as MissingPermissions,
  )
  return { aws, lines, error }
}

test('an account that may do everything passes, and what could not be tried is named', async () => {
  const { aws, lines, error } = await tried({ 'ec2:StopInstances': says('InvalidInstanceID.NotFound') })
  expect(error).toBeUndefined()
  expect(lines.lines).toEqual([
    expect.stringMatching(
      /^preflight: \d+ actions are allowed, 1 could not be checked beforehand \(ec2:StopInstances\)$/,
    ),
  ])
  const dry = aws.requests.filter(({ input }) => input.DryRun === true)
  // All calls are dry runs, except those that only read.
  expect(aws.requests.length - dry.length).toBe(4)
  expect(aws.requests.filter(({ input }) => input.DryRun !== true).map(({ call }) => call)).toEqual(
    expect.arrayContaining(['us-east-1 servicequotas:GetServiceQuota', 'us-east-1 ec2:DescribeInstanceTypes']),
  )
})

test('all missing permissions are reported at once, with a policy', async () => {
  const { error } = await tried({ 'ec2:RunInstances': refused, 'ec2:CreateKeyPair': refused })
  expect(error?.message).toBe('the role lacks 2 permissions that this job needs: ec2:CreateKeyPair, ec2:RunInstances')
  const { Statement } = JSON.parse(error?.policy ?? '')
  expect(Statement[0].Action).toEqual(expect.arrayContaining(['ec2:CreateKeyPair', 'ec2:RunInstances']))
  expect(readFileSync(join(directory(), 'report/iam-policy.json'), 'utf8')).toBe(error?.policy)
  expect(error?.hint).toContain('report/iam-policy.json')
  const findings = JSON.parse(readFileSync(join(directory(), 'report/preflight.json'), 'utf8'))
  expect(findings).toContainEqual({
    action: 'ec2:CreateKeyPair',
    region: 'us-east-1',
    feature: 'build',
    verdict: 'missing',
    why: '',
  })
})

describe('an account that encrypts all volumes', () => {
  const arn = 'arn:aws:kms:us-east-1:123456789012:key/own'
  const encrypts = (KeyMetadata?: object, KmsKeyId = arn): Record<string, Answer> => ({
    'ec2:GetEbsEncryptionByDefault': () => ({ EbsEncryptionByDefault: true }),
    'ec2:GetEbsDefaultKmsKeyId': () => ({ KmsKeyId }),
    'kms:DescribeKey': () => (KeyMetadata === undefined ? refused() : { KeyMetadata }),
  })
  const actions = () => {
    const { Statement } = JSON.parse(readFileSync(join(directory(), 'report/iam-policy.json'), 'utf8'))
    return Statement.flatMap(({ Action }: { Action: string[] }) => Action)
  }

  test.each<[string, Record<string, Answer>, boolean, RegExp | undefined]>([
    [
      'with a key that may not be looked at',
      encrypts(),
      true,
      /^us-east-1: the account encrypts volumes and copies with/,
    ],
    ['with a key that is disabled', encrypts({ KeyState: 'Disabled' }), true, /is Disabled: allow the role/],
    ['with a key of its own', encrypts({ KeyState: 'Enabled' }), true, undefined],
    ['with the key of AWS, in ARN form', encrypts({ KeyManager: 'AWS', KeyState: 'Enabled' }), false, undefined],
    ['with the key of AWS', encrypts({}, 'alias/aws/ebs'), false, undefined],
    ['or does not', {}, false, undefined],
    ['or does not say', { 'ec2:GetEbsEncryptionByDefault': refused }, false, undefined],
  ])('%s', async (_, answers, needsKms, warning) => {
    const { lines, error } = await tried(answers)
    expect(error).toBeUndefined()
    expect(actions().includes('kms:CreateGrant')).toBe(needsKms)
    expect(lines.warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)])
  })

  test.each<[string, string[], Partial<PreflightInputs>, boolean]>([
    ['an unencrypted AMI', [], {}, false],
    ['an AMI of a region that encrypts', ['us-east-1'], {}, true],
    ['an AMI on an encrypted base AMI', [], { bases: [{ os: 'debian-13', encrypted: true }] }, true],
  ])('a copy of %s, in a region that does not', async (_, encrypting, changes, warned) => {
    const answers = {
      ...encrypts(),
      'ec2:GetEbsEncryptionByDefault': (_: object, region: string) => ({
        EbsEncryptionByDefault: encrypting.includes(region),
      }),
      'ec2:GetEbsDefaultKmsKeyId': (_: object, region: string) => ({
        KmsKeyId: region === 'us-west-2' ? arn : 'alias/aws/ebs',
      }),
    }
    const amiRegions = ['us-east-1', 'us-west-2']
    const { lines } = await tried(answers, {
      inputs: { ...inputs, amiRegions, ...changes },
      copyRegions: ['us-west-2'],
    })
    expect(lines.warnings).toEqual(warned ? [expect.stringMatching(/^us-west-2: the account encrypts/)] : [])
    expect(actions().includes('kms:CreateGrant')).toBe(warned)
  })

  test('is not asked where each region has a key by the inputs', async () => {
    const keys = { 'us-east-1': 'alias/k' }
    const { aws } = await tried(encrypts(), { inputs: { ...inputs, publish: { ...publishSettings, keys } } })
    expect(aws.made).not.toContain('us-east-1 ec2:GetEbsEncryptionByDefault')
  })
})

describe('a refusal', () => {
  const denied = (action: string, resource: string) => () => {
    const message = `You are not authorized to perform this operation. User: u is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows it.`
    const cause = Object.assign(new Error(message), { name: 'UnauthorizedOperation' })
    throw new UserError('aws-failed', 'refused', undefined, { cause })
  }

  test('on a resource that does not exist yet is a warning, since a policy with conditions on tags refuses it, too', async () => {
    const { lines, error } = await tried({ 'ec2:StopInstances': refused, 'ec2:DeregisterImage': refused })
    expect(error).toBeUndefined()
    expect(lines.warnings).toEqual([
      expect.stringContaining('AWS refuses ec2:DeregisterImage, ec2:StopInstances on resources without tags'),
    ])
    const findings = JSON.parse(readFileSync(join(directory(), 'report/preflight.json'), 'utf8'))
    expect(findings).toContainEqual(expect.objectContaining({ action: 'ec2:StopInstances', verdict: 'doubtful' }))
  })

  test.each([
    ['ec2:RunInstances', 'arn:aws:ec2:us-east-1:1:instance/*', 'ec2:RunInstances'],
    ['ec2:CreateTags', 'arn:aws:ec2:us-east-1:1:instance/*', 'ec2:CreateTags'],
    ['iam:PassRole', 'arn:aws:iam::1:role/nodes', 'iam:PassRole'],
    ['ec2:RunInstances', 'arn:aws:ec2:us-east-1:1:security-group/sg-1', undefined],
  ])('of RunInstances that is about %s on %s', async (action, resource, missing) => {
    const { lines, error } = await tried({ 'ec2:RunInstances': denied(action, resource) })
    expect(error?.message.split(': ')[1]).toBe(missing)
    expect(lines.warnings).toHaveLength(missing === undefined ? 1 : 0)
  })

  test('on a created resource itself is an error: the permission to create a key pair is missing', async () => {
    const { error } = await tried({
      'ec2:CreateKeyPair': denied('ec2:CreateKeyPair', 'arn:aws:ec2:us-east-1:1:key-pair/x'),
    })
    expect(error?.message).toMatch(/ec2:CreateKeyPair$/)
  })

  test('of several calls is reported once', async () => {
    const tags = denied('ec2:CreateTags', 'arn:aws:ec2:us-east-1:1:instance/*')
    const { error } = await tried(
      { 'ec2:RunInstances': tags, 'ec2:CreateKeyPair': tags, 'ec2:CopyImage': tags },
      { inputs: { ...inputs, amiRegions: ['us-west-2'] }, copyRegions: ['us-west-2'] },
    )
    expect(error?.message).toMatch(/a permission that this job needs: ec2:CreateTags \(us-east-1, us-west-2\)$/)
  })
})

describe('a subnet', () => {
  const subnet = (MapPublicIpOnLaunch: boolean): Record<string, Answer> => ({
    'ec2:DescribeSubnets': ({ DryRun }) =>
      DryRun ? allowed() : { Subnets: [{ VpcId: 'vpc-1', MapPublicIpOnLaunch }] },
  })
  const inSubnet = (changes: Partial<PreflightInputs> = {}) => ({
    inputs: { ...inputs, subnetId: 'subnet-1', ...changes },
  })

  test('without public addresses is refused in one line', async () => {
    const { error } = await tried(subnet(false), inSubnet())
    expect(error?.message).toBe(
      'subnet-id: subnet-1 gives instances no public address, so the runner cannot reach them',
    )
  })

  test.each<[string, Record<string, Answer>, Partial<PreflightInputs>]>([
    ['that gives them', subnet(true), {}],
    ['whose instances get one by the inputs', subnet(false), { associatePublicIp: true }],
    ['that is reached by the private address', subnet(false), { sshInterface: 'private_ip' }],
    ['that the runner is in', subnet(false), { sshSourceCidrs: ['10.0.0.0/8'] }],
    [
      'with addresses by the inputs, for a public name',
      subnet(false),
      { associatePublicIp: true, sshInterface: 'public_dns' },
    ],
  ])('%s passes, and its VPC is tried', async (_, answers, changes) => {
    const { aws, error } = await tried(answers, inSubnet(changes))
    expect(error).toBeUndefined()
    const group = aws.requests.find(({ call }) => call === 'us-east-1 ec2:CreateSecurityGroup')
    expect(group?.input).toMatchObject({ VpcId: 'vpc-1' })
  })

  test.each(['public_ip', 'public_dns'] as const)(
    'without public addresses is refused for %s',
    async (sshInterface) => {
      const { error } = await tried(subnet(false), inSubnet({ sshInterface, sshSourceCidrs: ['203.0.113.7/32'] }))
      expect(error?.message).toMatch(/gives instances no public address/)
    },
  )

  test('that does not exist is refused', async () => {
    const { error } = await tried({ 'ec2:DescribeSubnets': says('InvalidSubnetID.NotFound') }, inSubnet())
    expect(error?.message).toBe('said InvalidSubnetID.NotFound')
  })

  test('that may not be described is reported as a missing permission', async () => {
    const { error } = await tried({ 'ec2:DescribeSubnets': refused }, inSubnet())
    expect(error?.message).toMatch(/ec2:DescribeSubnets$/)
  })
})

test('a region that a policy shuts out is named', async () => {
  const answer: Answer = (_, region) => (region === 'eu-west-1' ? refused() : allowed())
  const { error } = await tried(
    { 'ec2:CopyImage': answer },
    {
      inputs: { ...inputs, amiRegions: ['us-east-1', 'us-west-2', 'eu-west-1'] },
      copyRegions: ['us-west-2', 'eu-west-1'],
    },
  )
  expect(error?.message).toMatch(/a permission that this job needs: ec2:CopyImage \(eu-west-1\)$/)
})

test('groups share what they share, and each region is asked', async () => {
  const { aws } = await tried({}, {}, { inputs: { ...inputs, test: 'node' } }, { region: 'eu-west-1' })
  const calls = aws.requests.filter(({ input }) => input.DryRun).map(({ call }) => call)
  expect(new Set(calls).size).toBe(calls.length)
  expect(calls).toEqual(
    expect.arrayContaining([
      'us-east-1 ec2:RunInstances',
      'eu-west-1 ec2:RunInstances',
      'us-east-1 ec2:GetConsoleOutput',
    ]),
  )
  expect(calls).not.toContain('eu-west-1 ec2:GetConsoleOutput')
})

test('groups with different settings are each asked', async () => {
  const withProfile: Answer = ({ IamInstanceProfile }) => (IamInstanceProfile === undefined ? allowed() : refused())
  const profile = { inputs: { ...inputs, vars: { iam_instance_profile: 'p' } } }
  const { error } = await tried({ 'ec2:RunInstances': withProfile }, profile, {})
  expect(error?.message).toMatch(/ec2:RunInstances$/)
})

test('without a base AMI, RunInstances is not tried', async () => {
  const { aws, lines } = await tried({}, { image: undefined })
  expect(aws.made).not.toContain('us-east-1 ec2:RunInstances')
  expect(lines.lines[0]).toContain('ec2:RunInstances')
})

test('late answers are not awaited, and do not count as passed', async () => {
  const slow = fakeAws({}).aws
  slow.ec2 = () => new Promise<never>(() => undefined)
  const checks = checksOf(['build'], dryFacts(), [])
  const findings = await check(checks, slow, manualClock())
  expect(new Set(findings.map(({ verdict }) => verdict))).toEqual(new Set(['unchecked']))
  expect(findings[0]?.why).toBe('no answer within 5 s')
})

describe('what an answer to a dry call means', () => {
  const error = (name: string, message = name) =>
    new UserError('aws-failed', name, undefined, { cause: Object.assign(new Error(message), { name }) })
  test.each([
    ['DryRunOperation', 'allowed'],
    ['UnauthorizedOperation', 'missing'],
    ['AccessDenied', 'missing'],
    ['InvalidInstanceID.NotFound', 'unchecked'],
    ['InvalidAMIID.Malformed', 'unchecked'],
    ['MissingParameter', 'unchecked'],
    ['RequestLimitExceeded', 'unchecked'],
    ['InternalError', 'unchecked'],
  ])('%s: %s', (code, verdict) => {
    expect(verdictOf(error(code), 'ec2:DescribeImages', {}).verdict).toBe(verdict)
  })

  test.each(['ExpiredToken', 'AuthFailure', 'CredentialsProviderError'])('%s ends it: nothing can be asked', (code) => {
    expect(() => verdictOf(error(code), 'ec2:DescribeImages', {})).toThrow(code)
  })

  test.each([
    ['VPCIdNotSpecified', 'No default VPC for this user'],
    ['InvalidSubnetID.NotFound', "The subnet ID 'subnet-1' does not exist"],
    ['InvalidAMIID.NotFound', "The image id '[ami-1]' does not exist"],
    ['InvalidParameterValue', "The architecture 'x86_64' of the specified instance type does not match"],
  ])('%s for the launch ends it: the build would get the same', (code, message) => {
    expect(() => verdictOf(error(code, message), 'ec2:RunInstances', {})).toThrow(code)
    expect(verdictOf(error(code, message), 'ec2:CopyImage', {}).verdict).toBe('unchecked')
  })

  test('another wrong value shows nothing', () => {
    const value = error('InvalidParameterValue', 'Value (x) for parameter y is invalid')
    expect(verdictOf(value, 'ec2:RunInstances', {}).verdict).toBe('unchecked')
  })

  test('AuthFailure for an AMI of others shows nothing of the credentials', () => {
    const others = error('AuthFailure', 'Not authorized for images: [ami-00000000000000000]')
    expect(verdictOf(others, 'ec2:ModifyImageAttribute', {})).toEqual({
      action: 'ec2:ModifyImageAttribute',
      verdict: 'unchecked',
      why: 'there is no resource to check it with',
    })
  })

  test('a mistake of ours is none', () => {
    expect(() => verdictOf(new TypeError('x'), 'ec2:DescribeImages', {})).toThrow(TypeError)
  })
})

describe('features', () => {
  const published = (changes: Partial<PublishSettings>) => ({ publish: { ...publishSettings, ...changes } })
  const based = (base: Partial<SystemArch>): Partial<PreflightInputs> => ({
    operatingSystems: {
      'debian-13': {
        ...{ key: 'debian-13', name: 'Debian 13', family: 'debian', owner: 'self', sshUser: 'admin' },
        arch: { amd64: { instanceType: 't3.medium', ...base } },
      },
    },
  })

  test.each<[Partial<PreflightInputs>, string[]]>([
    [{}, []],
    [{ test: 'boot' }, ['test']],
    [{ subnetId: 'subnet-1' }, ['subnet']],
    [{ vars: { iam_instance_profile: 'nodes' } }, ['instanceProfile']],
    [{ varFile: { iam_instance_profile: 'nodes' } }, ['instanceProfile']],
    [{ varFile: { iam_instance_profile: '' } }, []],
    [{ sshInterface: 'session_manager' }, ['sessionManager']],
    [{ amiRegions: ['us-east-1', 'us-west-2'] }, ['copy']],
    [{ amiRegions: 'all' }, ['copy']],
    [published({ keys: { 'us-east-1': 'alias/k' } }), ['encrypt']],
    [published({ accounts: ['210987654321'] }), ['share', 'shareSnapshots']],
    [published({ organizations: ['arn'] }), ['share']],
    [published({ everybody: true }), ['share']],
    [published({ deprecateAfter: 30 }), ['deprecate']],
    [published({ protection: 'with-cooldown' }), ['protect']],
    [published({ parameters: ['/k8s/latest'] }), ['parameters']],
    [{ os: ['debian-13', 'rhel-9'] }, ['nameByCopy']],
    [{ os: ['rhel-9'], bases: [{ os: 'rhel-9', needsCopy: false }] }, []],
    [{ os: ['rhel-9'], bases: [{ os: 'rhel-9' }] }, ['nameByCopy']],
    [{ bases: [{ os: 'debian-13' }, { os: 'debian-13', needsCopy: true }] }, ['nameByCopy']],
    [{ bases: [{ os: 'debian-13' }, { os: 'debian-13', encrypted: true }] }, ['encrypt']],
    [based({ ssmParameter: '/golden' }), ['baseParameter']],
    [{ ...based({ ssmParameter: '/golden' }), os: ['other-1'] }, []],
    [{ ...based({ ssmParameter: '/golden' }), arch: ['arm64'] }, []],
    [based({ ssmParameter: '/golden', sourceAmi: 'ami-1' }), []],
    [based({ nameFilter: 'debian-13-*' }), []],
  ])('%j', (changes, more) => {
    const named = ['build', 'cleanUp', 'name', ...more]
    expect(featuresOf([{ ...inputs, ...changes }]).sort()).toEqual(named.sort())
  })

  test('AMIs that have their names at once need none for that', () => {
    const features = featuresOf([{ ...inputs, os: ['rhel-9'], ...published({ nameAt: 'build' }) }])
    expect(features).toEqual(['build', 'cleanUp'])
    expect(actionsOf(features)).not.toContain('ec2:RegisterImage')
  })

  test('of several groups, all of them', () => {
    expect(
      featuresOf([
        { ...inputs, test: 'node' },
        { ...inputs, amiRegions: 'all' },
      ]),
    ).toEqual(['build', 'cleanUp', 'test', 'copy', 'name'])
  })

  test('a policy names each action once, and only actions of the features', () => {
    const features = featuresOf([
      { ...inputs, amiRegions: 'all', ...published({ everybody: true, keys: { 'us-east-1': 'alias/k' } }) },
    ])
    const actions = policyOf(features).Statement.flatMap(({ Action }) => Action)
    expect([...actions].sort()).toEqual(actionsOf(features))
    expect(new Set(actions).size).toBe(actions.length)
  })

  test('a role is passed to EC2 alone', () => {
    const { Statement } = policyOf(['build', 'instanceProfile'])
    expect(Statement.slice(1)).toEqual([
      { Sid: 'K8sImageInstanceProfile', Effect: 'Allow', Action: ['iam:GetInstanceProfile'], Resource: '*' },
      {
        Sid: 'K8sImageInstanceProfilePassRole',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
      },
    ])
  })

  test('Session Manager needs the data channel, which its plugin signs', () => {
    expect(actionsOf(['sessionManager'])).toEqual([
      'ec2:DescribeInstanceStatus',
      'ssm:ResumeSession',
      'ssm:StartSession',
      'ssm:TerminateSession',
      'ssmmessages:OpenDataChannel',
    ])
  })

  test('copies are tried where they go, and only there', () => {
    const facts = dryFacts()
    const checks = checksOf(['build', 'copy'], facts, ['eu-west-1', 'us-west-2'])
    const regions = checks.filter(({ action }) => action === 'ec2:CopyImage').map(({ region }) => region)
    expect(regions).toEqual(['eu-west-1', 'us-west-2'])
    expect(checks.filter(({ region }) => region === 'eu-west-1')).toHaveLength(actionsOf(['copy']).length)
    const shared = checksOf(['share'], facts, ['eu-west-1']).filter(
      ({ action }) => action === 'ec2:ModifyImageAttribute',
    )
    expect(shared.map(({ region }) => region)).toEqual(['us-east-1', 'eu-west-1'])
  })
})

describe('the quota of public AMIs', () => {
  const everybody = { ...inputs, publish: { ...publishSettings, everybody: true } }
  const need = { inputs: everybody, region: 'us-east-1', copyRegions: ['us-west-2'], instanceTypes: ['a', 'b'] }
  const account = (count: number, limit?: number): Record<string, Answer> => ({
    'ec2:DescribeImages': (_, region) => ({ Images: Array.from({ length: region === 'us-west-2' ? count : 0 }) }),
    'servicequotas:GetServiceQuota': () => (limit === undefined ? refused() : { Quota: { Value: limit } }),
  })

  test.each<[string, Record<string, Answer>, boolean]>([
    ['is just enough', account(3), false],
    ['is too small', account(4), true],
    ['was raised', account(4, 10), false],
    ['is too small although it was raised', account(9, 10), true],
    ['cannot be compared', { 'ec2:DescribeImages': refused, 'servicequotas:GetServiceQuota': refused }, false],
  ])('%s', async (_, answers, warns) => {
    const { aws, requests } = fakeAws(answers)
    expect(await publicWarnings([need], aws)).toHaveLength(warns ? 1 : 0)
    expect(requests).toContainEqual({
      call: 'us-west-2 ec2:DescribeImages',
      input: { MaxResults: 1000, Owners: ['self'], Filters: [{ Name: 'is-public', Values: ['true'] }] },
    })
  })

  test('says what to do, and counts the images of all groups', async () => {
    expect(await publicWarnings([need, { ...need, copyRegions: [] }], fakeAws(account(4)).aws)).toEqual([
      'us-west-2: the quota of public AMIs is 5 (L-0E3CBAB9), the account has 4, and the job makes 2: ask AWS for more, or prune AMIs',
    ])
    const three = [need, need, need]
    expect((await publicWarnings(three, fakeAws({}).aws)).join()).toMatch(/us-east-1: .*the job makes 6.*us-west-2: /)
  })

  test('is not looked at for private AMIs, and the preflight warns', async () => {
    expect((await tried(account(4))).aws.made).not.toContain('us-west-2 ec2:DescribeImages')
    const { lines } = await tried(account(4), { ...need, inputs: { ...everybody, amiRegions: ['us-west-2'] } })
    expect(lines.warnings).toContainEqual(expect.stringMatching(/^us-west-2: the quota of public AMIs is 5/))
  })
})

describe('the quota', () => {
  const answers = (limit: number | undefined, running: object[] = []): Record<string, Answer> => ({
    'servicequotas:GetServiceQuota': () => (limit === undefined ? refused() : { Quota: { Value: limit } }),
    'ec2:DescribeInstanceTypes': () => ({
      InstanceTypes: [{ InstanceType: 't3.medium', VCpuInfo: { DefaultVCpus: 2 } }],
    }),
    'ec2:DescribeInstances': () => ({ Reservations: [{ Instances: running }] }),
  })
  const instance = (InstanceType: string, more: object = {}) => ({
    InstanceType,
    CpuOptions: { CoreCount: 4, ThreadsPerCore: 2 },
    ...more,
  })
  const warning = (given: Record<string, Answer>, types = ['t3.medium', 't3.medium']) =>
    quotaWarning({ region: 'us-east-1', instanceTypes: types }, fakeAws(given).aws)

  test.each<[string, Record<string, Answer>, boolean]>([
    ['is large enough', answers(4), false],
    ['is too small', answers(3), true],
    ['is used up by others', answers(11, [instance('m5.xlarge')]), true],
    ['is just enough beside others', answers(12, [instance('m5.xlarge')]), false],
    ['does not count Spot', answers(4, [instance('m5.xlarge', { InstanceLifecycle: 'spot' })]), false],
    ['does not count other families', answers(4, [instance('p4d.24xlarge')]), false],
    ['cannot be read', answers(undefined), false],
    ['is not told', { ...answers(4), 'servicequotas:GetServiceQuota': () => ({}) }, false],
  ])('%s', async (_, given, warns) => {
    expect((await warning(given)) !== undefined).toBe(warns)
  })

  test('says what to do', async () => {
    expect(await warning(answers(3))).toBe(
      'us-east-1: the quota for standard On-Demand instances is 3 vCPUs (L-1216C47A), 0 are in use, and the builds need 4: ask AWS for more, or lower `parallel-builds`',
    )
  })

  test('is not read for families with another quota', async () => {
    expect(await warning({}, ['p4d.24xlarge'])).toBeUndefined()
  })
})
