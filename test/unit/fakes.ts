/** Fakes for unit tests: a recording log, a manual clock, an EC2 in memory. */

import type { Ami, Ec2, Ec2ByRegion, Resource, ResourceKind } from '../../src/aws/ec2.js'
import type { Key, Services } from '../../src/aws/services.js'
import type { Clock } from '../../src/lib/clock.js'
import { UserError } from '../../src/lib/errors.js'
import type { Log } from '../../src/lib/log.js'
import type { Image } from '../../src/model/plan.js'
import type { BuildResult } from '../../src/model/result.js'

export { publishSettings } from './support/publish-settings.js'

export interface MemoryLog extends Log {
  readonly lines: string[]
  readonly errors: { message: string; file?: string; line?: number }[]
  readonly warnings: string[]
  readonly masked: string[]
}

export function memoryLog(): MemoryLog {
  const lines: string[] = []
  const errors: { message: string; file?: string; line?: number }[] = []
  const warnings: string[] = []
  const masked: string[] = []
  return {
    lines,
    errors,
    warnings,
    masked,
    info: (line) => lines.push(line),
    error: (message, place) => errors.push({ message, ...place }),
    warning: (message) => warnings.push(message),
    debug: () => undefined,
    group: (title) => lines.push(`> ${title}`),
    endGroup: () => lines.push('<'),
    mask: (secret) => masked.push(secret),
  }
}

/** A clock that advances only by sleeping. */
export function manualClock(start = 1000): Clock & { at: number } {
  const clock = {
    at: start,
    now: () => clock.at,
    sleep: async (seconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      clock.at += seconds
      await Promise.resolve()
    },
  }
  return clock
}

export function image(key = 'debian-13-amd64'): Image {
  const artifact = { version: '1.0.0', url: 'https://github.com/x/y', sha256: 'a'.repeat(64) }
  return {
    key,
    os: 'debian-13',
    arch: 'amd64',
    baseAmi: { id: 'ami-0base', name: 'debian-13-amd64-20261101' },
    system: {
      name: 'Debian 13 (trixie)',
      family: 'debian',
      sshUser: 'admin',
      rootDevice: '/dev/xvda',
      instanceType: 't3.medium',
    },
    amiName: `k8s-${key}`,
    // As with `name-at: build`.
    buildName: `k8s-${key}`,
    supplies: { images: {} },
    digest: `sha256:${'b'.repeat(64)}`,
    node: {
      kubernetesVersion: '1.37.2',
      kubernetesDeb: '1.37.2-1.1',
      kubernetesRepository: 'https://pkgs.k8s.io/core:/stable:/v1.37/deb/',
      kubernetesRepositoryKey: '-----BEGIN PGP PUBLIC KEY BLOCK-----',
      kubernetesRepositoryFingerprints: ['D'.repeat(40)],
      containerd: { ...artifact, version: '2.3.7' },
      runc: { ...artifact, version: '1.4.3' },
      cniPlugins: { ...artifact, version: '1.9.1' },
      sandboxImage: 'registry.k8s.io/pause:3.10.2',
      sandboxImageDigest: `sha256:${'c'.repeat(64)}`,
    },
  }
}

export function result(changes: Partial<BuildResult> & { key?: string } = {}): BuildResult {
  const { key, ...rest } = changes
  return {
    image: image(key),
    status: 'built',
    amis: { 'us-east-1': 'ami-01' },
    failures: [],
    tasks: [],
    phases: [],
    log: '/dev/null',
    ...rest,
  }
}

/** A resource of the EC2 in memory. */
export interface Thing extends Resource {
  readonly region: string
  readonly name?: string
  readonly description?: string
  readonly copiedFrom?: string
  readonly createdAt?: string
  readonly deprecatedAt?: string
  readonly isProtected?: boolean
  readonly needsImdsV2?: boolean
  /** null: RegisterImage might lose the billing. */
  readonly registration?: null
}

export interface MemoryEc2 {
  readonly things: Thing[]
  readonly calls: string[]
  readonly byRegion: Ec2ByRegion
  /** Called before each call; may throw. */
  before: (call: string, region: string) => void
}

