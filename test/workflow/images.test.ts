/**
 * docs/examples/release.yml, which calls .github/workflows/images.yml, from the plan to the release. All jobs share one EC2, as in an AWS
 * account. The git remote is on disk, and GitHub's REST API is a fake.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Local, type Mirror, processesWith, startLocal, startMirror } from '../rehearsal/local.ts'
import { type FakeGitHub, fakeGitHub } from '../unit/actions/release/fake-github.ts'
import { type Act, ended, passed, prepareAct, type Run } from './act.ts'

const MINUTE = 60_000
const token = 'ghs_0123456789abcdef'
let mirror: Mirror
let local: Local
let act: Act

beforeAll(async () => {
  ;[mirror, local] = await Promise.all([startMirror(), startLocal('debian-12', 'debian-13')])
  // Tested AMIs boot their own kernel; build instances need not.
  await local.settings({ ownKind: 'machine' })
  act = prepareAct()
}, 50 * MINUTE)

afterAll(async () => {
  await Promise.all([mirror?.stop(), local?.stop()])
  act?.remove()
}, MINUTE)

/** A user's repository, on GitHub and on disk. */
interface Repository {
  readonly hub: FakeGitHub
  /** Runs the workflow on main with this list of images in the config file. */
  run(images: string): Promise<Run>
  tags(): string[]
  git(...args: string[]): string
  /** Names of the artifacts of the last run. */
  artifacts(): string[]
}

async function repository(name: string): Promise<Repository> {
  const hub = await fakeGitHub(token)
  const remote = join(act.home, `${name}.git`)
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch', 'main', remote])
  const git = (...args: string[]) => execFileSync('git', ['-C', remote, ...args], { encoding: 'utf8' }).trim()
  let runs = 0
  const artifacts = () => join(act.home, name, String(runs))
  const config = (images: string) => `defaults:
  region: us-east-1
  mirror: ${mirror.inputs.mirror}
  mirror-trust: ${mirror.inputs['mirror-trust']}
  ssh-source-cidr: 127.0.0.1/32
  vars:
    ssh_port: ${local.ready.sshPort}
images:
${images}`
  return {
    hub,
    git,
    tags: () => [...hub.tags.keys()],
    // Without the part that is unique for each call of the workflow.
    artifacts: () =>
      readdirSync(artifacts())
        .map((name) => name.replace(/^report-[0-9a-f]{8}-/, 'report-'))
        .sort(),
    run: (images) => {
      runs++
      return act.run('release.yml', {
        config: config(images),
        remote,
        token,
        variables: { AWS_ROLE: 'arn:aws:iam::123456789012:role/node-images' },
        // As configure-aws-credentials would set it.
        env: {
          ...local.ready.env,
          GITHUB_API_URL: hub.url,
          GITHUB_REPOSITORY: 'o/r',
          K8S_IMAGE_TEST_ARTIFACTS: artifacts(),
        },
        standIns: {
          'actions/upload-artifact': 'upload-artifact',
          'actions/download-artifact': 'download-artifact',
        },
      })
    },
  }
}

/** The account's AMIs of an image. */
const amis = async (image: string) =>
  (await local.inventory()).filter(({ type, tags }) => type === 'image' && tags['k8s-image:image'] === image)
/** Jobs that ran, in alphabetical order, each with its result. act numbers the jobs of a matrix. */
const jobs = ({ log }: Run) =>
  [...log.matchAll(/^\[Images\/images\/(.*?)(?:-\d+)? *\] 🏁 +Job (\w+)/gm)]
    .map(([, job, end]) => `${job}: ${end}`)
    .sort()
/** Calls that change something, from index `since` on. */
const changing = async (since: number) =>
  (await local.calls()).slice(since).flatMap(({ action }) => (/^(Describe|Get|List)/.test(action) ? [] : [action]))

const GOOD = '  - os: debian-13\n    test: boot\n'
const OPTIONAL = '  - name: spare\n    os: debian-12\n    required: false\n    test: none\n'
// Not the optional image's system: two entries with the same system would each need an ami-name.
const BROKEN = '  - name: broken\n    os: debian-13\n    test: boot\n    extra-packages: no-such-package\n'

