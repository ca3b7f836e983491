import { Readable } from 'node:stream'
import type { Net } from '../../../src/upstream/fetch.js'
import type { Send } from '../../../src/upstream/send.js'
import { type MemoryLog, manualClock, memoryLog } from '../fakes.js'

export interface TestNet extends Net {
  readonly log: MemoryLog
}

/** Real fetching, with a recording log and without pauses. */
export function testNet(more: Partial<Net> = {}): TestNet {
  return { clock: manualClock(), meter: { bytes: 0 }, ...more, log: memoryLog() }
}

/** Answers by address, without any network; `undefined` is a 404. */
export function answers(content: (url: string) => string | Buffer | undefined): Send {
  return async (url) => {
    const found = content(url)
    const body = Readable.from(found === undefined ? [] : [Buffer.from(found)])
    return Object.assign(body, { statusCode: found === undefined ? 404 : 200, statusMessage: '', headers: {} })
  }
}

/** Removes the pauses between attempts of @actions/tool-cache, as its own tests do. */
export function withoutPauses(): void {
  Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 })
}
