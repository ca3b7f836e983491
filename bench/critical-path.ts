/** Arithmetic of the timeline: the shortest possible time of a job, from EC2's times and its own measured work. Pure. */

/** EC2's times, in seconds. */
export interface Times {
  readonly launch: number
  /** From `running` until SSH answers. */
  readonly ssh: number
  readonly stop: number
  readonly image: number
  /** Of the copy to the nearest and the farthest region. */
  readonly copies: { readonly first: number; readonly last: number }
}

/** A phase of one image in timings.json. */
interface Phase {
  readonly name: string
  readonly seconds: number
}

/**
 * The longest chain of dependent steps: launch, SSH, provisioning, stop, image; then the slowest copy beside the test.
 * The action's own steps are not counted.
 *
 * @param images phases by image; `provision` and `test` are measured work, and `test` includes its own launch
 */
export function criticalPath(times: Times, images: Readonly<Record<string, readonly Phase[]>>): number {
  const { launch, ssh, stop, image, copies } = times
  const chains = Object.values(images).map((phases) => {
    const of = (name: string) => phases.find((phase) => phase.name === name)?.seconds ?? 0
    return launch + ssh + of('provision') + stop + image + Math.max(of('test'), copies.last)
  })
  return Math.max(...chains)
}
