import { type FileHandle, open } from 'node:fs/promises'
import type { Clock } from '../lib/clock.js'

const POLL_SECONDS = 0.2
/** Longer lines are passed on in parts, so that memory stays bounded. The gate keeps its lines shorter (guest/results.py). */
const MAX_LINE = 256 * 1024

/**
 * Passes on each line of a growing file, until `done` is aborted and everything written so far has been read. The file may appear later.
 * A last line without a line end counts, too.
 */
export async function tail(
  path: string,
  onLine: (line: string) => void,
  clock: Clock,
  done: AbortSignal,
): Promise<void> {
  let file: FileHandle | undefined
  const decoder = new TextDecoder()
  const buffer = Buffer.alloc(64 * 1024)
  let rest = ''
  try {
    for (;;) {
      const last = done.aborted
      file ??= await open(path, 'r').catch(() => undefined)
      for (;;) {
        const { bytesRead } = (await file?.read(buffer, 0, buffer.length, null)) ?? { bytesRead: 0 }
        if (bytesRead === 0) break
        const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) onLine(line)
        if (rest.length > MAX_LINE) {
          onLine(rest)
          rest = ''
        }
      }
      if (last) break
      await clock.sleep(POLL_SECONDS, done).catch(() => undefined)
    }
    if (rest !== '') onLine(rest)
  } finally {
    await file?.close()
  }
}
