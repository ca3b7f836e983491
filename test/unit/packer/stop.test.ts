import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../../src/lib/errors.js'
import { stopFile } from '../../../src/packer/stop.js'
import { memoryEc2, memoryLog } from '../fakes.js'
import { temporaryDirectory } from '../support/temporary.js'

const directory = temporaryDirectory()
let path: string

beforeEach(() => {
  path = join(directory(), 'stop')
  writeFileSync(path, 'i-1\n')
})

/** A stop that ends as `outcome` says, or when it is aborted. */
function begun(outcome: (signal: AbortSignal) => Promise<void>, signal = new AbortController().signal) {
  const log = memoryLog()
  const phases: string[] = []
  const ec2 = {
    ...memoryEc2().byRegion('us-east-1'),
    stop: (id: string, until: AbortSignal) => {
      expect(id).toBe('i-1')
      return outcome(until)
    },
  }
  const stop = stopFile(path, ec2, { log, signal }, () => phases.push('stop'))
  stop.file.onLine('i-1')
  expect(phases).toEqual(['stop'])
  return stop
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
const gone = async () => {
  while (existsSync(path)) await new Promise((later) => setTimeout(later, 5))
}

test('the file goes when the instance has stopped', async () => {
  const stopped = Promise.withResolvers<void>()
  const stop = begun(() => stopped.promise)
  await new Promise((later) => setTimeout(later, 20))
  expect(existsSync(path)).toBe(true)
  stopped.resolve()
  await gone()
  await stop.end()
})

test('if EC2 refuses, Packer goes on and asks itself', async () => {
  const stop = begun(() => Promise.reject(new UserError('aws-failed', 'no', 'x')))
  await gone()
  await stop.end()
})

test('it ends with Packer', async () => {
  await begun(aborted).end()
  expect(existsSync(path)).toBe(false)
})

test('it ends with a cancel', async () => {
  const cancel = new AbortController()
  const stop = begun(aborted, cancel.signal)
  cancel.abort(new Error('cancelled'))
  await gone()
  await stop.end()
})

test('a bug is not lost', async () => {
  const stop = begun(() => Promise.reject(new TypeError('a bug')))
  await gone()
  await expect(stop.end()).rejects.toThrow('a bug')
})

test('without an instance to stop, there is nothing to wait for', () =>
  stopFile(path, memoryEc2().byRegion('us-east-1'), { log: memoryLog(), signal: new AbortController().signal }, () => {
    throw new Error('not called')
  }).end())
