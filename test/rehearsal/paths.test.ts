/** A full job with spaces, quotes, `$` and non-ASCII letters in the paths of action, workspace, temporary files, tool cache and home. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob, startStep } from '../../script/runner.ts'
import { MINUTE } from './gates.ts'
import { jobOn, type Local, leftovers, type Mirror, root, startLocal, startMirror } from './local.ts'

/** Ansible expands variables such as `$HOME` in its paths, so the action rejects ODDEST for those. */
const ODD = `ä "b" 'c' $x & d`
const ODDEST = `ä "b" 'c' $HOME & d`
let mirror: Mirror
let local: Local
let place: string

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  await local.settings({ ownKind: 'machine' })
  place = mkdtempSync(join(tmpdir(), 'k8s-image-paths-'))
}, 30 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
  rmSync(place, { recursive: true, force: true })
}, MINUTE)

/** Makes a directory with an odd name below the test's. */
function odd(name: string, as = ODDEST): string {
  const directory = join(place, name, as)
  mkdirSync(directory, { recursive: true })
  return directory
}

function copyAction(to: string): string {
  for (const name of ['action.yml', 'ansible', 'catalog', 'dist', 'packer', 'rehearsal'])
    cpSync(join(root, name), join(to, name), { recursive: true, verbatimSymlinks: true })
  return to
}

test('a path with text that Ansible would replace is an error of one line, before any call', async () => {
  const given = jobOn(local, mirror)
  const job = { ...given, action: copyAction(odd('action')), env: { ...given.env, HOME: '/root' } }
  try {
    const main = await startStep(job, 'main').done
    expect(main.code).toBe(1)
    const errors = main.log.split('\n').filter((line) => line.startsWith('::error'))
    expect(errors).toEqual([expect.stringContaining('where Ansible replaces $HOME by a variable')])
    expect(await local.calls()).toEqual([])
  } finally {
    given.dispose()
  }
}, 60_000)

test(
  'the action builds and tests an image with hooks and a role of the user, from an empty tool cache',
  async () => {
    const action = copyAction(odd('action', ODD))
    const directory = odd('workspace', ODD)
    const hooks = join(directory, ODD)
    mkdirSync(join(hooks, 'roles/own/tasks'), { recursive: true })
    writeFileSync(join(hooks, 'after-kubernetes.yml'), '- ansible.builtin.include_role: {name: own}\n')
    const task =
      '- name: Say where it lies\n  ansible.builtin.copy: {dest: /etc/own, content: "here\\n", mode: "0644"}\n'
    writeFileSync(join(hooks, 'roles/own/tasks/main.yml'), task)
    writeFileSync(join(directory, `${ODD}.json`), JSON.stringify({ root_volume_size: 21 }))
    cpSync(mirror.inputs['mirror-trust'] ?? '', join(directory, `trust ${ODD}`))
    const given = jobOn(local, mirror, {
      ...{ test: 'boot', 'ansible-hooks': ODD, 'var-file': `${ODD}.json`, 'mirror-trust': `trust ${ODD}` },
    })
    given.dispose()
    const { main, post } = await runJob({
      ...given,
      action,
      directory,
      env: {
        ...given.env,
        HOME: odd('home'),
        RUNNER_TEMP: odd('temp'),
        RUNNER_TOOL_CACHE: odd('cache'),
        TMPDIR: odd('tmp'),
      },
    })
    expect({ main: main.code, post: post.code, log: main.code === 0 ? '' : main.log.slice(-4000) }).toEqual({
      main: 0,
      post: 0,
      log: '',
    })
    const kept = (await local.inventory()).filter(({ type }) => type === 'image' || type === 'snapshot')
    expect(leftovers(await local.inventory(), ...kept.map(({ id }) => id))).toEqual([])
  },
  20 * MINUTE,
)
