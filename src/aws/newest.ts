/** Which of several base AMIs is the newest. */

/** A base AMI, as far as its age is concerned. */
export interface Dated {
  readonly id: string
  readonly name: string
  /** ISO 8601 in UTC. */
  readonly created: string
}

/** What makes an AMI the newest: its creation date, or the version in its name. */
export type Order = 'date' | 'version'

/**
 * The newest AMI; undefined for none. By version where a publisher builds old minors anew: Red Hat does (aws/eks-hybrid#306), and kops
 * orders by name for that. What is alike in it is ordered by date, then by name and ID, so that the answer is always the same.
 */
export function newestOf<T extends Dated>(amis: readonly T[], order: Order): T | undefined {
  const last = (ami: T) => [ami.created, ami.name, ami.id].join(' ')
  // `9.10` is after `9.9`. Made here, since a collator costs a twelfth of the action's start.
  const byNumbers = order === 'version' ? new Intl.Collator('en', { numeric: true }).compare : () => 0
  const compare = (a: T, b: T) => byNumbers(a.name, b.name) || (last(a) < last(b) ? -1 : 1)
  return [...amis].sort(compare).at(-1)
}
