/** How far a test goes, in order. Each level includes the ones before it. */
export const levels = ['boot', 'node', 'cluster', 'conformance'] as const

export type Level = (typeof levels)[number]

/**
 * Default limits of a test by level, in minutes. By default, 159 specs of Kubernetes 1.37 are selected; on two real processors they take
 * less than half of the last limit.
 */
export const testMinutes: Readonly<Record<Level | 'none', number>> = {
  none: 20,
  boot: 20,
  node: 20,
  cluster: 30,
  conformance: 90,
}

/** Whether a test of a level includes `part`. */
export function includes(level: Level | 'none', part: Level): boolean {
  return level !== 'none' && levels.indexOf(level) >= levels.indexOf(part)
}

/**
 * Whether an AMI passed at least a level, by its tag.
 *
 * @param level undefined: any level
 */
export function passedLevel(tested: string | undefined, level: Level | undefined): boolean {
  return isLevel(tested) && (level === undefined || includes(tested, level))
}

/** Whether a word is a level. */
export function isLevel(word: unknown): word is Level {
  return (levels as readonly unknown[]).includes(word)
}

/** The level of the input `test`; undefined for none. */
export function levelOf({ test }: { readonly test: Level | 'none' }): Level | undefined {
  return test === 'none' ? undefined : test
}
