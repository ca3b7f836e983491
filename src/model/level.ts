/** How far a test goes, in order; each level holds those before it. */
export const levels = ['boot', 'node', 'cluster', 'conformance'] as const

/** One of them. */
export type Level = (typeof levels)[number]

/**
 * Minutes that a test of a level may take where nobody says otherwise. 159 specs of Kubernetes 1.37 are selected by default; on two real
 * processors they take less than half of the last.
 */
export const testMinutes: Readonly<Record<Level | 'none', number>> = {
  none: 20,
  boot: 20,
  node: 20,
  cluster: 30,
  conformance: 90,
}

/** Whether a test of a level also does what `part` names. */
export function includes(level: Level | 'none', part: Level): boolean {
  return level !== 'none' && levels.indexOf(level) >= levels.indexOf(part)
}

/**
 * Whether an AMI passed at least a level, by the tag that names the level.
 *
 * @param level undefined: any will do
 */
export function passedLevel(tested: string | undefined, level: Level | undefined): boolean {
  return isLevel(tested) && (level === undefined || includes(tested, level))
}

/** Whether a word is a level. */
export function isLevel(word: unknown): word is Level {
  return (levels as readonly unknown[]).includes(word)
}

/** The level that the input `test` names; undefined for none. */
export function levelOf({ test }: { readonly test: Level | 'none' }): Level | undefined {
  return test === 'none' ? undefined : test
}
