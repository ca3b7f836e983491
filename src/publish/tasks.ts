/** Decides the action for each image of a run, given the AMIs of earlier runs, and checks that the action is possible. */
import type { Ec2ByRegion } from '../aws/ec2.js'
import type { Services } from '../aws/services.js'
import { gather } from '../lib/gather.js'
import { levelOf } from '../model/level.js'
import type { Planned } from '../model/plan.js'
import { checkPublishing } from './checks.js'
import type { AmiRequirements, ExistingAmis, ImageAction } from './existing.js'
import { lookUp } from './look-up.js'
import { checkNamesAreFree } from './names.js'
import { namesAreCurrent, namesOf, nameTrouble } from './parameters.js'
import { publishedHash } from './settings.js'
import { type ImageTask, imagesOf, type PlannedImage } from './task.js'

/**
 * Calls EC2 once per region, but not for images that are rebuilt in any case. With SSM parameters, it calls SSM once per region for ten
 * of them: an image stays published until another one takes its names.
 *
 * @param now seconds since 1970
 * @returns a task per image, in the order of the plans
 */
export async function findTasks(
  plans: readonly Planned[],
  ec2: Ec2ByRegion,
  services: Services,
  now: number,
): Promise<readonly ImageTask[]> {
  const images = imagesOf(plans)
  const skippable = images.filter(({ inputs }) => inputs.ifExists === 'skip')
  const found = await lookUp(
    skippable.map((each) => requirements(each, now)),
    ec2,
  )
  const tasks = skippable.map((each, at) => ({ ...each, action: found[at] ?? BUILD }))
  const current = await namesAreCurrent(
    tasks.map(({ image, inputs, plan, action }) =>
      action.kind === 'nothing'
        ? { names: namesOf(image, inputs.publish), amis: idsOf(action, plan.region) }
        : { names: [], amis: {} },
    ),
    services,
  )
  const actions = new Map(
    tasks.map(({ image, action }, at): [string, ImageAction] => [
      image.key,
      action.kind === 'nothing' && !current[at] ? { ...action, kind: 'publish' } : action,
    ]),
  )
  return images.map((each) => ({ ...each, action: actions.get(each.image.key) ?? BUILD }))
}

const BUILD = { kind: 'build' } as const

const idsOf = ({ source, copies }: ExistingAmis, home: string) =>
  Object.fromEntries(Object.entries({ [home]: source, ...copies }).map(([region, { id }]) => [region, id]))

function requirements({ image, inputs, plan }: PlannedImage, now: number): AmiRequirements {
  return {
    digest: image.digest,
    level: levelOf(inputs),
    home: plan.region,
    regions: [plan.region, ...plan.copyRegions],
    keys: inputs.publish.keys,
    published: publishedHash(inputs.publish, inputs.tags),
    deprecateAfter: inputs.publish.deprecateAfter,
    now,
  }
}

/** @throws UserErrors with every obstacle to building or publishing */
export async function checkTasks(tasks: readonly ImageTask[], ec2: Ec2ByRegion, services: Services): Promise<void> {
  const trouble = nameTrouble(tasks.map(({ image, inputs }) => ({ image, names: namesOf(image, inputs.publish) })))
  if (trouble !== undefined) throw trouble
  const open = tasks.filter(({ action }) => action.kind !== 'nothing')
  // Images of one group share their plan, and one check of their settings.
  const groups = new Map(open.map((task) => [task.plan, task]))
  await gather([
    checkNamesAreFree(open, ec2),
    ...[...groups.values()].map(({ inputs, plan }) => {
      const startsEncrypted = open.some((task) => task.plan === plan && task.image.system.encrypted)
      return checkPublishing(inputs.publish, [plan.region, ...plan.copyRegions], ec2, services, startsEncrypted)
    }),
  ])
}

/** Whether an image has to be built or tested, for which the runner needs tools. */
export const needsTools = ({ action }: ImageTask): boolean => action.kind === 'build' || action.kind === 'gate'
