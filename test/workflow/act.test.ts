/** The workflows of docs/examples, run by nektos/act on this machine with the action's local EC2. */
import { type Mirror, processesWith, startMirror } from '../rehearsal/local.ts'
import { type Act, ended, passed, prepareAct } from './act.ts'

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

const variables = () => ({
  K8S_IMAGE_REHEARSE: 'true',
  K8S_IMAGE_MIRROR: mirror.inputs.mirror ?? '',
  K8S_IMAGE_MIRROR_TRUST: mirror.inputs['mirror-trust'] ?? '',
})

/** The config file of a user with a mirror and no AWS account. Skips the gate, which has its own tests. */
const config = (images: string) => `defaults:
  rehearse: true
  mirror: ${mirror.inputs.mirror}
  mirror-trust: ${mirror.inputs['mirror-trust']}
  test: none
images:
${images}`

test('one-image.yml: an image is tested as a node, and the next step gets its ID', async () => {
  const run = await act.run('one-image.yml', { variables: variables() })
  expect(ended(run)).toEqual(passed)
  expect(run.log).toMatch(/built \{"debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+","us-west-2":"ami-[0-9a-f]+"\}\}/)
  // Main and post both ran, and no process of the local EC2 is left.
  expect(run.log).toMatch(/Success - Main org\/k8s-image-action@v1/)
  expect(run.log).toMatch(/Success - Post org\/k8s-image-action@v1/)
  expect(processesWith(act.home)).toEqual([])
}, 900_000)

test('pull-request.yml: the plan and a rehearsal, from a config file', async () => {
  const run = await act.run('pull-request.yml', { event: 'pull_request', config: config('  - os: debian-13\n') })
  expect(ended(run)).toEqual(passed)
  expect(run.log).toContain('debian-13-amd64: build: digest unknown: base AMI not resolved')
  expect(run.log).toMatch(/rehearsed \{"debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  expect(processesWith(act.home)).toEqual([])
}, 600_000)

test('nightly.yml: the plan gives each image its own job', async () => {
  const run = await act.run('nightly.yml', { config: config('  - os: debian-12\n  - name: next\n    os: debian-13\n') })
  expect(ended(run)).toEqual(passed)
  expect(run.log).toMatch(/built \{"debian-12-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  expect(run.log).toMatch(/built \{"next-debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  expect(processesWith(act.home)).toEqual([])
}, 600_000)

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
// The mirror from source has only one Kubernetes version.
all?.(
  'kubernetes-versions.yml: a job of the matrix',
  async () => {
    const run = await act.run('kubernetes-versions.yml', { variables: variables(), matrix: 'kubernetes:1.37' })
    expect(ended(run)).toEqual(passed)
    expect(run.log).toMatch(/Kubernetes 1\.37.*Success - Main org\/k8s-image-action@v1/)
    expect(processesWith(act.home)).toEqual([])
  },
  900_000,
)