test(
  'images, then a release that names them; with nothing to do there is no build, no second release and no second tag',
  async () => {
    const user = await repository('user')
    const { hub } = user
    try {
      const run = await user.run(GOOD + OPTIONAL)
      expect(ended(run)).toEqual(passed)
      expect(jobs(run)).toEqual([
        'Plan: succeeded',
        'Release: succeeded',
        'debian-13-amd64: succeeded',
        'spare-debian-12-amd64: succeeded',
      ])
      expect(user.artifacts()).toEqual(['report-debian-13-amd64', 'report-spare-debian-12-amd64'])

      const [ami, ...others] = await amis('debian-13-amd64')
      expect(others).toEqual([])
      expect(ami?.tags).toMatchObject({ 'k8s-image:state': 'built', 'k8s-image:tested': 'boot' })
      // The release found the AMI in EC2 by the plan's digest, without a job's output.
      const [release, ...more] = hub.releases
      expect(more).toEqual([])
      expect([...(release?.assets.keys() ?? [])]).toEqual(['SHA256SUMS', 'debian-13-amd64.cdx.json', 'images.json'])
      expect(JSON.parse(String(release?.assets.get('images.json')))).toMatchObject([
        {
          image: 'debian-13-amd64',
          digest: ami?.tags['k8s-image:digest'],
          tested: { level: 'boot' },
          amis: { 'us-east-1': { ami: ami?.id, snapshots: [ami?.snapshot] } },
        },
      ])
      // The SBOM came from its job's artifact.
      expect(JSON.parse(String(release?.assets.get('debian-13-amd64.cdx.json')))).toMatchObject({
        bomFormat: 'CycloneDX',
        components: expect.arrayContaining([expect.objectContaining({ name: 'kubelet' })]),
      })
      expect(release?.body).toContain(`| us-east-1 | \`${ami?.id}\` | \`${ami?.snapshot}\` |`)
      // An optional image without a test is built, but not released.
      expect(await amis('spare-debian-12-amd64')).toHaveLength(1)
      expect(release?.body).toMatch(/Not in this release:\n\n- spare-debian-12-amd64.*is built without a test/)

      const tag = `images-v${ami?.tags['k8s-image:kubernetes']}-`
      expect(user.tags()).toEqual([expect.stringMatching(new RegExp(`^${tag.replaceAll('.', '\\.')}\\d{8}$`))])
      expect(release).toMatchObject({ tag_name: user.tags()[0], draft: false })
      expect(user.hub.commitOf(user.tags()[0] ?? '')).toBe(user.git('rev-parse', 'HEAD'))

      const [calls, hubCalls] = [(await local.calls()).length, hub.calls.length]
      const again = await user.run(GOOD)
      expect(ended(again)).toEqual(passed)
      // The release job finds the release with these AMIs.
      expect(jobs(again)).toEqual(['Plan: succeeded', 'Release: succeeded'])
      expect(again.log).toContain('debian-13-amd64: nothing to do: a tested AMI has this digest, in all regions')
      expect(again.log).toContain('::set-output:: has-work=false')
      expect(await changing(calls)).toEqual([])
      expect(hub.calls.slice(hubCalls).filter((call) => !call.startsWith('GET '))).toEqual([])
      expect(user.tags()).toHaveLength(1)
      expect(processesWith(act.home)).toEqual([])
    } finally {
      await hub.stop()
    }
  },
  15 * MINUTE,
)

test(
  'one required image fails: the others are built all the same, and there is no tag and no release',
  async () => {
    const user = await repository('failing')
    const { hub } = user
    try {
      const run = await user.run(OPTIONAL + BROKEN)
      expect(run.code).toBe(1)
      // act has one result for all jobs of a matrix, so the steps show each result.
      expect(jobs(run).map((job) => job.replace(/: .*/, ''))).toEqual([
        'Plan',
        'broken-debian-13-amd64',
        'spare-debian-12-amd64',
      ])
      expect(run.log).toMatch(
        /^\[Images\/images\/broken-debian-13-amd64-\d *\] +❌ +Failure - Main org\/k8s-image-action@v1/m,
      )
      expect(run.log).toMatch(
        /^\[Images\/images\/spare-debian-12-amd64-\d *\] +✅ +Success - Main org\/k8s-image-action@v1/m,
      )
      expect(run.log).toMatch(/::error.*no-such-package/)
      expect(await amis('broken-debian-13-amd64')).toEqual([])
      // The failed image has a report, too.
      expect(user.artifacts()).toEqual(['report-broken-debian-13-amd64', 'report-spare-debian-12-amd64'])
      // The plan checked whether the tag exists, with a release or without.
      const ofTag = expect.stringMatching(/^GET \/repos\/o\/r\/git\/ref\/tags\/images-v/)
      expect(hub.calls).toEqual(['GET /repos/o/r/releases', ofTag])
      expect(user.tags()).toEqual([])
      expect(processesWith(act.home)).toEqual([])
    } finally {
      await hub.stop()
    }
  },
  15 * MINUTE,
)

test(
  'a required image that would be built without a test: the plan says so, and nothing is built',
  async () => {
    const user = await repository('untested')
    const { hub } = user
    try {
      const calls = (await local.calls()).length
      const run = await user.run(GOOD + OPTIONAL.replace('required: false', 'required: true'))
      expect(run.code).toBe(1)
      expect(jobs(run)).toEqual(['Plan: failed'])
      expect(run.log).toMatch(
        /::error.*spare-debian-12-amd64: it is built without a test \(`test: none`\).*required: false/,
      )
      expect(await changing(calls)).toEqual([])
      expect([hub.calls, user.tags()]).toEqual([[], []])
    } finally {
      await hub.stop()
    }
  },
  5 * MINUTE,
)
