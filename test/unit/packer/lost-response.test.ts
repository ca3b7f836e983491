import { UserError } from '../../../src/lib/errors.js'
import { canBeginAgain, findAmiAfterLostResponse, isNameTaken } from '../../../src/packer/lost-response.js'
import { image, manualClock, memoryEc2, type Thing } from '../fakes.js'

const refused = (what: string, call: string, code: string) =>
  `${what}: operation error EC2: ${call}, https response error StatusCode: 400, RequestID: 1, api error ${code}: x`
const KEY = refused('Error creating temporary keypair', 'CreateKeyPair', 'InvalidKeyPair.Duplicate')
const AMI = refused('Error creating AMI', 'CreateImage', 'InvalidAMIName.Duplicate')

test.each<[string, readonly string[], boolean, boolean]>([
  ['the name of the key', [KEY], true, false],
  ['the name of the group', [refused('Error', 'CreateSecurityGroup', 'InvalidGroup.Duplicate')], true, false],
  [
    'the rule of the group',
    [
      refused(
        'Error authorizing temporary security group',
        'AuthorizeSecurityGroupIngress',
        'InvalidPermission.Duplicate',
      ),
    ],
    true,
    false,
  ],
  ['the name of the AMI', [AMI], false, true],
  ['the name of the AMI, and more', [AMI, 'Timeout'], false, false],
  ['the name of a key, and more', [KEY, 'Timeout'], false, false],
  [
    'an AMI name that is taken before the build',
    ['Error: AMI Name: x is used by an existing AMI: ami-1'],
    false,
    false,
  ],
  ['another cause', [refused('Error creating AMI', 'CreateImage', 'InternalError')], false, false],
  ['nothing', [], false, false],
])('refused for %s', (_, errors, again, taken) => {
  expect({ again: canBeginAgain(errors), taken: isNameTaken(errors) }).toEqual({ again, taken })
})

describe('an AMI whose response was lost', () => {
  const { digest, amiName, key } = image()
  const own = { 'k8s-image:run': 'mine', 'k8s-image:digest': digest, 'k8s-image:state': 'untested' }
  const made = (changes: Partial<Thing> = {}): Thing => ({
    region: 'us-east-1',
    kind: 'image',
    id: 'ami-01',
    name: amiName,
    state: 'pending',
    tags: own,
    ...changes,
  })
  const find = (...things: Thing[]) => {
    const ec2 = memoryEc2(...things)
    const clock = manualClock()
    const look = () =>
      findAmiAfterLostResponse(image(key), 'mine', ec2.byRegion('us-east-1'), clock, new AbortController().signal)
    return { ec2, clock, look }
  }

  test.each<[string, Partial<Thing>, string | undefined]>([
    ['pending', {}, 'ami-01'],
    ['available', { state: 'available' }, 'ami-01'],
    ['failed', { state: 'failed' }, undefined],
    ['of another run', { tags: { ...own, 'k8s-image:run': 'other' } }, undefined],
    ['without a run', { tags: { 'k8s-image:digest': digest } }, undefined],
    ['with another name', { name: 'other' }, undefined],
    ['handed out', { tags: { ...own, 'k8s-image:state': 'built' } }, undefined],
    ['in another region', { region: 'us-west-2' }, undefined],
  ])('is found or not: %s', async (_, changes, id) => {
    expect(await find(made(changes)).look()).toBe(id)
  })

  test.each<[string, Partial<Thing>, string | undefined]>([
    ['its provisional name', {}, 'ami-01'],
    ['another name', { name: 'other' }, undefined],
  ])('is found where EC2 tags no new AMI, by %s', async (_, changes, id) => {
    const ec2 = memoryEc2(made({ region: 'cn-north-1', tags: {}, name: 'provisional-1', ...changes }))
    const own = { ...image(key), buildName: 'provisional-1' }
    const { signal } = new AbortController()
    expect(await findAmiAfterLostResponse(own, 'mine', ec2.byRegion('cn-north-1'), manualClock(), signal)).toBe(id)
  })

  test('is awaited as long as describes may lag', async () => {
    const { ec2, clock, look } = find()
    ec2.before = () => {
      if (clock.at >= 1020 && ec2.things.length === 0) ec2.things.push(made())
    }
    expect(await look()).toBe('ami-01')
    expect(clock.at).toBe(1020)
  })

  test('is not awaited for longer', async () => {
    const { clock, look } = find()
    expect(await look()).toBeUndefined()
    expect(clock.at).toBe(1030)
  })

  test('is unknown if EC2 does not answer', async () => {
    const { ec2, look } = find(made())
    ec2.before = () => {
      throw new UserError('aws-failed', 'EC2 does not answer')
    }
    expect(await look()).toBeUndefined()
  })
})
