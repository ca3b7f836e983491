import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCatalog } from '../../../src/catalog/catalog.js'
import { readOptions } from '../../../src/inputs/options.js'
import { readInputs } from '../../../src/inputs/read-inputs.js'
import { UserErrors } from '../../../src/lib/errors.js'
import type { Exec } from '../../../src/lib/exec.js'
import { exec } from '../../../src/lib/exec.js'
import { oldAnsible, prepareAnsible, treeDigest } from '../../../src/tools/ansible.js'
import { runnerArch } from '../../../src/tools/platform.js'
import { findPython } from '../../../src/tools/python.js'
import { githubCache, guarded, type RemoteCache } from '../../../src/tools/remote-cache.js'
import { prepareTools } from '../../../src/tools/tools.js'
import { manualClock, memoryLog } from '../fakes.js'
import { testContext } from '../support/context.js'
import { makeKey, type TestKey } from '../support/keys.js'
import { addAnsible, addHashicorp, seal } from '../support/mirror.js'
import { withoutPauses } from '../support/net.js'
import { type FileServer, startServer } from '../support/server.js'
import { temporaryDirectory } from '../support/temporary.js'

/** A path that breaks in unquoted shell commands and in `#!` lines. */
const ODD = `ä "b" 'c' $HOME`
const directory = temporaryDirectory()
withoutPauses()
const made = new Map<string, Buffer>()
let requirements: string
let server: FileServer
let key: TestKey
beforeAll(() => {
  key = makeKey()
  addHashicorp({ files: made }, key)
  requirements = addAnsible({ files: made })
  seal({ files: made }, key)
})
afterAll(() => key.remove())
async function startAgain(): Promise<void> {
  server = await startServer()
  for (const [path, data] of made) server.files.set(path, data)
}
beforeEach(async () => {
  await startAgain()
  mkdirSync(join(directory(), 'root/ansible'), { recursive: true })
  writeFileSync(join(directory(), 'root/ansible/requirements.txt'), requirements)
  writeFileSync(join(directory(), 'trust'), key.fingerprint)
})
afterEach(() => server.stop())

async function prepare(more: { exec?: Exec; env?: Record<string, string> } = {}) {
  const log = memoryLog()
  const inputs = await readInputs(
    { INPUT_MIRROR: server.url, 'INPUT_MIRROR-TRUST': 'trust' },
    {
      catalog: readCatalog('.'),
      templateVariables: [],
      readFile: () => key.fingerprint,
      readDirectory: () => [],
      options: readOptions('.'),
    },
  )
  const env = {
    ...process.env,
    RUNNER_TOOL_CACHE: join(directory(), ODD, 'tools'),
    RUNNER_TEMP: join(directory(), ODD, 'temp'),
    ...more.env,
  }
  const root = join(directory(), 'root')
  return { log, tools: await prepareTools(inputs, { exec: more.exec ?? exec, log, clock: manualClock(), env, root }) }
}

const noProcess: Exec = async (command) => {
  throw new Error(`${command} was started`)
}

/** As `noProcess`, but a venv's Python may start. */
const onlyVenv =
  (code: number): Exec =>
  async (command, args) => {
    if (!command.endsWith('/bin/python')) return noProcess(command, args)
    return { code, stdout: '', stderr: '' }
  }

test('a venv whose Python does not start here is left to the runs in whose environment it does', async () => {
  const { tools } = await prepare()
  await expect(prepare({ exec: onlyVenv(127) })).rejects.toThrow('python3 was started')
  const again = await prepare()
  expect(again.tools.ansiblePlaybook).toBe(tools.ansiblePlaybook)
  expect(again.tools.packer).toBe(tools.packer)
})

test('cold, then warm: without any network, with no process but Python; then damaged, and made again', async () => {
  const cold = (await prepare()).tools
  expect(execFileSync(cold.ansiblePlaybook, { encoding: 'utf8' })).toBe('ansible-playbook [core 2.19.14]\n')
  expect(cold.bytesFetched).toBeGreaterThan(500_000)

  await server.stop()
  const warm = await prepare({ exec: onlyVenv(0) })
  expect(warm.tools).toEqual({ ...cold, bytesFetched: 0, seconds: 0 })
  expect(warm.log.lines).toEqual([])

  const requirementsFile = join(directory(), 'root/ansible/requirements.txt')
  appendFileSync(requirementsFile, '# changed\n')
  await expect(prepare({ exec: noProcess })).rejects.toThrow('python3 was started')
  writeFileSync(requirementsFile, requirements)

  appendFileSync(cold.ansiblePlaybook, '\n')
  await startAgain()
  const { tools, log } = await prepare()
  expect(tools.ansiblePlaybook).not.toBe(cold.ansiblePlaybook)
  expect(tools.packer).toBe(cold.packer)
  expect(execFileSync(tools.ansiblePlaybook, { encoding: 'utf8' })).toContain('2.19.14')
  expect(log.lines).toEqual([expect.stringMatching(/^ansible-core: .* is damaged \(.*\); preparing it again$/)])
})

