import { jest } from '@jest/globals'
import { duration } from '../../../src/lib/duration.js'
import { heartbeat } from '../../../src/lib/heartbeat.js'
import { manualClock, memoryLog } from '../fakes.js'

test.each([
  [0.04, '0.0 s'],
  [4.21, '4.2 s'],
  [59.4, '59 s'],
  [65, '1 min 5 s'],
  [3600, '60 min 0 s'],
])('%d', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

describe('heartbeat', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  test('prints a line after ten silent seconds, for all current work, and none afterwards', async () => {
    const clock = manualClock()
    const log = memoryLog()
    const heart = heartbeat(log, clock)
    let end: () => void = () => undefined
    const work = heart.during(
      () => `a: ${clock.at - 1000} s`,
      () =>
        new Promise<void>((done) => {
          end = done
        }),
    )
    const pass = (seconds: number) => {
      clock.at += seconds
      jest.advanceTimersByTime(500)
    }
    pass(9)
    expect(log.lines).toEqual([])
    heart.log.info('a word')
    pass(9)
    expect(log.lines).toEqual(['a word'])
    pass(1)
    expect(log.lines).toEqual(['a word', '… a: 19 s'])
    pass(10)
    expect(log.lines).toHaveLength(3)
    end()
    await work
    pass(100)
    expect(log.lines).toHaveLength(3)
  })
})
