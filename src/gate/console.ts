import { writeFile } from 'node:fs/promises'
import { type Ec2, GATE_TAG } from '../aws/ec2.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Redact } from '../lib/redact.js'

/** Seconds between reads of a console. */
const PAUSE = 15

/** The console output of an AMI's instance. */
export interface Console {
  readonly text: () => string
  /** Ends the watch, after a last read if `look` is true. */
  stop(look: boolean): Promise<void>
}

/**
 * Reads the console continuously, because Packer terminates a failed instance at once, together with its console.
 * `file` gets the longest text. A console that cannot be read does not fail the gate.
 */
export function watchConsole(
  order: { readonly runId: string; readonly ami: string; readonly file: string; readonly redact: () => Redact },
  ec2: Pick<Ec2, 'tagged' | 'console'>,
  clock: Clock,
): Console {
  const done = new AbortController()
  let text = ''
  let instance: string | undefined
  const look = async () => {
    try {
      instance ??= (await ec2.tagged('instance', order.runId)).find(({ tags }) => tags[GATE_TAG] === order.ami)?.id
      const found = instance === undefined ? undefined : await ec2.console(instance)
      if (found === undefined || found.length <= text.length) return
      const redact = order.redact()
      text = found.split('\n').map(redact).join('\n')
      await writeFile(order.file, text)
    } catch (error) {
      if (!(error instanceof UserError) && !(error as NodeJS.ErrnoException).code) throw error
    }
  }
  const watching = (async () => {
    for (;;) {
      try {
        await clock.sleep(PAUSE, done.signal)
      } catch {
        return
      }
      await look()
    }
  })()
  return {
    text: () => text,
    stop: async (last) => {
      done.abort()
      await watching
      if (last) await look()
    },
  }
}
