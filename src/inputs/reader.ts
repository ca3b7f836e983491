/** How inputs are read: each one's text, and what is wrong with it. The only place that reads `INPUT_*`. */
import type { Environment } from '../lib/environment.js'
import { UserError } from '../lib/errors.js'
import { suggest } from '../lib/nearest.js'
import type { Report } from '../lib/schema.js'

/** The variable in which the runner hands an input over. */
export const variableOf = (input: string) => `INPUT_${input.toUpperCase()}`

/** What a workflow gives for an input; empty when it gives nothing. */
export function inputText(env: Environment, input: string): string {
  return env[variableOf(input)]?.trim() ?? ''
}

/** A misspelt input is only a warning to the runner, and its default would be used: refuses what is nearly a known name. */
export function misspelt(env: Environment, names: readonly string[]): UserError[] {
  return Object.keys(env).flatMap((variable) => {
    const name = variable.slice('INPUT_'.length).toLowerCase()
    if (!variable.startsWith('INPUT_') || names.includes(name)) return []
    const hint = suggest(name, names)
    return hint.startsWith('did you mean') ? [new UserError('input', `"${name}" is not an input`, hint)] : []
  })
}

/** Reads the inputs of one action. What is wrong is collected, so that all of it is told at once. */
export interface InputReader<Name extends string> {
  readonly mistakes: readonly UserError[]
  /** An input's text, or its default where that is empty. */
  readonly text: (name: Name) => string
  readonly reporter: (name: string) => Report
  /** An input's value as checked by `check`, or `undefined` when it is empty. */
  readonly optional: <T>(name: Name, check: (value: string, report: Report) => T) => T | undefined
  /** A value that has to be one of some words; `what` they are, for people. */
  readonly oneOf: <T extends string>(name: Name, value: string, words: readonly T[], what: string) => T
  /** An input that has to be one of some words, in any case of letters. */
  readonly word: <T extends string>(name: Name, words: readonly T[], what: string) => T
  readonly yes: (name: Name) => boolean
  readonly matching: (name: Name, pattern: RegExp, what: string, example: string) => string | undefined
}

/**
 * @param env the runner's
 * @param defaults of all inputs that there are
 */
export function inputReader<Name extends string>(
  env: Environment,
  defaults: Readonly<Record<Name, string>>,
): InputReader<Name> {
  const mistakes = misspelt(env, Object.keys(defaults))
  const text = (name: Name) => inputText(env, name) || defaults[name]
  const reporter =
    (name: string): Report =>
    (message, hint) =>
      mistakes.push(new UserError('input', `${name}: ${message}`, hint))
  const optional = <T>(name: Name, check: (value: string, report: Report) => T): T | undefined =>
    text(name) === '' ? undefined : check(text(name), reporter(name))
  const oneOf = <T extends string>(name: Name, value: string, words: readonly T[], what: string): T => {
    if (!(words as readonly string[]).includes(value))
      reporter(name)(`"${value}" is not ${what}`, suggest(value, words))
    return value as T
  }
  const word = <T extends string>(name: Name, words: readonly T[], what: string) =>
    oneOf(name, text(name).toLowerCase(), words, what)
  const yes = (name: Name) => word(name, ['true', 'false'] as const, 'true or false') === 'true'
  const matching = (name: Name, pattern: RegExp, what: string, example: string) =>
    optional(name, (value, report) => {
      if (!pattern.test(value)) report(`"${value}" is not ${what}`, `it looks like ${example}`)
      return value
    })
  return { mistakes, text, reporter, optional, oneOf, word, yes, matching }
}
