import { runBounded } from '../../../src/lib/bounded.js'
import { exec } from '../../../src/lib/exec.js'

test('a command that takes too long is ended, with an error', async () => {
  await expect(runBounded({ exec, limit: 0.2, label: 'packer 1.16.0' }, 'sleep', ['30'])).rejects.toMatchObject({
    name: 'UserError',
    message: 'packer 1.16.0: sleep was ended after 0.2 s',
  })
})

test('a command that something else kills did not exceed its limit', async () => {
  const result = await runBounded({ exec, limit: 30, label: 'x' }, 'bash', ['-c', 'kill -KILL $$'])
  expect(result).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('was ended by a signal, perhaps because memory ran out'),
  })
})

test('a cancelled one ends with the reason of the cancelling', async () => {
  const stop = new AbortController()
  const running = runBounded({ exec, limit: 30, label: 'x', signal: stop.signal }, 'sleep', ['30'])
  stop.abort(new Error('cancelled'))
  await expect(running).rejects.toThrow('cancelled')
})

test('one in time gives its result', async () => {
  expect(await runBounded({ exec, limit: 30, label: 'x' }, 'printf', ['hello'])).toMatchObject({
    code: 0,
    stdout: 'hello',
  })
})
