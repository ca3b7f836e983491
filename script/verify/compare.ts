/** Compares AWS's answers with the local EC2's, from records of the same job on both. Pure. */

/** One call as rehearsal/relay.py records it: names and paths, never values. */
export interface Exchange {
  readonly service: string
  readonly action: string
  readonly region: string
  readonly dry: boolean
  readonly status: number
  readonly code: string | null
  readonly asked: readonly string[]
  readonly answered: readonly string[]
  /** Members that botocore's model lacks. */
  readonly strange: string | null
}

/** Differences in one action. */
export interface Difference {
  /** `ec2:RunInstances`. */
  readonly action: string
  readonly kind: 'calls' | 'code' | 'shape' | 'model'
  readonly onlyAws: readonly string[]
  readonly onlyLocal: readonly string[]
}

/**
 * Compares by action: whether both were called, their error codes, and the elements of their answers. The number of calls does not count,
 * since waiters depend on AWS's speed. `asked` comes from the caller, not from AWS; the project's own tests compare it.
 */
export function differences(aws: readonly Exchange[], local: readonly Exchange[]): Difference[] {
  const names = new Set([...aws, ...local].map(nameOf))
  return [...names].sort().flatMap((action) => {
    const [there, here] = [aws, local].map((all) => all.filter((one) => nameOf(one) === action)) as [
      Exchange[],
      Exchange[],
    ]
    if (there.length === 0 || here.length === 0)
      return [compared(action, 'calls', calledAs(there), calledAs(here))].flatMap((found) => found ?? [])
    const [shapesThere, shapesHere] = [there, here].map((all) => all.flatMap(({ answered }) => answered))
    return [
      compared(action, 'code', there.map(outcomeOf), here.map(outcomeOf)),
      compared(action, 'shape', shapesThere ?? [], shapesHere ?? []),
      compared(action, 'model', there.flatMap(strangeOf), here.flatMap(strangeOf)),
    ].flatMap((found) => found ?? [])
  })
}

const nameOf = ({ service, action }: Exchange) => `${service}:${action}`
const outcomeOf = ({ dry, status, code }: Exchange) => `${dry ? 'dry run: ' : ''}${status}${code ? ` ${code}` : ''}`
const strangeOf = ({ strange }: Exchange) => (strange === null ? [] : [strange])
const calledAs = (calls: readonly Exchange[]) => (calls.length === 0 ? [] : [`called, ${calls.map(outcomeOf)[0]}`])

function compared(
  action: string,
  kind: Difference['kind'],
  aws: readonly string[],
  local: readonly string[],
): Difference | undefined {
  const without = (list: readonly string[], other: readonly string[]) =>
    [...new Set(list)].filter((one) => !other.includes(one)).sort()
  const [onlyAws, onlyLocal] = [without(aws, local), without(local, aws)]
  return onlyAws.length + onlyLocal.length === 0 ? undefined : { action, kind, onlyAws, onlyLocal }
}
