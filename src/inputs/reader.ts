/** Reads inputs and collects mistakes. The only place that reads `INPUT_*`. */
import type { Environment } from '../lib/environment.js'
import { UserError } from '../lib/errors.js'
import { suggest } from '../lib/nearest.js'
import type { Report } from '../lib/schema.js'

/** The runner's variable for an input. */
export const variableOf = (input: string) => `INPUT_${input.toUpperCase()}`

/** The workflow's text for an input; empty if it has none. */
export function inputText(env: Environment, input: string): string {
  return env[variableOf(input)]?.trim() ?? ''
}

/** Rejects names that are nearly a known one: the runner only warns about a misspelt input, and would use the default. */
function misspelt(env: Environment, names: readonly string[]): UserError[] {
  return Object.keys(env).flatMap((variable) => {
    const name = variable.slice('INPUT_'.length).toLowerCase()
    if (!variable.startsWith('INPUT_') || names.includes(name)) return []
    const hint = suggest(name, names)
    return hint.startsWith('did you mean') ? [new UserError('input', `"${name}" is not an input`, hint)] : []
  })
}

/** Reads the inputs of one action and collects all mistakes. */
export interface InputReader<Name extends string> {
  readonly mistakes: readonly UserError[]
  /** An input's text, or its default if that is empty. */
  readonly text: (name: Name) => string
  readonly reporter: (name: string) => Report
  /** An input's value, checked by `check`; `undefined` if it is empty. */
  readonly optional: <T>(name: Name, check: (value: string, report: Report) => T) => T | undefined
  /** Checks that a value is one of some words; `what`: their description for people. */
  readonly oneOf: <T extends string>(name: Name, value: string, words: readonly T[], what: string) => T
  /** An input that must be one of some words, in upper or lower case. */
  readonly word: <T extends string>(name: Name, words: readonly T[], what: string) => T
  readonly yes: (name: Name) => boolean
  readonly matching: (name: Name, pattern: RegExp, what: string, example: string) => string | undefined
}

/**
 * @param env the runner's
 * @param defaults of all inputs
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
      if (!pattern.test(value)) report(`"${value}" is not ${what}`, `write it like ${example}`)
      return value
    })
  return { mistakes, text, reporter, optional, oneOf, word, yes, matching }
}
