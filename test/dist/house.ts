/**
 * Helpers for tests of the bundle: a mirror with a fake Packer (test/dist/fixtures/fake-packer), a file in place of Ansible, and a fake
 * EC2 API. The action downloads and verifies the fake Packer like a real one. test/rehearsal covers real Packer, real Ansible and booted
 * instances.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Job, type Step, startStep } from '../../script/runner.ts'
import { treeDigest } from '../../src/tools/ansible.js'
import { RECORD } from '../../src/tools/store.js'
import { makeKey } from '../unit/support/keys.js'
import { addKubernetes, addRelease, arch, nodeFiles, pluginMember, seal, zip } from '../unit/support/mirror.js'
import { type FileServer, startServer } from '../unit/support/server.js'
import { type FakeEc2, startFakeEc2 } from './fake-ec2.js'

export const root = resolve(import.meta.dirname, '../..')

/** In AWS's format, and long enough to search for in logs. */
export const secrets = {
  AWS_ACCESS_KEY_ID: 'AKIAFAKEFAKEFAKEFAKE',
  AWS_SECRET_ACCESS_KEY: 'fake/secret/access/key/of/a/test',
  AWS_SESSION_TOKEN: 'fakeSessionTokenOfATest0123456789',
}

export interface House {
  readonly ec2: FakeEc2
  readonly mirror: FileServer
  /** Fingerprint of the mirror's signing key. */
  readonly fingerprint: string
  /** A job with the fake Packer's modes by image key. */
  job(modes: Readonly<Record<string, string>>, inputs?: Readonly<Record<string, string>>): Job
  stop(): Promise<void>
}

export async function startHouse(): Promise<House> {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-dist-'))
  const [ec2, server, key] = [await startFakeEc2(), await startServer(), makeKey()]
  const fakePacker = readFileSync(join(root, 'test/dist/fixtures/fake-packer'))
  addRelease(server.files, 'packer', '1.16.0', zip({ packer: fakePacker }), key)
  addRelease(server.files, 'packer-plugin-amazon', '1.8.2', zip({ [pluginMember]: 'fake' }), key)
  addKubernetes(server, key, ['1.37.1-1.1', '1.37.2-1.1'])
  for (const path of nodeFiles) server.files.set(path, Buffer.from(path))
  seal(server, key)
  const trust = join(directory, 'fingerprints.txt')
  writeFileSync(trust, `${key.fingerprint}\n`)
  const toolCache = join(directory, 'tools')
  addFakeAnsible(toolCache)

  return {
    ec2,
    mirror: server,
    fingerprint: key.fingerprint,
    job: (modes, inputs = {}) => ({
      action: root,
      directory: mkdtempSync(join(directory, 'job-')),
      inputs: {
        region: 'us-east-1',
        'ssh-source-cidr': '192.0.2.1/32',
        mirror: server.url,
        'mirror-trust': trust,
        ...inputs,
      },
      env: {
        ...secrets,
        AWS_ENDPOINT_URL: ec2.url,
        AWS_FAKE_PACKER: Object.entries(modes)
          .map(([image, mode]) => `${image}=${mode}`)
          .join(' '),
        RUNNER_TOOL_CACHE: toolCache,
        K8S_IMAGE_CACHE: join(directory, 'cache'),
      },
    }),
    stop: async () => {
      await Promise.all([ec2.stop(), server.stop()])
      key.remove()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Adds an entry in the layout of src/tools/store.ts: a directory with a record of proof and content, and a marker. */
function addFakeAnsible(toolCache: string): void {
  const requirements = readFileSync(join(root, 'ansible/requirements.txt'), 'utf8')
  const version = [...requirements.matchAll(/^ansible-core==([\w.]+)/gm)].at(-1)?.[1] ?? ''
  const base = join(toolCache, 'k8s-image-ansible', version)
  const directory = join(base, `${arch}-fake`)
  mkdirSync(join(directory, 'bin'), { recursive: true })
  writeFileSync(join(directory, 'bin/ansible-playbook'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  writeFileSync(join(directory, 'bin/python'), '#!/bin/sh\n', { mode: 0o755 })
  const provenBy = createHash('sha256').update(requirements).digest('hex')
  writeFileSync(join(directory, RECORD), JSON.stringify({ provenBy, contents: { venv: treeDigest(directory) } }))
  writeFileSync(`${directory}.complete`, '')
}

/** Resolves once the step has printed the words. */
export function printed(step: Step, words: string): Promise<void> {
  return new Promise((done, fail) => {
    let seen = ''
    step.child.stdout?.on('data', (chunk) => {
      seen += chunk
      if (seen.includes(words)) done()
    })
    step.child.on('exit', (code) => fail(new Error(`main ended with ${code} before it printed ${words}:\n${seen}`)))
  })
}

/** Runs post of a job. */
export const runPost = (job: Job) => startStep(job, 'post').done
