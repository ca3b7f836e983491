import { resolve } from 'node:path'
import { firstLine } from '../lib/errors.js'
import { suggest } from '../lib/nearest.js'
import { isMap, type Report } from '../lib/schema.js'
import { unreadable } from './files.js'

/** The playbook's hook files, named after their points. `first-boot.sh` runs on the node itself. */
const hookFiles = ['before-packages.yml', 'after-kubernetes.yml', 'before-clean-up.yml', 'first-boot.sh'] as const

/** Reads the user's files. Both methods throw like node:fs. */
export interface HookFacts {
  /** A text file. */
  readonly readFile: (path: string) => string
  /** Names in a directory. */
  readonly readDirectory: (path: string) => readonly string[]
}

/**
 * Checks a directory of hooks: it must exist, and each file must have a known point's name and be a list of tasks. Returns its absolute
 * path.
 *
 * @param workspace base of relative paths
 */
export async function readHooks(
  text: string,
  workspace: string,
  facts: HookFacts,
  report: Report,
): Promise<string | undefined> {
  const directory = resolve(workspace, text)
  let names: readonly string[]
  try {
    names = facts.readDirectory(directory)
  } catch (error) {
    report(
      `${text} ${unreadable(error, { ENOTDIR: 'is not a directory' })}`,
      'write the path of a directory from the workspace, and check that the job has a checkout step',
    )
    return undefined
  }
  const known: readonly string[] = hookFiles
  for (const name of names.filter((each) => /\.(ya?ml|sh)$/.test(each) && !known.includes(each)))
    report(
      `${text}/${name} is not a hook`,
      `${suggest(name, known)}; put files that hooks include into a directory below`,
    )
  const hooks = names.filter((name) => known.includes(name))
  if (hooks.length === 0) report(`${text} contains no hook`, `known: ${known.join(', ')}`)
  for (const name of hooks) {
    const content = facts.readFile(`${directory}/${name}`)
    if (name.endsWith('.sh')) {
      if (!content.startsWith('#!'))
        report(`${text}/${name} has no interpreter`, 'begin it with a line like #!/bin/bash')
    } else await checkTasks(`${text}/${name}`, content, report)
  }
  return directory
}

async function checkTasks(path: string, content: string, report: Report): Promise<void> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(content, { logLevel: 'error' })
  const [mistake] = document.errors
  if (mistake !== undefined) {
    const line = mistake.linePos?.[0].line ?? 1
    report(`${path}:${line} is not YAML: ${firstLine(mistake).replace(/ at line .*$/, '')}`, 'correct that line')
    return
  }
  const tasks: unknown = document.toJS()
  if (Array.isArray(tasks) && tasks.every(isMap) && !tasks.some((task) => 'hosts' in task)) return
  report(`${path} is not a list of tasks`, 'write only tasks, without hosts: and tasks: around them')
}
