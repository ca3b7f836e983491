/**
 * The line of output that explains why pip or venv failed.
 *
 * @param output standard output and error together
 */
export function commandCause(output: string, code: number): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.some((line) => line.includes('DO NOT MATCH THE HASHES'))) {
    const culprit = lines.find((line) => / from https?:/.test(line))?.replace(/ \(from -r .*/, '')
    return `a package is not what its hash in ansible/requirements.txt says: ${culprit ?? 'pip does not name it'}`
  }
  const broken = lines.find((line) => line.includes('after connection broken by'))
  if (broken !== undefined) {
    const why = /(\[Errno[^\]]*\] [^'"]*|Read timed out|Name or service not known)/.exec(broken)?.[1]
    return `the package index does not answer${why === undefined ? '' : `: ${why}`}`
  }
  if (lines.some((line) => /ensurepip is not available|No module named '?(venv|ensurepip)/.test(line)))
    return 'the venv module of this Python is missing'
  const errors = lines.filter((line) => /\berror\b/i.test(line))
  return (errors.at(-1) ?? lines.at(-1) ?? `exit code ${code}`).replace(/^ERROR:\s*/i, '')
}
