/** Inputs and config file -> groups of images. */

import { resolve } from 'node:path'
import type { Environment } from '../../lib/environment.js'
import { UserError, UserErrors } from '../../lib/errors.js'
import type { Wanted } from '../../model/inputs.js'
import { FILE_HINT, unreadable } from '../files.js'
import { inputDefaults, inputNames, outsideConfig } from '../names.js'
import { type InputFacts, readInputs } from '../read-inputs.js'
import { inputText, variableOf } from '../reader.js'
import { placed } from './place.js'

/**
 * Without `config`, one group: the inputs. With it, one group per entry of the file. Each setting is the entry's, or else that of the
 * file's `defaults`, or else the input's. But if the input `rehearse` turns a rehearsal on, the file cannot turn it off.
 *
 * @throws UserErrors with all mistakes; those in the file with line and column
 */
export async function readWanted(env: Environment, facts: InputFacts): Promise<readonly Wanted[]> {
  const config = inputText(env, 'config')
  if (config === '')
    return [{ name: undefined, required: true, inputs: await readInputs(env, facts), texts: textsOf(env) }]
  const { file, text } = readText(config, env, facts)
  // Loaded for config files only: YAML's parser costs a tenth of the action's start.
  const { readConfig } = await import('./document.js')
  const { entries, mistakes: shape } = readConfig(file, text)
  const mistakes = [...shape]
  const wanted: Wanted[] = []
  for (const { name, required, settings } of entries) {
    const own = Object.fromEntries([...settings].map(([input, { value }]) => [variableOf(input), value]))
    // A workflow's rehearsal stays one: a pull request must not reach a real account by changing the file.
    const rehearsed = ['', 'false'].includes(inputText(env, 'rehearse').toLowerCase())
      ? {}
      : { [variableOf('rehearse')]: env[variableOf('rehearse')] }
    const merged = { ...env, ...own, ...rehearsed, [variableOf('config')]: '' }
    try {
      wanted.push({ name, required, inputs: await readInputs(merged, facts), texts: textsOf(merged, settings) })
    } catch (error) {
      if (!(error instanceof UserErrors)) throw error
      mistakes.push(
        ...error.errors.map((mistake) => {
          const place = settings.get(mistake.message.split(':', 1)[0] ?? '')
          return place === undefined ? mistake : placed(mistake, file, place)
        }),
      )
    }
  }
  // A mistake in the defaults would be reported once per entry.
  const unique = [...new Map(mistakes.map((mistake) => [mistake.message, mistake])).values()]
  const line = ({ place }: UserError) => place?.line ?? Number.POSITIVE_INFINITY
  if (unique.length > 0)
    throw new UserErrors(unique.sort((a, b) => (line(a) < line(b) ? -1 : Number(line(a) > line(b)))))
  return wanted
}

/** The file that `config` names, or its own text if it is a document: a map in braces, or several lines. */
function readText(config: string, env: Environment, facts: InputFacts): { file: string; text: string } {
  if (config.startsWith('{') || config.includes('\n')) return { file: 'config', text: config }
  try {
    return { file: config, text: facts.readFile(resolve(env.GITHUB_WORKSPACE || '.', config)) }
  } catch (error) {
    throw new UserErrors([new UserError('config-file', `config: ${config} ${unreadable(error)}`, FILE_HINT)])
  }
}

/** Inputs that differ from their defaults, and everything that the file sets, since the file overrides a job's own inputs. */
function textsOf(env: Environment, settings: ReadonlyMap<string, unknown> = new Map()): Record<string, string> {
  return Object.fromEntries(
    inputNames.flatMap((name) => {
      const text = inputText(env, name)
      const counts = settings.has(name) || (text !== '' && text !== inputDefaults[name])
      return counts && !outsideConfig.includes(name) ? [[name, text]] : []
    }),
  )
}
