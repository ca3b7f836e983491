/** Entry of release/action.yml. */
import { runStep } from '../crash.js'
import { realEffects } from '../effects.js'
import { runRelease } from './run.js'

// Idle connections of fetch must not hold the step open.
await runStep((crashed) => runRelease(realEffects(crashed)))
