import { UserError } from '../../lib/errors.js'
import { redactor, secretsIn } from '../../lib/redact.js'
import { tellError } from '../../report/failures.js'
import { failureList } from '../../report/summary.js'
import type { Effects } from '../effects.js'
import { check } from './check.js'
import { github } from './github.js'
import { readReleaseInputs } from './inputs.js'
import { prepare } from './prepare.js'
import { publish } from './publish.js'

/**
 * Checks, prepares or publishes a release. Returns the exit code; never throws.
 *
 * @param pause as `github` takes it
 */
export async function runRelease(effects: Effects, pause?: number): Promise<0 | 1> {
  const { env, log } = effects
  const inputs = readReleaseInputs(env)
  for (const secret of [...secretsIn(env), inputs.token]) log.mask(secret)
  try {
    const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: repository = '' } = env
    const hub = github({ api, repository, token: inputs.token, pause })
    const step = { check, prepare, publish }[inputs.step]
    if (step === undefined)
      throw new UserError(
        'input',
        `step: "${inputs.step}" is not a step of a release`,
        'write check, prepare or publish',
      )
    await Promise.race([step(effects, inputs, hub), effects.crashed])
    return 0
  } catch (error) {
    const failures = tellError(error, log)
    const redact = redactor([inputs.token])
    await effects.writeSummary(redact(`## No release\n\n${failureList(failures)}\n`))
    return 1
  }
}
