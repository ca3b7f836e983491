/** Entry of the action's main step. */
import { runStep } from '../crash.js'
import { realEffects } from '../effects.js'
import { keepHeapSmall } from './heap.js'
import { runBuild } from './run.js'

keepHeapSmall()

/** The runner sends SIGINT, SIGTERM after 7.5 s, and SIGKILL 2.5 s later. The action ends before the second signal. */
const LAST_MOMENT = 6500

const cancel = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (cancel.signal.aborted) return
    process.stdout.write(`${signal}: cancelling\n`)
    setTimeout(() => {
      process.stdout.write('cancelled: Packer is still cleaning up; the post step waits for it and removes the rest\n')
      process.exit(1)
    }, LAST_MOMENT)
    cancel.abort(new Error('the run was cancelled'))
  })
}

// Idle connections of fetch and the AWS SDK must not hold the step open.
await runStep((crashed) => runBuild(realEffects(crashed), cancel.signal))
