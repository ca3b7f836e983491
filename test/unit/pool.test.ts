/** The pool of script/test, in a process of its own, since it handles signals. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const program = `
const { runAll } = await import(${JSON.stringify(resolve('script/tests/pool.ts'))})
const part = { name: 'lint', suite: 'lint', seconds: 1 }
const command = ['bash', '-c', 'bash -c "echo ready; sleep 60; echo went on"; echo went on']
const left = await runAll([{ part, command }, { part, command }], { places: 1, onEnd: (_, { code }) => console.log('code', code) })
console.log('left', left.length)`

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s, also twice, ends a part with all that it started, and begins no other',
  async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (output === '') for (const _ of [1, 2]) child.kill(signal)
      output += text
    })
    // Not before the last process that the part started has closed its output.
    await once(child, 'close')
    expect(output.trim().split('\n')).toEqual(['ready', 'code 1', 'left 1'])
  },
)
