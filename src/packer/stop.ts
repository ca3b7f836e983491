/** The hand-over of an instance that is to stop, between the template's last provisioner and the action. */
import { rm } from 'node:fs/promises'
import type { Ec2 } from '../aws/ec2.js'
import { UserError } from '../lib/errors.js'
import type { PackerEffects } from './packer.js'

export interface StopFile {
  /** For `files` of a PackerTask. The template writes the instance's ID there, and waits until the file is gone. */
  readonly file: { readonly path: string; readonly onLine: (line: string) => void }
  /** Resolves once nothing is left to do for it. Call it when Packer has ended. */
  end(): Promise<void>
}

/**
 * Stops an instance before Packer does, since the amazon plugin (1.8.2) looks for that at ever longer intervals, of up to two minutes.
 * If EC2 refuses, Packer gets the same answer and reports it.
 */
export function stopFile(
  path: string,
  ec2: Ec2,
  { log, signal }: Pick<PackerEffects, 'log' | 'signal'>,
  onStop: () => void,
): StopFile {
  const ended = new AbortController()
  const until = AbortSignal.any([signal, ended.signal])
  let stopping = Promise.resolve()
  const stop = async (id: string) => {
    try {
      await ec2.stop(id, until)
    } catch (error) {
      if (!(error instanceof UserError) && !until.aborted) throw error
      log.debug(`${id}: Packer stops it: ${String(error)}`)
    } finally {
      await rm(path, { force: true })
    }
  }
  return {
    file: {
      path,
      onLine: (id) => {
        onStop()
        stopping = stop(id)
        // Awaited at the end. Until then its failure must not crash the process.
        stopping.catch(() => undefined)
      },
    },
    end: () => {
      ended.abort()
      return stopping
    },
  }
}
