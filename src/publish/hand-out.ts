import { BUILT, type Ec2ByRegion, TESTED, UNTESTED } from '../aws/ec2.js'
import type { Services } from '../aws/services.js'
import type { Clock } from '../lib/clock.js'
import { isWhole } from '../model/result.js'
import { markBuilt } from './mark.js'
import { namesOf, writeParameters } from './parameters.js'
import { publishedHash } from './settings.js'
import type { EndedTask } from './task.js'

/** Writes the SSM parameters of tested images that are ready everywhere. If a parameter fails, its image fails. */
export async function nameResults(
  tasks: readonly EndedTask[],
  services: Services,
  signal: AbortSignal,
  clock: Clock,
): Promise<readonly EndedTask[]> {
  const todo = tasks
    .filter(({ action, result }) => action.kind !== 'nothing' && isWhole(result) && result.test?.passed)
    .map(({ result, inputs, plan }) => ({ result, names: namesOf(result.image, inputs.publish), home: plan.region }))
  const failed = await writeParameters(todo, services, signal, clock)
  return tasks.map((task) => {
    const failures = failed.get(task.image.key)
    return failures === undefined ? task : { ...task, result: { ...task.result, status: 'failed', amis: {}, failures } }
  })
}

/** Marks the AMIs as handed out. Those of images without work are marked already. */
export async function handOut(tasks: readonly EndedTask[], ec2: Ec2ByRegion): Promise<readonly EndedTask[]> {
  const todo = tasks
    .filter(({ action }) => action.kind !== 'nothing')
    .map((task) => ({
      result: task.result,
      published: publishedHash(task.inputs.publish, task.inputs.tags),
      before: stateBefore(task),
    }))
  const marked = new Map((await markBuilt(todo, ec2)).map((result) => [result.image.key, result]))
  return tasks.map((task) => ({ ...task, result: marked.get(task.image.key) ?? task.result }))
}

/** The state that a task's AMIs return to if they are not handed out. */
function stateBefore({ action, result }: EndedTask): string {
  if (action.kind !== 'build' && action.handedOut) return BUILT
  return result.test?.passed ? TESTED : UNTESTED
}
