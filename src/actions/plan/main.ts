/** Entry of plan/action.yml. */
import { runStep } from '../crash.js'
import { realEffects } from '../effects.js'
import { runPlan } from './run.js'

const cancel = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => cancel.abort(new Error('the run was cancelled')))

// Idle connections of fetch must not hold the step open.
await runStep((crashed) => runPlan(realEffects(crashed), cancel.signal))
