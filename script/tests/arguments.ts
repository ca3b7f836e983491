/** Parses the command line of script/test. */
import { type Suite, suites } from './parts.ts'

export interface Arguments {
  readonly all: boolean
  readonly suites: readonly Suite[]
  /** Test files; a pytest file may end with `::name` for a single test. */
  readonly files: readonly string[]
  /** Only tests of these files whose full name this matches (jest's -t). */
  readonly test?: string
  readonly shard?: { readonly number: number; readonly count: number }
  /** Only tests for the changes since main. */
  readonly changed: boolean
  /** Seconds. If set, exhaustive tables for the changes follow, as far as they fit. */
  readonly within?: number
}

const usage = `script/test [--all] [--shard 1/5] [SUITE...]   suites: ${suites.join(' ')}
script/test --changed                          tests for the changes since main
script/test --within MINUTES                   the default tier, then tables of what changed while time is left
script/test [--all] FILE [-t NAME]             one file, or one test of it`

/** @throws Error with a message for people: the mistake and the usage */
export function readArguments(given: readonly string[]): Arguments {
  const wrong = (why: string) => new Error(`script/test: ${why}\n${usage}`)
  const rest = [...given]
  const value = (option: string) => {
    const next = rest.shift()
    if (next === undefined) throw wrong(`${option} needs a value`)
    return next
  }
  let result: Arguments = { all: false, suites: [], files: [], changed: false }
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const suite = suites.find((one) => one === argument)
    if (argument === '--all') result = { ...result, all: true }
    else if (argument === '--changed') result = { ...result, changed: true }
    else if (argument === '--within') result = { ...result, within: minutes(value(argument)) * 60 }
    else if (argument === '--shard') result = { ...result, shard: shardOf(value(argument)) }
    else if (argument === '-t') result = { ...result, test: value(argument) }
    else if (suite !== undefined) result = { ...result, suites: [...result.suites, suite] }
    else if (/\.(ts|py)(::|$)/.test(argument)) result = { ...result, files: [...result.files, argument] }
    else throw wrong(`unknown argument ${argument}`)
  }
  const modes = [result.changed, result.within !== undefined, result.shard !== undefined, result.files.length > 0]
  if (modes.filter(Boolean).length > 1) throw wrong('--changed, --within, --shard and files do not go together')
  if ((result.changed || result.within !== undefined) && (result.all || result.suites.length > 0))
    throw wrong('--changed and --within choose by themselves; leave --all and suites out')
  if (result.test !== undefined && result.files.length === 0) throw wrong('-t goes with a file')
  return result

  function minutes(text: string): number {
    if (!/^[1-9]\d*$/.test(text)) throw wrong(`--within takes minutes, not ${text}`)
    return Number(text)
  }
  function shardOf(text: string): { number: number; count: number } {
    const [, number, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
    if (!number || !count || number > count) throw wrong(`--shard takes 1/4 to 4/4, not ${text}`)
    return { number, count }
  }
}
