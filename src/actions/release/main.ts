/** Entry of release/action.yml. */
import { realEffects } from '../effects.js'
import { runRelease } from './run.js'

// Idle connections of fetch must not hold the step open.
process.exit(await runRelease(realEffects()))
