/** `--help` of a script, for `parseArgs`. */
export const help = { type: 'boolean', default: false, short: 'h' } as const

/**
 * Returns a script's arguments. Exits with 0 after `--help`, and with 2 after a mistake, which it names in one line.
 *
 * @param script its name, such as `script/bench`
 * @param read parses the arguments, and throws an Error for each mistake
 */
export function argumentsOf<T extends { readonly help: boolean }>(script: string, usage: string, read: () => T): T {
  let given: T
  try {
    given = read()
  } catch (error) {
    process.stderr.write(`${script}: ${(error as Error).message}; see ${script} --help\n`)
    process.exit(2)
  }
  if (!given.help) return given
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}
