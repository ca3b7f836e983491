import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { pruneDefaults, readPruneInputs } from '../../../../src/actions/prune/inputs.js'
import { UserErrors } from '../../../../src/lib/errors.js'

const DAY = 86400
const read = (inputs: Record<string, string> = {}, env: Record<string, string> = {}) =>
  readPruneInputs({
    ...env,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  })

function mistakes(inputs: Record<string, string>): string[] {
  try {
    read(inputs)
  } catch (error) {
    if (error instanceof UserErrors) return error.errors.map(({ message, hint }) => `${message}; ${hint}`)
    throw error
  }
  return []
}

test('prune/action.yml and the code have the same inputs, in the same order, with the same defaults', () => {
  const action: { inputs: Record<string, { default: string }> } = parse(readFileSync('prune/action.yml', 'utf8'))
  expect(Object.entries(action.inputs).map(([name, input]) => [name, input.default])).toEqual(
    Object.entries(pruneDefaults),
  )
})

test('the default is a dry run in the job’s region that keeps a lot', () => {
  expect(read({}, { AWS_REGION: 'eu-west-1' })).toEqual({
    regions: ['eu-west-1'],
    home: 'eu-west-1',
    rules: {
      keep: 3,
      keepYounger: 30 * DAY,
      deregisterAfter: 30 * DAY,
      includeShared: false,
      includeProtected: false,
    },
    sweepOlder: undefined,
    dryRun: true,
  })
})

test('all inputs are read', () => {
  expect(
    read({
      regions: 'us-west-2\neu-west-1',
      keep: '1',
      'keep-younger-than': '90m',
      'deregister-after': '2w',
      'include-shared': 'true',
      'include-protected': 'TRUE',
      'sweep-older-than': '24h',
      'dry-run': 'false',
    }),
  ).toEqual({
    regions: ['us-west-2', 'eu-west-1'],
    home: 'us-west-2',
    rules: { keep: 1, keepYounger: 5400, deregisterAfter: 14 * DAY, includeShared: true, includeProtected: true },
    sweepOlder: DAY,
    dryRun: false,
  })
  expect(read({ regions: 'all' })).toMatchObject({ regions: 'all', home: 'us-east-1' })
})

test.each<[Record<string, string>, RegExp]>([
  [{ regions: 'us-east' }, /regions: "us-east".*us-east-1/],
  [{ regions: 'all,us-east-1' }, /regions: "all"/],
  [{ keep: '0' }, /keep: "0" is not a whole number from 1/],
  [{ 'keep-younger-than': '30' }, /keep-younger-than: "30" is not a time; write/],
  [{ 'deregister-after': '-1d' }, /deregister-after: "-1d" is not a time/],
  [{ 'sweep-older-than': '1y' }, /sweep-older-than: "1y" is not a time/],
  [{ 'sweep-older-than': '0h' }, /sweep-older-than: less than a minute; write a time longer than any run/],
  [{ 'dry-run': 'no' }, /dry-run: "no" is not true or false/],
  [{ 'keep-younger-then': '1d' }, /"keep-younger-then" is not an input; did you mean "keep-younger-than"/],
])('%j is refused', (inputs, says) => {
  expect(mistakes(inputs)).toEqual([expect.stringMatching(says)])
})

test('all mistakes are reported at once', () => {
  expect(mistakes({ keep: 'x', regions: 'y', 'dry-run': 'z' })).toHaveLength(3)
})
