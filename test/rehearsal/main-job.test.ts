import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, globSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Job, type StepResult, startStep } from '../../script/runner.ts'
import { type Mirror, processesWith, root, startLocal, startMirror } from './local.ts'
import { accountIn, type Sighting, watchNames } from './names-watch.ts'
import { makeUser, ownedByRoot, type User } from './user.ts'

const cache = process.env.K8S_IMAGE_CACHE ?? join(process.env.HOME ?? '/', '.cache/k8s-image-action')
let mirror: Mirror

beforeAll(async () => {
  mirror = await startMirror()
  // Makes the base root, which the users below get a copy of.
  const local = await startLocal('debian-13')
  await local.stop()
}, 1_800_000)

afterAll(async () => {
  await mirror?.stop()
}, 60_000)

/** A user's job: the workspace is in the user's home, the action is elsewhere, and no tools or venvs are prepared. */
function jobOf(user: User, inputs: Record<string, string>): Job {
  const directory = join(user.home, 'work/repo/repo')
  mkdirSync(directory, { recursive: true })
  const trust = join(user.home, 'trust.txt')
  copyFileSync(mirror.inputs['mirror-trust'] ?? '', trust)
  chmodSync(trust, 0o644)
  execFileSync('chown', ['-R', `${user.name}:${user.name}`, join(user.home, 'work')])
  return {
    action: user.action,
    directory,
    user: user.ids,
    node: user.node,
    env: {
      HOME: user.home,
      USER: user.name,
      K8S_IMAGE_CACHE: user.cache,
      XDG_CACHE_HOME: undefined,
      RUNNER_TOOL_CACHE: undefined,
      TMPDIR: undefined,
    },
    inputs: { ...mirror.inputs, 'mirror-trust': trust, ...inputs },
  }
}

describe('the whole job, as an unprivileged user, from outside the workspace', () => {
  let user: User
  let main: StepResult
  let post: StepResult
  let job: Job
  let watched: { readonly sightings: readonly Sighting[]; readonly looks: number }

  beforeAll(async () => {
    user = makeUser(root, cache, { sudo: true })
    job = jobOf(user, {
      rehearse: 'true',
      region: 'us-east-1',
      'ami-regions': 'us-east-1,us-west-2',
      tags: 'team=platform',
    })
    const [{ directory }, regions] = [job, ['us-east-1', 'us-west-2']]
    const readyFile = accountIn(() => globSync(join(directory, 'temp/*/rehearsal.ready.json'))[0])
    const watch = watchNames(readyFile, regions)
    main = await startStep(job, 'main').done
    watched = await watch.stop()
    post = await startStep(job, 'post').done
  }, 900_000)

  afterAll(() => user?.remove())

  test('succeeds', () => {
    expect({ code: main.code, post: post.code, log: main.code ? main.log.slice(-4000) : '' }).toEqual({
      code: 0,
      post: 0,
      log: '',
    })
  })

  test('hands out an AMI in each region', () => {
    const ids = JSON.parse(main.outputs['ami-ids'] ?? '{}')
    expect(ids).toEqual({
      'debian-13-amd64': { 'us-east-1': expect.stringMatching(/^ami-/), 'us-west-2': expect.stringMatching(/^ami-/) },
    })
    expect(main.outputs['ami-id']).toBe(ids['debian-13-amd64']['us-east-1'])
    expect(main.outputs['images-built']).toBe('1')
    expect(main.outputs['images-failed']).toBe('0')
  })

  test('never shows an AMI with its name before it passed its test', () => {
    expect(watched.sightings.filter(({ passed }) => !passed)).toEqual([])
    const ids = Object.values(JSON.parse(main.outputs['ami-ids'] ?? '{}')['debian-13-amd64'])
    expect(new Set(watched.sightings.map(({ id }) => id))).toEqual(new Set(ids))
    process.stdout.write(`by name: ${watched.looks} looks, ${watched.sightings.length} different sightings\n`)
    expect(watched.looks).toBeGreaterThan(50)
  })

  test('records exact versions', () => {
    const [image] = JSON.parse(main.outputs.images ?? '[]')
    expect(image).toMatchObject({
      image: 'debian-13-amd64',
      os: 'debian-13',
      arch: 'amd64',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    })
    expect(JSON.stringify(image)).toMatch(/"1\.37\.2"/)
  })

  test('summarises in a table with a gantt', () => {
    expect(main.summary).toMatch(/\| *debian-13-amd64 *\|/)
    expect(main.summary).toContain('```mermaid')
    expect(main.summary).toContain(main.outputs['ami-id'])
  })

  test("leaves no file of root's in the workspace, and no process", () => {
    expect(ownedByRoot(job.directory)).toEqual([])
    expect(processesWith(user.home)).toEqual([])
  })

  test('shows no secret', () => {
    const log = main.log + post.log + main.summary
    expect(log).not.toMatch(/-----BEGIN (OPENSSH |RSA |)PRIVATE KEY/)
    for (const [, secret] of main.log.matchAll(/::add-mask::(\S{12,})/g))
      expect(log.replaceAll(`::add-mask::${secret}`, '')).not.toContain(secret)
    expect(main.log).toMatch(/::add-mask::/)
  })
})

test('without sudo, the job fails in one line, before any download', async () => {
  const user = makeUser(root, cache, { sudo: false })
  try {
    const main = await startStep(jobOf(user, { rehearse: 'true' }), 'main').done
    expect(main.code).toBe(1)
    expect(main.log.split('\n').filter((line) => line.startsWith('::error'))).toEqual([expect.stringMatching(/sudo/)])
    expect(main.log).not.toMatch(/download|fetch/i)
  } finally {
    user.remove()
  }
}, 120_000)