/** EC2 in memory. New copies are `pending` at the first describe and `available` at the second. */
export function memoryEc2(...things: Thing[]): MemoryEc2 {
  let counter = 0
  const ec2: MemoryEc2 = {
    things,
    calls: [],
    before: () => undefined,
    byRegion: (region) => inRegion(region),
  }
  const inRegion = (region: string): Ec2 => {
    const called = (call: string) => {
      ec2.calls.push(`${region} ${call}`)
      ec2.before(call, region)
    }
    const find = (id: string) => things.findIndex((thing) => thing.region === region && thing.id === id)
    const update = (id: string, changes: Partial<Thing>) => {
      const at = find(id)
      const thing = things[at]
      if (thing !== undefined) things[at] = { ...thing, ...changes }
    }
    const isImage = (thing: Thing) => thing.region === region && thing.kind === 'image'
    const toAmi = ({ registration, ...thing }: Thing): Ami => ({
      ...thing,
      ...(registration === null ? {} : { registration: { RootDeviceName: '/dev/xvda' } }),
      name: thing.name ?? '',
      state: thing.state ?? '',
      snapshots: thing.snapshots ?? [],
    })
    const shown = (thing: Thing): Ami => {
      if (thing.state === 'pending') update(thing.id, { state: 'available' })
      return toAmi(thing)
    }
    const remove = async (kind: ResourceKind, id: string) => {
      called(`remove ${kind} ${id}`)
      const at = find(id)
      if (at >= 0) things.splice(at, 1)
    }
    return {
      region,
      enabledRegions: async () => ['us-east-1', 'us-west-2'],
      newestAmi: async () => ({ id: 'ami-0base', name: 'base', needsCopy: false }),
      amisNamed: async (names) => {
        called(`amisNamed ${names.join(' ')}`)
        return things.filter((thing) => isImage(thing) && names.includes(thing.name ?? '')).map(toAmi)
      },
      ami: async (id) => {
        called(`ami ${id}`)
        const thing = things[find(id)]
        return thing === undefined ? undefined : shown(thing)
      },
      amis: async (ids) => {
        called(`amis ${ids.join(' ')}`)
        return things.filter((thing) => isImage(thing) && ids.includes(thing.id)).map(shown)
      },
      amisByDigest: async (digests) => {
        called(`amisByDigest ${digests.length}`)
        return things
          .filter((thing) => isImage(thing) && digests.includes(thing.tags['k8s-image:digest'] ?? ''))
          .map(toAmi)
      },
      builtAmis: async () =>
        things
          .filter(
            ({ kind, tags, ...thing }) =>
              thing.region === region && kind === 'image' && tags['k8s-image:state'] === 'built',
          )
          .map(({ id, name = '', state = '', tags, snapshots = [] }) => ({ id, name, state, tags, snapshots })),
      copy: async (request) => {
        called(`copy ${request.sourceId}`)
        const id = `ami-copy${++counter}`
        things.push({
          region,
          kind: 'image',
          id,
          state: 'pending',
          copiedFrom: request.sourceId,
          name: request.name,
          ...(request.description === undefined ? {} : { description: request.description }),
          tags: request.tags,
          snapshots: [id.replace('ami-', 'snap-')],
          needsImdsV2: true,
        })
        return id
      },
      register: async ({ id: first, description }, name, tags) => {
        called(`register ${first} ${name}`)
        if (things.some((thing) => isImage(thing) && thing.name === name))
          throw new UserError('aws-failed', 'taken', 'x', { cause: { name: 'InvalidAMIName.Duplicate' } })
        const { snapshots = [] } = things[find(first)] ?? {}
        const id = `ami-named${++counter}`
        const createdAt = '2026-11-01T09:00:00.000Z'
        const named = { name, tags, snapshots: [...snapshots], createdAt, needsImdsV2: true }
        const described = description === undefined ? {} : { description }
        things.push({ region, kind: 'image', id, state: 'available', ...named, ...described })
        return id
      },
      share: async (id) => called(`share ${id}`),
      shareSnapshot: async (id, accounts) => called(`shareSnapshot ${id} ${accounts.join(' ')}`),
      deprecate: async (id, at) => {
        called(`deprecate ${id} ${at}`)
        update(id, { deprecatedAt: at })
      },
      protect: async (id) => {
        called(`protect ${id}`)
        update(id, { isProtected: true })
      },
      unprotect: async (id) => {
        called(`unprotect ${id}`)
        update(id, { isProtected: false })
      },
      requireImdsV2: async (id) => {
        called(`requireImdsV2 ${id}`)
        update(id, { needsImdsV2: true })
      },
      blocksPublicAmis: async () => {
        called('blocksPublicAmis')
        return false
      },
      defaultEncryption: async () => {
        called('defaultEncryption')
        return undefined
      },
      tag: async (ids, tags) => {
        called(`tag ${ids.join(' ')} ${Object.values(tags).join(' ')}`)
        for (const id of ids) update(id, { tags: { ...things[find(id)]?.tags, ...tags } })
      },
      tagged: async (kind: ResourceKind, runId) => {
        called(`tagged ${kind}`)
        return things.filter(
          (thing) => thing.region === region && thing.kind === kind && thing.tags['k8s-image:run'] === runId,
        )
      },
      named: async (kind, names) => {
        called(`named ${kind} ${names.join(' ')}`)
        return things.filter(
          (thing) => thing.region === region && thing.kind === kind && names.includes(thing.name ?? ''),
        )
      },
      console: async (id) => {
        called(`console ${id}`)
        return things[find(id)]?.name
      },
      stop: async (id) => {
        called(`stop ${id}`)
      },
      deregister: async ({ id, snapshots }) => {
        await remove('image', id)
        for (const snapshot of snapshots) await remove('snapshot', snapshot)
      },
      remove,
    }
  }
  return ec2
}

export interface MemoryServices {
  /** `region name` -> value. */
  readonly values: Map<string, string>
  /** `region key` -> key. */
  readonly keys: Map<string, Key>
  readonly calls: string[]
  readonly services: Services
  /** Called before each call; may throw. */
  before: (call: string, region: string) => void
}

/** SSM parameters and KMS keys in memory. */
export function memoryServices(): MemoryServices {
  const called = (region: string, call: string) => {
    memory.calls.push(`${region} ${call}`)
    memory.before(call, region)
  }
  const values = new Map<string, string>()
  const keys = new Map<string, Key>()
  const memory: MemoryServices = {
    values,
    keys,
    calls: [],
    before: () => undefined,
    services: {
      parameters: (region) => ({
        values: async (names) => {
          called(region, `values ${names.join(' ')}`)
          return Object.fromEntries(
            names.flatMap((name) => {
              const value = values.get(`${region} ${name}`)
              return value === undefined ? [] : [[name, value]]
            }),
          )
        },
        put: async (name, ami) => {
          called(region, `put ${name}`)
          values.set(`${region} ${name}`, ami)
        },
      }),
      keys: (region) => ({
        describe: async (key) => {
          called(region, `describe ${key}`)
          return keys.get(`${region} ${key}`)
        },
      }),
    },
  }
  return memory
}
