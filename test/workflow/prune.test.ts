/** docs/examples/prune.yml, started by hand and by its schedule, on a local EC2 with the leftovers of a killed run. */
import { execFileSync } from 'node:child_process'
import { type Local, startLocal } from '../rehearsal/local.ts'
import { type Act, ended, passed, prepareAct } from './act.ts'

let local: Local
let act: Act

beforeAll(async () => {
  local = await startLocal()
  act = prepareAct()
}, 1_800_000)

afterAll(async () => {
  await local?.stop()
  act?.remove()
}, 60_000)

/** Makes a security group like Packer's, of a run that began this many days ago. */
function group(name: string, days: number): string {
  const tags = {
    'k8s-image:run': name,
    'k8s-image:state': 'untested',
    'k8s-image:started': new Date(Date.now() - days * 86_400_000).toISOString(),
  }
  const tagged = Object.entries(tags).map(([Key, Value]) => `{Key=${Key},Value="${Value}"}`)
  const id = execFileSync(
    'aws',
    [
      ...['ec2', 'create-security-group', '--group-name', name, '--description', 'of a run', '--region', 'us-west-2'],
      ...['--tag-specifications', `ResourceType=security-group,Tags=[${tagged.join(',')}]`],
      ...['--query', 'GroupId', '--output', 'text'],
    ],
    { encoding: 'utf8', env: { ...process.env, ...local.ready.env } },
  )
  return id.trim()
}

const groups = async () =>
  (await local.inventory())
    .filter(({ type, tags }) => type === 'security-group' && tags['k8s-image:run'])
    .map(({ id }) => id)

test("a manual run only reports; a scheduled one removes a killed run's leftovers, but nothing younger", async () => {
  const old = group('lost', 2)
  const young = group('going-on', 0)
  const given = { env: local.ready.env, variables: { AWS_PRUNE_ROLE: 'arn:aws:iam::123456789012:role/prune' } }

  const manual = await act.run('prune.yml', given)
  expect(ended(manual)).toEqual(passed)
  expect(manual.log).toContain(old)
  expect((await groups()).sort()).toEqual([old, young].sort())

  const done = await act.run('prune.yml', { ...given, event: 'schedule' })
  expect(ended(done)).toEqual(passed)
  expect(await groups()).toEqual([young])
}, 300_000)
