/** Somebody who goes by names, as CAPA and Terraform's `most_recent` do: asks all along, and notes what is found. */
import { existsSync, readFileSync } from 'node:fs'
import { type Aws, awsClients } from '../../src/aws/clients.ts'
import { tagsOf } from '../../src/aws/lists.ts'

/** An AMI that was found by its name. */
export interface Sighting {
  readonly region: string
  readonly id: string
  readonly name: string
  readonly state: string
  readonly passed: boolean
}

/** A watch that goes on until it is stopped. */
export interface NamesWatch {
  /** Different sightings, and how often it was asked in each region. */
  stop(): Promise<{ readonly sightings: readonly Sighting[]; readonly looks: number }>
}

/** Seconds between looks, in milliseconds. */
const PAUSE = 150

/**
 * Looks for AMIs of the account by a pattern of names.
 *
 * @param env the account's endpoint and credentials; undefined as long as there is none
 */
export function watchNames(
  env: () => Readonly<Record<string, string>> | undefined,
  regions: readonly string[],
  pattern = 'k8s-*',
): NamesWatch {
  const seen = new Map<string, Sighting>()
  const stop = new AbortController()
  let looks = 0
  // A client for each look would load this machine, which has a job to do.
  const clients = new Map<string, Aws>()
  const look = async (account: Readonly<Record<string, string>>) => {
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
    looks++
    for (const { region, image } of found.flat()) {
      const tags = tagsOf(image)
      const state = tags['k8s-image:state'] ?? ''
      const passed = ['tested', 'built'].includes(state) && tags['k8s-image:tested'] !== undefined
      const sighting = { region, id: image.ImageId ?? '', name: image.Name ?? '', state, passed }
      seen.set(JSON.stringify(sighting), sighting)
    }
  }
  const going = (async () => {
    while (!stop.signal.aborted) {
      const account = env()
      // The account may come and go with its job.
      if (account !== undefined) await look(account).catch(() => undefined)
      await new Promise((later) => setTimeout(later, PAUSE))
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await going
      // Slow looks may have missed the end; the account is still there.
      const account = env()
      if (account !== undefined) await look(account)
      return { sightings: [...seen.values()], looks }
    },
  }
}

/** The account of a ready file, as soon as that is there. */
export const accountIn = (readyFile: () => string | undefined) => () => {
  const path = readyFile()
  if (path === undefined || !existsSync(path)) return undefined
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { env: Record<string, string> }).env
  } catch {
    return undefined // it is being written
  }
}
