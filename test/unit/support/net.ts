import type { Net } from '../../../src/upstream/fetch.js'
import { type MemoryLog, manualClock, memoryLog } from '../fakes.js'

export interface TestNet extends Net {
  readonly log: MemoryLog
}

/** Real fetching, with a log that remembers and pauses that take no time. */
export function testNet(more: Partial<Net> = {}): TestNet {
  return { fetch, clock: manualClock(), meter: { bytes: 0 }, ...more, log: memoryLog() }
}
