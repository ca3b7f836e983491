import { errorCode } from '../aws/errors.js'
import type { Parameters, Services } from '../aws/services.js'
import { minorOf } from '../catalog/versions.js'
import type { Clock } from '../lib/clock.js'
import { failureOf, UserError } from '../lib/errors.js'
import { within } from '../lib/limit.js'
import type { Image } from '../model/plan.js'
import type { PublishSettings } from '../model/publish.js'
import type { BuildResult, Failure } from '../model/result.js'

/** Parameters written at once in a region. SSM accepts three per second: a single writer reaches that, and two would throttle each other. */
const AT_ONCE = 1

/** Seconds for SSM to check an AMI and set a parameter, and between looks (AWS documents no limit). */
const SETTLED = 60
const PAUSE = 2

/** A parameter's name for an image. */
export function parameterName(pattern: string, { os, arch, node }: Pick<Image, 'os' | 'arch' | 'node'>): string {
  const parts: Readonly<Record<string, string>> = {
    os,
    arch,
    kubernetes: node.kubernetesVersion,
    minor: minorOf(node.kubernetesVersion),
  }
  return pattern.replace(/\{(\w+)\}/g, (whole, part: string) => parts[part] ?? whole)
}

/** The names of all parameters of an image. */
export function namesOf(image: Image, settings: Pick<PublishSettings, 'parameters'>): string[] {
  return settings.parameters.map((pattern) => parameterName(pattern, image))
}

/** An image and the names of its AMI's parameters. */
export interface Named {
  readonly image: Image
  readonly names: readonly string[]
}

/** Problems with the names. A run writes each name only once. */
export function nameTrouble(all: readonly Named[]): UserError | undefined {
  const owners = new Map<string, string>()
  for (const { image, names } of all)
    for (const name of new Set(names)) {
      const other = owners.get(name)
      if (other !== undefined)
        return new UserError(
          'ssm-parameter',
          `ssm-parameters: ${other} and ${image.key} would both write the parameter ${name}`,
          'write {kubernetes}, {os} or {arch} into it',
        )
      owners.set(name, image.key)
    }
  return undefined
}

/**
 * Whether every parameter names the image's AMI in each of its regions. A lost runner may have left another image's AMI in one.
 *
 * @param wanted `amis` by region
 */
export async function namesAreCurrent(
  wanted: readonly { readonly names: readonly string[]; readonly amis: Readonly<Record<string, string>> }[],
  services: Services,
): Promise<readonly boolean[]> {
  const regions = new Set(wanted.flatMap(({ names, amis }) => (names.length > 0 ? Object.keys(amis) : [])))
  const values = new Map(
    await Promise.all(
      [...regions].map(async (region) => {
        const names = wanted.filter(({ amis }) => region in amis).flatMap((each) => each.names)
        return [region, await services.parameters(region).values([...new Set(names)])] as const
      }),
    ),
  )
  return wanted.map(({ names, amis }) =>
    Object.entries(amis).every(([region, ami]) => names.every((name) => values.get(region)?.[name] === ami)),
  )
}

/**
 * Writes the parameters of images that are ready in all their regions, unless they have the right value. Each image's build region
 * comes first. After a failure the image's other parameters stay as they are.
 *
 * SSM answers before it checks the AMI (PutParameter, DataType `aws:ec2:image`), and does not report a refusal. So the action
 * looks at each region again until the values are there.
 */
export async function writeParameters(
  all: readonly { readonly result: BuildResult; readonly names: readonly string[]; readonly home: string }[],
  services: Services,
  signal: AbortSignal,
  clock: Clock,
): Promise<ReadonlyMap<string, readonly Failure[]>> {
  const failures = new Map<string, Failure[]>()
  const todo = all.filter(({ names }) => names.length > 0)
  const regionsOf = ({ result }: (typeof todo)[number]) => Object.keys(result.amis)
  const limits = within(AT_ONCE)
  const write = async (region: string, images: typeof todo) => {
    const here = images.filter((each) => regionsOf(each).includes(region) && !failures.has(each.result.image.key))
    const fail = (key: string, error: unknown) => {
      signal.throwIfAborted()
      if (!(error instanceof UserError)) throw error
      failures.set(key, [...(failures.get(key) ?? []), failureOf(key, error)])
    }
    const parameters = services.parameters(region)
    let values: Readonly<Record<string, string>>
    try {
      values = await parameters.values([...new Set(here.flatMap(({ names }) => names))])
    } catch (error) {
      for (const { result } of here) fail(result.image.key, error)
      return
    }
    const written = await Promise.all(
      here.flatMap(({ result: { image, amis }, names }) =>
        names.map((name) =>
          limits(region, async (): Promise<Written[]> => {
            const ami = amis[region] ?? ''
            if (values[name] === ami || failures.has(image.key)) return []
            signal.throwIfAborted()
            try {
              await parameters.put(name, ami, `${image.amiName} (${image.digest.slice(0, 19)})`)
              return [{ key: image.key, name, ami }]
            } catch (error) {
              fail(image.key, clearer(error, name))
              return []
            }
          }),
        ),
      ),
    )
    try {
      for (const { key, name, ami } of await unsettled(written.flat(), parameters, signal, clock))
        fail(key, notTaken(name, ami, region))
    } catch (error) {
      for (const { key } of written.flat()) fail(key, error)
    }
  }
  const writeAll = (regions: readonly string[], images: (region: string) => typeof todo) =>
    Promise.all([...new Set(regions)].map((region) => write(region, images(region))))
  await writeAll(
    todo.map(({ home }) => home),
    (region) => todo.filter(({ home }) => home === region),
  )
  await writeAll(todo.flatMap(regionsOf), (region) => todo.filter(({ home }) => home !== region))
  return failures
}

/** A parameter that SSM was asked to set. */
interface Written {
  /** The image's. */
  readonly key: string
  readonly name: string
  readonly ami: string
}

/** Waits until SSM returns the values. Returns those that are late. */
async function unsettled(
  written: readonly Written[],
  parameters: Parameters,
  signal: AbortSignal,
  clock: Clock,
): Promise<readonly Written[]> {
  let open = written
  for (const end = clock.now() + SETTLED; open.length > 0; await clock.sleep(PAUSE, signal)) {
    const values = await parameters.values(open.map(({ name }) => name))
    open = open.filter(({ name, ami }) => values[name] !== ami)
    if (open.length === 0 || clock.now() + PAUSE > end) break
  }
  return open
}

const notTaken = (name: string, ami: string, region: string) =>
  new UserError(
    'ssm-parameter',
    `the SSM parameter ${name} in ${region} still does not name ${ami}, ${SETTLED} s after it was written`,
    'allow the role ec2:DescribeImages in that region, since SSM looks up the AMI with it; then run the job again',
  )

/** SSM's messages about properties that cannot change. */
function clearer(error: unknown, name: string): unknown {
  const code = errorCode(error)
  if (!(error instanceof UserError) || !/HierarchyTypeMismatch|ParameterType|ValidationException/.test(code))
    return error
  return new UserError(
    'ssm-parameter',
    `the SSM parameter ${name} could not be written: ${error.message}`,
    'delete it if it has another type or data type, and run the job again',
  )
}
