/** The suites and parts of `script/test`, as data. */

export const suites = ['lint', 'unit', 'dist', 'mirror', 'guest', 'rehearsal', 'build', 'workflow'] as const
export type Suite = (typeof suites)[number]

/** Estimated seconds of a file by tier, on two cores beside another part. Each part prints its actual time. */
interface Times {
  /** In the default tier; absent: the file runs only with --all. */
  readonly brief?: number
  /** With --all. */
  readonly all: number
  /** Number of parts that --all splits the file into. Each has every n-th row of its tables (K8S_IMAGE_TEST_SLICE). */
  readonly slices?: number
}

/** Suites with a single part. */
const whole: Readonly<Record<Exclude<Suite, 'build' | 'workflow'>, Times>> = {
  lint: { brief: 100, all: 100 },
  unit: { brief: 250, all: 250 },
  dist: { brief: 200, all: 200 },
  mirror: { brief: 100, all: 100 },
  guest: { brief: 5, all: 5 },
  rehearsal: { brief: 260, all: 300 },
}

/** Files of test/rehearsal (suite build) and test/workflow. */
export const files: Readonly<Record<'build' | 'workflow', Readonly<Record<string, Times>>>> = {
  build: {
    'main-job': { brief: 240, all: 240 },
    publish: { brief: 90, all: 330 },
    iam: { brief: 70, all: 90 },
    images: { brief: 50, all: 330 },
    lock: { brief: 70, all: 180 },
    'kill-table': { brief: 90, all: 1700, slices: 3 },
    'fault-table': { brief: 90, all: 4200, slices: 8 },
    prune: { brief: 60, all: 150 },
    faults: { brief: 40, all: 40 },
    account: { all: 600 },
    arm64: { all: 2000 },
    'build-proxy': { all: 300 },
    'by-hand': { all: 35 },
    cancel: { all: 180 },
    'cluster-api': { all: 3600, slices: 2 },
    flatcar: { all: 180 },
    gate: { all: 4800, slices: 4 },
    'gate-cluster': { all: 700 },
    'gate-failed': { all: 900 },
    'late-ec2': { all: 1800, slices: 3 },
    minors: { all: 3000, slices: 4 },
    node: { all: 60 },
    options: { all: 240 },
    paths: { all: 240 },
    'publish-scale': { all: 330 },
    reaching: { all: 125 },
    rehearse: { all: 300 },
    'stand-ins': { all: 420 },
    tagging: { all: 50 },
    'two-runs': { all: 120 },
  },
  workflow: {
    page: { brief: 30, all: 30 },
    prune: { brief: 40, all: 40 },
    act: { all: 600 },
    images: { all: 900 },
    partitions: { all: 300 },
    verify: { all: 1200 },
  },
}

/** The smallest unit that runs, with one result. */
export interface Part {
  /** `unit`, `build/gate`, `build/gate@2/4` or `mirror/test_lock::test_a`. */
  readonly name: string
  readonly suite: Suite
  /** The test file; absent if the suite is a single part. */
  readonly file?: string
  /** The rows of its tables, such as `2/4`; absent: all. */
  readonly slice?: string
  readonly seconds: number
}

/** Where the test files of a suite are. */
const folders: Readonly<Record<Exclude<Suite, 'lint'>, string>> = {
  unit: 'test/unit/',
  dist: 'test/dist/',
  mirror: 'mirror/tests/',
  guest: 'packer/gate/tests/',
  rehearsal: 'rehearsal/tests/',
  build: 'test/rehearsal/',
  workflow: 'test/workflow/',
}

/** The parts of a file in a tier; none if the tier leaves it out. */
function partsOf(suite: 'build' | 'workflow', file: string, times: Times, all: boolean): Part[] {
  const path = `${folders[suite]}${file}.test.ts`
  const name = `${suite}/${file}`
  if (!all) return times.brief === undefined ? [] : [{ name, suite, file: path, seconds: times.brief }]
  const slices = times.slices ?? 1
  if (slices === 1) return [{ name, suite, file: path, seconds: times.all }]
  return Array.from({ length: slices }, (_, at) => {
    const slice = `${at + 1}/${slices}`
    return { name: `${name}@${slice}`, suite, file: path, slice, seconds: Math.ceil(times.all / slices) }
  })
}

/** Every part of these suites in the default tier, or with --all. */
export function parts(of: readonly Suite[], all: boolean): Part[] {
  return of.flatMap((suite): Part[] => {
    if (suite === 'build' || suite === 'workflow')
      return Object.entries(files[suite]).flatMap(([file, times]) => partsOf(suite, file, times, all))
    const { brief = 0, all: longer } = whole[suite]
    return [{ name: suite, suite, seconds: all ? longer : brief }]
  })
}

/**
 * The part that is one test file, or one test of it (`FILE::name`); undefined outside all suites. Its name has the whole path and the
 * test, because results and logs are named after it.
 */
export function partOfFile(given: string): Part | undefined {
  const [file = '', ...test] = given.split('::')
  const found = Object.entries(folders).find(([, folder]) => file.startsWith(folder))
  if (found === undefined) return undefined
  const [suite, folder] = found as [Suite, string]
  const own = file.slice(folder.length).replace(/\.test\.ts$|\.py$/, '')
  return { name: [`${suite}/${own}`, ...test].join('::'), suite, file, seconds: 0 }
}

/**
 * One of `count` shares of the parts of about equal length. The longest parts come first, each in the shortest share so far.
 *
 * @param number which share, from 1
 */
export function shard(every: readonly Part[], number: number, count: number): Part[] {
  const shares = Array.from({ length: count }, () => ({ seconds: 0, parts: [] as Part[] }))
  for (const part of [...every].sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1))) {
    const least = shares.reduce((best, share) => (share.seconds < best.seconds ? share : best))
    least.seconds += part.seconds
    least.parts.push(part)
  }
  return shares[number - 1]?.parts ?? []
}

/** Files of whole jobs that download nothing, or from a mirror of their own. */
const apart: readonly string[] = [
  'build/arm64',
  'build/prune',
  'build/publish-scale',
  'workflow/page',
  'workflow/prune',
]

/**
 * The level of tests that a run's mirror must serve. The default tier tests no image above `node`, so it needs neither a control plane
 * nor Kubernetes' own tests, which take minutes to compile.
 */
export const mirrorLevel = (run: readonly Part[], all: boolean): 'node' | 'conformance' => {
  const brief = new Set(parts(suites, false).map(({ name }) => name))
  return all || run.some(({ name }) => !brief.has(name)) ? 'conformance' : 'node'
}

/** Whether a part needs a mirror: parts that build, and the mirror's own tests, which check the built one. */
export const needsMirror = ({ name, suite }: Part) =>
  suite === 'mirror' || ((suite === 'build' || suite === 'workflow') && !apart.includes(name))

/** The name of a part's files in out/test, without suffix. */
export const fileName = ({ name }: Part) => name.replaceAll('/', '.')
