import { tagAtOnce } from '../../../../src/actions/build/tag-at-once.js'
import { UserError } from '../../../../src/lib/errors.js'
import { manualClock, memoryEc2, memoryLog, type Thing } from '../../fakes.js'
import { image, inputs } from '../../preflight/facts.js'

function setUp(region: string) {
  const ami: Thing = { region, kind: 'image', id: 'ami-1', tags: {} }
  const ec2 = memoryEc2(ami)
  const clock = manualClock(0)
  const log = memoryLog()
  const shared = { ec2: ec2.byRegion, job: { runId: 'r', log, effects: { clock } } } as never
  const named = { ...image, amiName: 'k8s-x', buildName: 'provisional-1' }
  const task = { image: named, inputs: { ...inputs, tags: { team: 'x' } }, plan: { region } } as never
  return { ec2, clock, log, tag: () => tagAtOnce(task, 'ami-1', shared), tags: () => ec2.things[0]?.tags }
}
const refuse = (name: string) => {
  throw new UserError('aws-failed', name, undefined, { cause: Object.assign(new Error(name), { name }) })
}

test.each(['cn-north-1', 'us-gov-west-1'])('in %s an AMI gets its tags as soon as EC2 has named it', async (region) => {
  const { ec2, tag, tags } = setUp(region)
  let early = true
  ec2.before = (call) => {
    if (call.startsWith('tag ') && early) {
      early = false
      refuse('InvalidAMIID.NotFound')
    }
  }
  await tag()
  const own = { 'k8s-image:run': 'r', 'k8s-image:state': 'untested', 'k8s-image:name': 'k8s-x' }
  expect(tags()).toMatchObject({ team: 'x', ...own })
})

test('elsewhere it has them from its creation', async () => {
  const { ec2, tag } = setUp('us-east-1')
  await tag()
  expect(ec2.calls).toEqual([])
})

test.each([
  ['is never listed', 'InvalidAMIID.NotFound', 30],
  ['may not be tagged', 'UnauthorizedOperation', 0],
])('an AMI that %s is a warning', async (_, code, seconds) => {
  const { ec2, clock, log, tag } = setUp('cn-north-1')
  ec2.before = () => refuse(code)
  await tag()
  expect(log.warnings).toEqual([`debian-13-amd64: ami-1 could not be tagged at once: ${code}`])
  expect(clock.at).toBe(seconds)
})
