/** What changed, and which tests that asks for. */
import type { Part, Suite } from './parts.ts'

/** What `--changed` runs. */
export interface Choice {
  /** Linters by the names of script/lint. */
  readonly linters: readonly string[]
  readonly suites: readonly Suite[]
  /** Sources whose related unit tests run. */
  readonly related: readonly string[]
  /** Test files of whole jobs. */
  readonly files: readonly string[]
}

interface Rule {
  readonly path: RegExp
  readonly linters?: readonly string[]
  readonly suites?: readonly Suite[]
  readonly files?: readonly string[]
}

const job = (name: string) => `test/rehearsal/${name}.test.ts`
const typescript = ['typescript', 'biome']
const python = ['ruff', 'ruff-format', 'mypy', 'mypy-plugins', 'mypy-gate']

/** Every rule that a file matches counts. Unit tests are chosen by what imports what; these rules are for what no import tells. */
const rules: readonly Rule[] = [
  { path: /\.[jt]s$/, linters: typescript },
  { path: /\.py$|root-helper$/, linters: python },
  { path: /^(src\/|package(-lock)?\.json$)/, linters: ['dist-is-current'], suites: ['dist'] },
  { path: /^(dist\/|action\.yml$)/, linters: ['dist-is-current'], suites: ['dist'] },
  { path: /^test\/dist\//, suites: ['dist'] },
  {
    path: /^(ansible|packer\/python)\//,
    linters: ['ansible-lint', 'ansible-syntax'],
    suites: ['unit'],
    files: [job('lock')],
  },
  {
    path: /^packer\/image\//,
    linters: ['packer-fmt', 'shellcheck'],
    suites: ['unit'],
    files: [job('by-hand'), job('images')],
  },
  { path: /^packer\/gate\//, linters: ['packer-fmt'], suites: ['guest'], files: [job('main-job')] },
  { path: /^rehearsal\//, suites: ['rehearsal'], files: [job('faults')] },
  { path: /^mirror\//, suites: ['mirror'] },
  {
    path: /^(catalog|plan|prune|release)\/|^(action|config\.schema)\./,
    linters: ['docs-are-current'],
    suites: ['unit'],
  },
  { path: /^(docs\/.*|[^/]+)\.md$/, linters: ['docs-are-current'], suites: ['unit'] },
  { path: /^script\/[^/]+$|\.sh$|^\.ci\//, linters: ['shellcheck'] },
  { path: /^script\//, suites: ['unit'] },
  { path: /^(\.github|docs\/examples)\//, linters: ['actionlint', 'zizmor'], suites: ['unit'] },
  { path: /^test\/rehearsal\/(?!.*\.test\.ts$)/, files: [job('faults')] },
]

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)]

/** @param changed paths from the checkout's root, deleted files included */
export function choose(changed: readonly string[]): Choice {
  const hits = changed.flatMap((file) => rules.filter(({ path }) => path.test(file)))
  const own = changed.filter((file) => /^test\/(rehearsal|workflow)\/.*\.test\.ts$/.test(file))
  const chosen = unique(hits.flatMap((rule) => rule.suites ?? []))
  return {
    linters: unique(hits.flatMap((rule) => rule.linters ?? [])),
    suites: chosen,
    // The whole suite has them.
    related: chosen.includes('unit')
      ? []
      : changed.filter((file) => /^(src|test\/unit|script|bench)\/.*\.[jt]s$/.test(file)),
    files: unique([...hits.flatMap((rule) => rule.files ?? []), ...own]),
  }
}

/** Files whose exhaustive part follows in CI, by what changed; the quick and the telling ones first. */
const tables: readonly { readonly path: RegExp; readonly files: readonly string[] }[] = [
  { path: /^packer\/gate\/|^src\/gate\//, files: ['gate', 'gate-failed', 'gate-cluster'] },
  { path: /^(ansible|packer\/image|packer\/python)\//, files: ['options', 'node', 'stand-ins', 'flatcar', 'by-hand'] },
  { path: /^src\/publish\//, files: ['publish', 'two-runs', 'publish-scale', 'late-ec2'] },
  { path: /^src\/(sweep|packer)\//, files: ['cancel', 'kill-table', 'fault-table'] },
  { path: /^rehearsal\//, files: ['cancel', 'two-runs', 'late-ec2', 'kill-table'] },
]

/**
 * Exhaustive parts that changes ask for, in the order in which they run: each subject in turn gives its next file, so that where the time
 * ends no subject is without.
 *
 * @param changed undefined: it is not known what changed, so each subject has
 * @param all every part with --all
 */
export function tablesFor(changed: readonly string[] | undefined, all: readonly Part[]): Part[] {
  const lists = tables
    .filter(({ path }) => changed === undefined || changed.some((file) => path.test(file)))
    .map(({ files }) => files.flatMap((file) => all.filter((part) => part.file === job(file))))
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return unique(Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat())
}

/**
 * Whether a part may still begin, so that the run ends in time. A machine that was slower than the figures so far is taken to stay so, and
 * as much again is kept in reserve.
 *
 * @param elapsed seconds since the run began
 * @param pace seconds that parts took over those that they were to take; below 1 counts as 1
 */
export const fits = (part: Part, elapsed: number, within: number, pace: number) =>
  elapsed + part.seconds * Math.max(1, pace) * 2 <= within
