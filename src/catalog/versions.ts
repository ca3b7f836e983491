/** Orders versions such as `1.37.2-1.1` by their numbers. pkgs.k8s.io's stable indexes have numbers only. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).map(Number))
  for (let place = 0; place < Math.max(left?.length ?? 0, right?.length ?? 0); place++) {
    const difference = (left?.[place] ?? -1) - (right?.[place] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * Whether a package's version is one that the inputs name.
 *
 * @param exact with revision, such as `1.37.2-1.1`
 * @param wanted `1.37`, `1.37.2` or `1.37.2-1.1`
 */
export function fits(exact: string, wanted: string): boolean {
  return exact === wanted || exact.startsWith(`${wanted}-`) || exact.startsWith(`${wanted}.`)
}

/** The minor of a version: `1.37.2-1.1` -> `1.37`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}
