/** Runs the action's publishing code on AMIs without a build, in a separate process (fixtures/publish-many.mjs). */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Ec2 } from '../../src/aws/ec2.ts'
import { publishSettings } from '../unit/support/publish-settings.ts'
import { type Local, root } from './local.ts'

/** An AMI in the build region, in the state after a passed test. */
export interface Passed {
  readonly key: string
  readonly ami: string
}

/** Copies the base AMI of Debian 13, within its region, to one AMI for each key. */
export async function passedAmis(ec2: Ec2, keys: readonly string[]): Promise<Passed[]> {
  const base = await ec2.newestAmi({ owner: '136693071363', nameFilter: 'debian-13-*', arch: 'amd64' })
  if (base === undefined) throw new Error('there is no base AMI')
  return Promise.all(
    keys.map(async (key) => ({
      key,
      ami: await ec2.copy({
        name: `provisional-${key}`,
        sourceRegion: ec2.region,
        sourceId: base.id,
        tags: {
          'k8s-image:run': 'scale',
          'k8s-image:digest': `sha256:${key}`,
          'k8s-image:name': key,
          'k8s-image:state': 'tested',
        },
        token: key,
      }),
    })),
  )
}

export interface Taken {
  readonly seconds: number
  /** Number of ready AMIs: each image counts once per region, including the build region. */
  readonly ready: number
  readonly failures: readonly string[]
  readonly megabytes: number
}

/**
 * Publishes AMIs with the inputs' defaults.
 *
 * @param directory with the compiled action (`compile`)
 * @param plan `timeout` is in seconds
 */
export async function publishMany(
  local: Local,
  directory: string,
  plan: {
    readonly images: readonly Passed[]
    readonly home: string
    readonly regions: readonly string[]
    readonly timeout: number
  },
): Promise<Taken> {
  const file = join(directory, 'plan.json')
  writeFileSync(file, JSON.stringify({ ...plan, settings: publishSettings }))
  const script = join(root, 'test/rehearsal/fixtures/publish-many.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [script, file], {
    cwd: directory,
    env: { ...process.env, ...local.ready.env, NODE_OPTIONS: '' },
    maxBuffer: 64 * 1024 * 1024,
  })
  return JSON.parse(stdout)
}
