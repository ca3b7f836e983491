/** Looks for AMIs by name while a job runs, as CAPA or Terraform's `most_recent` may do at any moment. */
import { existsSync, readFileSync } from 'node:fs'
import { type Aws, awsClients } from '../../src/aws/clients.ts'
import { tagsOf } from '../../src/aws/lists.ts'
import type { Local } from './local.ts'

/** An AMI that was found by its name. */
export interface Sighting {
  readonly region: string
  readonly id: string
  readonly name: string
  readonly state: string
  readonly passed: boolean
}

/** A watch that runs until `stop`. */
export interface NamesWatch {
  /** Looks once more, and returns the distinct sightings. Later calls return the same. */
  stop(): Promise<Watched>
}

export interface Watched {
  readonly sightings: readonly Sighting[]
  readonly looks: number
}

/** Milliseconds between looks. */
const PAUSE = 150
const LOCAL_PAUSE = 50

/**
 * Watches an account for AMIs whose names match a pattern.
 *
 * @param env the account's endpoint and credentials; undefined until the account exists
 */
export function watchNames(
  env: () => Readonly<Record<string, string>> | undefined,
  regions: readonly string[],
  pattern = 'k8s-*',
): NamesWatch {
  // One client per endpoint: a new client for each look would slow the job.
  const clients = new Map<string, Aws>()
  return watching(async () => {
    const account = env()
    if (account === undefined) return undefined
    const endpoint = account.AWS_ENDPOINT_URL ?? ''
    const aws = clients.get(endpoint) ?? awsClients(account)
    clients.set(endpoint, aws)
    const found = await Promise.all(
      regions.map(async (region) => {
        const Filters = [{ Name: 'name', Values: [pattern] }]
        const { Images = [] } = await (await aws.ec2(region)).describeImages({ Owners: ['self'], Filters })
        return Images.map((image) => ({ region, image }))
      }),
    )
    return found
      .flat()
      .map(({ region, image }) =>
        sighting({ region, id: image.ImageId ?? '', name: image.Name ?? '', tags: tagsOf(image) }),
      )
  }, PAUSE)
}

/**
 * Watches a local EC2's inventory for AMIs with final names. The inventory has no lag, and reading it makes no API calls, which tests
 * would count or fault.
 */
export const watchLocal = (local: Local): NamesWatch =>
  watching(async () => {
    const images = (await local.inventory()).filter(({ type, name }) => type === 'image' && name?.startsWith('k8s-'))
    return images.map(({ region, id, name = '', tags }) => sighting({ region, id, name, tags }))
  }, LOCAL_PAUSE)

function sighting(
  ami: Pick<Sighting, 'region' | 'id' | 'name'> & { tags: Readonly<Record<string, string>> },
): Sighting {
  const { tags, ...rest } = ami
  const state = tags['k8s-image:state'] ?? ''
  const passed = ['tested', 'built'].includes(state) && tags['k8s-image:tested'] !== undefined
  return { ...rest, state, passed }
}

/** @param look returns undefined if no account exists yet */
function watching(look: () => Promise<Sighting[] | undefined>, pause: number): NamesWatch {
  const seen = new Map<string, Sighting>()
  const stop = new AbortController()
  let looks = 0
  const note = async () => {
    const found = await look()
    if (found !== undefined) looks++
    for (const one of found ?? []) seen.set(JSON.stringify(one), one)
  }
  const going = (async () => {
    while (!stop.signal.aborted) {
      // The account may start and stop with its job.
      await note().catch(() => undefined)
      await new Promise((later) => setTimeout(later, pause))
    }
  })()
  const end = async (): Promise<Watched> => {
    stop.abort()
    await going
    // A slow look may have missed the last AMIs. The account still exists.
    await note()
    return { sightings: [...seen.values()], looks }
  }
  let ended: Promise<Watched> | undefined
  return {
    stop: () => {
      ended ??= end()
      return ended
    },
  }
}

/** Reads the account from a ready file; undefined until the file exists. */
export const accountIn = (readyFile: () => string | undefined) => () => {
  const path = readyFile()
  if (path === undefined || !existsSync(path)) return undefined
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { env: Record<string, string> }).env
  } catch {
    return undefined // the file is incomplete
  }
}
