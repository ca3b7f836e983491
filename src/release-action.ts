/** Entry of release/action.yml. */
import { realEffects } from './effects.js'
import { runRelease } from './release/run.js'

// Idle connections of fetch must not hold the step open.
process.exit(await runRelease(realEffects()))
