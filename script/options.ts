import { type ParseArgsConfig, parseArgs } from 'node:util'

/**
 * A script's options. Prints the usage and exits: with 0 after `--help`, with 2 after a mistake, which it names.
 *
 * @param usage begins with the script's name
 */
export function readOptions<const T extends NonNullable<ParseArgsConfig['options']>>(usage: string, options: T) {
  const [name] = usage.split(' ')
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } })
    if (!('help' in values)) return values as ReturnType<typeof parseArgs<{ options: T }>>['values']
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}; see ${name} --help\n`)
    process.exit(2)
  }
}
