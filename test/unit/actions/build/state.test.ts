import { keepState, loadState, type State } from '../../../../src/actions/build/state.js'

const first: State = {
  version: 1,
  runId: 'r',
  directory: '/d',
  regions: ['us-east-1'],
  packers: [],
  handedOut: [],
  finished: false,
}

test('each change is saved at once, and post reads the last one', () => {
  const saved: Record<string, string> = {}
  const state = keepState(first, (name, value) => {
    saved[`STATE_${name}`] = value
  })
  expect(loadState(saved)).toEqual(first)
  state.change({ packers: [{ pid: 42, startTime: 7 }] })
  state.change({ handedOut: ['ami-1'] })
  expect(loadState(saved)).toEqual({ ...first, packers: [{ pid: 42, startTime: 7 }], handedOut: ['ami-1'] })
  expect(state.get()).toEqual(loadState(saved))
})

test.each([
  {},
  { STATE_run: '' },
  { STATE_run: '{' },
  { STATE_run: '{"version":2,"runId":"r"}' },
  { STATE_run: 'null' },
])('no state: %j', (env) => {
  expect(loadState(env)).toBeUndefined()
})
