/** Conditions and runners of the jobs in images.yml, evaluated as on GitHub. act does not support `continue-on-error` of a matrix. */
import { readFileSync } from 'node:fs'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { parse } from 'yaml'

const { jobs } = parse(readFileSync('.github/workflows/images.yml', 'utf8'))

/** Converts a value to the types of `fromJSON` and the runner's contexts: objects, strings, booleans. */
function asData(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver)
}

/** Evaluates `${{ text }}` or an `if` with these contexts, as GitHub does. @param cancelled what `cancelled()` says */
function evaluate(text: string, contexts: Readonly<Record<string, unknown>>, cancelled = false): unknown {
  const ofRunner = { name: 'cancelled', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(cancelled) }
  const expression = text.replace(/^\$\{\{\s*(.*?)\s*\}\}$/, '$1')
  const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), [ofRunner]).parse()
  const result = new Evaluator(
    parsed,
    asData(contexts) as data.Dictionary,
    new Map([['cancelled', ofRunner]]),
  ).evaluate()
  return JSON.parse(JSON.stringify(result, data.replacer))
}

interface Case {
  readonly role?: string
  readonly release?: boolean
  readonly work?: string
  /** Results of the plan and of the builds. */
  readonly plan?: string
  readonly result?: string
  readonly cancelled?: boolean
}

test.each<[string, Case, boolean]>([
  ['every job of the matrix succeeded', {}, true],
  // A failed job with `continue-on-error` counts as a success for its dependents (actions/runner#1161), as above.
  ['an image that is required failed', { result: 'failure' }, false],
  ['the run was cancelled', { result: 'cancelled', cancelled: true }, false],
  ['the run was cancelled after the builds', { cancelled: true }, false],
  // An earlier run may have published AMIs, and then failed to release them.
  ['no image has work', { result: 'skipped' }, true],
  ['the plan failed', { plan: 'failure', result: 'skipped' }, false],
  ['no release is asked for', { release: false }, false],
  ['there is no role', { role: '' }, false],
])('%s: whether the release job runs', (_, { cancelled, ...given }, runs) => {
  const { role = 'arn', release = true, plan = 'success', result = 'success' } = given
  const needs = { plan: { result: plan }, build: { result } }
  expect(evaluate(jobs.release.if, { inputs: { role, release }, needs }, cancelled)).toBe(runs)
})

test.each<[string, Case, boolean]>([
  ['a release is asked for', {}, true],
  ['no image has work', { work: 'false' }, false],
  ['no release is asked for', { release: false }, false],
  ['there is no role', { role: '' }, false],
])('%s: whether the plan refuses what could not be released', (_, given, runs) => {
  const { role = 'arn', release = true, work = 'true' } = given
  const check = jobs.plan.steps.find((step: { with?: { step?: string } }) => step.with?.step === 'check')
  const steps = { plan: { outputs: { 'has-work': work } } }
  expect(evaluate(check.if, { inputs: { role, release }, steps })).toBe(runs)
})

test.each(['images.yml', 'nightly.yml'])('%s: a build', (name) => {
  const path = name === 'images.yml' ? `.github/workflows/${name}` : `docs/examples/${name}`
  const { build } = parse(readFileSync(path, 'utf8')).jobs
  const matrix = (changes: object) => ({ matrix: { image: 'a', arch: 'amd64', required: true, ...changes } })
  expect(evaluate(build['continue-on-error'], matrix({}))).toBe(false)
  expect(evaluate(build['continue-on-error'], matrix({ required: false }))).toBe(true)
  expect(evaluate(build['runs-on'], matrix({}))).toBe('ubuntu-24.04')
  expect(evaluate(build['runs-on'], matrix({ arch: 'arm64' }))).toBe('ubuntu-24.04-arm')
  expect(build.strategy['fail-fast']).toBe(false)
  const needs = (work: string) => ({ needs: { plan: { outputs: { 'has-work': work } } } })
  expect([
    evaluate(build.if, needs('true')),
    evaluate(build.if, needs('false')),
    evaluate(build.if, needs('')),
  ]).toEqual([true, false, false])
})
