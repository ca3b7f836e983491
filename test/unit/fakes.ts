/** Fakes that the unit tests share: a log that remembers, a clock that is told, an EC2 in memory. */
import type { Ec2, Ec2ByRegion, Resource, ResourceKind } from '../../src/ec2.js'
import type { BuildResult, Clock, Image, Log } from '../../src/model.js'

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

/** A clock that sleeping moves on. */
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

/** One thing in the EC2 in memory. */
export interface Thing extends Resource {
  readonly region: string
  readonly name?: string
}

export interface MemoryEc2 {
  readonly things: Thing[]
  readonly calls: string[]
  readonly byRegion: Ec2ByRegion
  /** Called before each call; may throw. */
  before: (call: string, region: string) => void
}

/** EC2 in memory. New copies are `pending` at their first look and `available` at the second. */
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
    return {
      region,
      enabledRegions: async () => ['us-east-1', 'us-west-2'],
      newestAmi: async () => ({ id: 'ami-0base', name: 'base' }),
      amiNameTaken: async () => false,
      ami: async (id) => {
        called(`ami ${id}`)
        const thing = things[find(id)]
        if (thing === undefined) return undefined
        if (thing.state === 'pending') update(id, { state: 'available' })
        const { name = '', state = '', tags, snapshots = [] } = thing
        return { id, name, state, tags, snapshots }
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
          name: request.name,
          tags: request.tags,
          snapshots: [],
        })
        return id
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
      console: async (id) => {
        called(`console ${id}`)
        return things[find(id)]?.name
      },
      remove: async (kind, id) => {
        called(`remove ${kind} ${id}`)
        const at = find(id)
        if (at >= 0) things.splice(at, 1)
      },
    }
  }
  return ec2
}
