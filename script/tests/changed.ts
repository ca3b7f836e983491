/** Chooses tests by changed files. */
import type { Part, Suite } from './parts.ts'

/** The tests of `--changed`. */
export interface Choice {
  /** Linters by the names of script/lint. */
  readonly linters: readonly string[]
  readonly suites: readonly Suite[]
  /** Sources; the unit tests related to them run. */
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
const flow = (name: string) => `test/workflow/${name}.test.ts`
const typescript = ['typescript', 'biome']
const python = ['ruff', 'ruff-format', 'mypy', 'mypy-plugins', 'mypy-gate']

/** All rules that match a file apply. Imports decide on unit tests; these rules cover what imports do not show. */
const rules: readonly Rule[] = [
  { path: /\.[jt]s$|^((test\/)?tsconfig|package-lock)\.json$/, linters: typescript },
  { path: /^(catalog\/.*|[^/]+)\.json$/, linters: ['biome'] },
  { path: /\.py$|root-helper$|^bench\/playbook-vs-floor$|^pyproject\.toml$|^script\/requirements/, linters: python },
  { path: /^(src\/|tsconfig\.json$|\.dependency-cruiser\.mjs$)/, linters: ['layers'] },
  { path: /^(ansible|packer|src\/(packer|publish|gate))\//, linters: ['rehearsal-is-unknown'] },
  {
    path: /^((src|dist|catalog)\/|(package(-lock)?|tsconfig)\.json$|action\.yml$)/,
    linters: ['dist-is-current'],
    suites: ['dist'],
  },
  { path: /^test\/dist\//, suites: ['dist'] },
  // Unit tests run by these, or read them, and no import shows it.
  { path: /^(jest\.config\.js|(test\/)?tsconfig\.json|test\/unit\/support\/patient\.ts)$/, suites: ['unit'] },
  { path: /^(test\/unit\/.*(?<!\.ts)|test\/dist\/fixtures\/.*|renovate\.json|bench\/bundle\.yml)$/, suites: ['unit'] },
  { path: /^jest\.config\.js$/, suites: ['dist'] },
  { path: /^pyproject\.toml$/, suites: ['mirror', 'guest', 'rehearsal'] },
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
  { path: /^(mirror|catalog)\//, suites: ['mirror'] },
  {
    path: /^(catalog|plan|prune|release)\/|^(action|config\.schema)\./,
    linters: ['docs-are-current'],
    suites: ['unit'],
  },
  { path: /^(docs\/.*|[^/]+)\.md$/, linters: ['docs-are-current'], suites: ['unit'] },
  { path: /^script\/[^/]+$|\.sh$|^\.ci\/|^rehearsal\/start$|\/fake-packer$/, linters: ['shellcheck'] },
  { path: /^script\//, suites: ['unit'] },
  { path: /^(\.github|docs\/examples)\/|^(\w+\/)?action\.yml$/, linters: ['actionlint', 'zizmor'], suites: ['unit'] },
  { path: /^test\/rehearsal\/(?!.*\.test\.ts$)/, files: [job('faults')] },
  { path: /^test\/goss\//, files: [job('options')] },
  { path: /^test\/goss\/flatcar/, files: [job('flatcar')] },
  { path: /^test\/cluster-api\//, files: [job('cluster-api')] },
  { path: /^test\/workflow\/(act\.ts$|fixtures\/)/, files: [flow('prune')] },
  { path: /^test\/workflow\/page\.ts$/, files: [flow('page')] },
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
    // The whole suite includes them.
    related: chosen.includes('unit')
      ? []
      : changed.filter((file) => /^(src|test\/unit|script|bench)\/.*\.[jt]s$/.test(file)),
    files: unique([...hits.flatMap((rule) => rule.files ?? []), ...own]),
  }
}

/** Files with an exhaustive part in CI, by changed paths; quick and informative ones first. */
const tables: readonly { readonly path: RegExp; readonly files: readonly string[] }[] = [
  { path: /^packer\/gate\/|^src\/gate\//, files: ['gate', 'gate-failed', 'gate-cluster'] },
  { path: /^(ansible|packer\/image|packer\/python)\//, files: ['options', 'node', 'stand-ins', 'flatcar', 'by-hand'] },
  { path: /^src\/publish\//, files: ['publish', 'two-runs', 'late-ec2', 'kill-table', 'fault-table', 'publish-scale'] },
  { path: /^src\/(sweep|packer)\//, files: ['cancel', 'kill-table', 'fault-table'] },
  { path: /^rehearsal\//, files: ['cancel', 'two-runs', 'late-ec2', 'kill-table'] },
]

/**
 * Exhaustive parts for the changes, in their order. Each subject in turn gives its next file, so that every subject is covered when
 * the time ends.
 *
 * @param changed undefined: not known, so every subject counts as changed
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
 * Whether a part may still begin, so that the run ends in time. A machine that has been slower than estimated is expected to stay slow,
 * and the same reserve is added again.
 *
 * @param elapsed seconds since the run began
 * @param pace actual over estimated seconds of parts so far; below 1 counts as 1
 */
export const fits = (part: Part, elapsed: number, within: number, pace: number) =>
  elapsed + part.seconds * Math.max(1, pace) * 2 <= within