describe('the digest of a tree', () => {
  const venv = () => join(directory(), 'venv')
  beforeEach(() => {
    mkdirSync(join(venv(), 'bin/__pycache__'), { recursive: true })
    writeFileSync(join(venv(), 'bin/ansible-playbook'), 'main()')
    symlinkSync(process.execPath, join(venv(), 'bin/python3'))
  })

  test.each<[string, () => void]>([
    ['a file less', () => unlinkSync(join(venv(), 'bin/ansible-playbook'))],
    ['a file more', () => writeFileSync(join(venv(), 'more'), '')],
    ['a longer file', () => appendFileSync(join(venv(), 'bin/ansible-playbook'), '\n')],
    [
      'another Python',
      () => {
        unlinkSync(join(venv(), 'bin/python3'))
        symlinkSync('/bin/sh', join(venv(), 'bin/python3'))
      },
    ],
  ])('%s is another digest', (_name, change) => {
    const before = treeDigest(venv())
    change()
    expect(treeDigest(venv())).not.toBe(before)
  })

  test('an upgraded Python behind the same link is another digest', () => {
    const [link, python] = [join(venv(), 'bin/python'), join(directory(), 'python3')]
    symlinkSync('/bin/sh', python)
    symlinkSync(python, link)
    const before = treeDigest(venv())
    unlinkSync(python)
    symlinkSync(process.execPath, python)
    expect(treeDigest(venv())).not.toBe(before)
  })

  test('files that Python compiles itself make no difference', () => {
    const before = treeDigest(venv())
    writeFileSync(join(venv(), 'bin/__pycache__/x.pyc'), 'x')
    expect(treeDigest(venv())).toBe(before)
  })

  test('a Python that is gone is an error', () => {
    unlinkSync(join(venv(), 'bin/python3'))
    symlinkSync('/nowhere/python3', join(venv(), 'bin/python3'))
    expect(() => treeDigest(venv())).toThrow('ENOENT')
  })
})

test('a wheel with a flipped byte is refused, and no venv is left', async () => {
  const path = [...made.keys()].find((name) => name.endsWith('.whl')) ?? ''
  const wheel = Buffer.from(made.get(path) ?? '')
  wheel[50] = (wheel[50] ?? 0) ^ 1
  server.files.set(path, wheel)
  await expect(prepare()).rejects.toThrow(
    'ansible-core: a package is not what its hash in ansible/requirements.txt says: ansible-core==2.19.14 from http',
  )
  expect(readdirSync(join(directory(), ODD, 'tools/k8s-image-ansible/2.19.14'))).toEqual([])
})

test('a mirror that is down: each tool says so, in one list', async () => {
  await server.stop()
  const error = await prepare().then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toBeInstanceOf(UserErrors)
  const lines = (error as Error).message.split('\n')
  for (const line of lines) expect(line).toContain('connection refused')
  expect(lines.length).toBeGreaterThanOrEqual(3)
})

test.each([
  ['linux', 'x64', 'amd64'],
  ['linux', 'arm64', 'arm64'],
])('runner %s %s', (platform, arch, expected) => {
  expect(runnerArch({ platform, arch })).toBe(expected)
})

test.each([
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['linux', 'arm'],
])('runner %s %s is refused', (platform, arch) => {
  expect(() => runnerArch({ platform, arch })).toThrow(`this runner is ${platform} ${arch}`)
})

describe('Python', () => {
  const versions =
    (known: Readonly<Record<string, string>>): Exec =>
    async (command) => {
      const version = known[command]
      return version === undefined
        ? { code: 127, stdout: '', stderr: 'ENOENT' }
        : { code: 0, stdout: `${version} /usr/bin/${command}\n`, stderr: '' }
    }

  test.each([
    [{ python3: '3 11' }, '/usr/bin/python3'],
    [{ python3: '3 10', 'python3.12': '3 12' }, '/usr/bin/python3.12'],
    [{ 'python3.13': '3 13', 'python3.11': '3 11' }, '/usr/bin/python3.13'],
    [{ python3: '3 11', 'python3.12': '3 12' }, '/usr/bin/python3.12'],
  ])('%j', async (known, path) => {
    expect(await findPython(versions(known))).toBe(path)
  })

  test.each([
    [{}, 'Ansible needs Python 3.11 or newer; python3 is missing'],
    [{ python3: '3 9' }, 'Ansible needs Python 3.11 or newer; python3 is 3.9'],
  ])('%j is refused', async (known, message) => {
    await expect(findPython(versions(known))).rejects.toThrow(message)
  })
})

test.each([
  ['python3.11', ['debian-13', 'ubuntu-26.04'], 'the Python of ubuntu-26.04: install Python 3.12'],
  ['python3.11', ['debian-13'], undefined],
  ['python3.12', ['ubuntu-26.04'], undefined],
])('%s for %j', (python, os, warning) => {
  mkdirSync(join(directory(), 'venv/lib', python), { recursive: true })
  const message = oldAnsible(os, join(directory(), 'venv/bin/ansible-playbook'))
  if (warning === undefined) expect(message).toBeUndefined()
  else expect(message).toContain(warning)
})

describe("GitHub's cache", () => {
  test('is skipped if there is none', async () => {
    expect(await githubCache({}, memoryLog())).toBeUndefined()
  })

  test('gets wheels below the temporary directory, which no other job uses', async () => {
    const paths: string[] = []
    const remote: RemoteCache = {
      restore: async (_, path) => {
        paths.push(path)
        return false
      },
      save: async (_, path) => {
        expect(readdirSync(path)).toEqual([expect.stringMatching(/\.whl$/)])
        paths.push(path)
      },
    }
    const mirror = { url: server.url, trust: [key.fingerprint] }
    const context = testContext(directory(), mirror, { remote: async () => remote })
    await prepareAnsible(context, join(directory(), 'root'))
    expect(paths).toEqual([paths[0], paths[0]])
    expect(paths[0]).toMatch(RegExp(`^${context.store.temporary}/wheels-`))
    expect(readdirSync(context.store.temporary)).toEqual([])
  })

  test('that fails is a warning', async () => {
    const log = memoryLog()
    const failing = async (): Promise<boolean> => {
      throw new Error('503\nand more')
    }
    expect(await guarded(log, 'the cache could not be read', false, failing)).toBe(false)
    expect(log.warnings).toEqual(['the cache could not be read: 503'])
  })
})
