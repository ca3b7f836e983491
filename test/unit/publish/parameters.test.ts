import { UserError } from '../../../src/lib/errors.js'
import {
  namesAreCurrent,
  namesOf,
  nameTrouble,
  parameterName,
  writeParameters,
} from '../../../src/publish/parameters.js'
import { image, manualClock, memoryServices, result } from '../fakes.js'

const signal = new AbortController().signal

test('placeholders in names are replaced', () => {
  expect(parameterName('/k8s/{os}/{arch}/{kubernetes}/{minor}/latest', image())).toBe(
    '/k8s/debian-13/amd64/1.37.2/1.37/latest',
  )
  expect(namesOf(image(), { parameters: ['/a', '/b/{os}'] })).toEqual(['/a', '/b/debian-13'])
})

test('two images cannot share a parameter', () => {
  const named = (key: string, ...names: string[]) => ({ image: image(key), names })
  expect(nameTrouble([named('a', '/x'), named('b', '/y')])).toBeUndefined()
  expect(nameTrouble([named('a', '/x'), named('b', '/y', '/x')])?.message).toBe(
    'ssm-parameters: a and b would both write the parameter /x',
  )
})

test('one request in each region shows which parameters name another AMI', async () => {
  const memory = memoryServices()
  memory.values.set('us-east-1 /x', 'ami-1').set('us-east-1 /y', 'ami-9')
  memory.values.set('us-east-1 /w', 'ami-4').set('us-west-2 /w', 'ami-9')
  const ask = (name: string, ami: string, west?: string) => ({
    names: [name],
    amis: { 'us-east-1': ami, ...(west === undefined ? {} : { 'us-west-2': west }) },
  })
  const nothing = { names: [], amis: { 'us-east-1': 'ami-7', 'eu-west-1': 'ami-8' } }
  const answer = await namesAreCurrent(
    [ask('/x', 'ami-1'), ask('/y', 'ami-2'), ask('/z', 'ami-3'), ask('/w', 'ami-4', 'ami-5'), nothing],
    memory.services,
  )
  expect(answer).toEqual([true, false, false, false, true])
  expect(memory.calls.toSorted()).toEqual(['us-east-1 values /x /y /z /w', 'us-west-2 values /w'])
  expect(await namesAreCurrent([nothing], memory.services)).toEqual([true])
  expect(memory.calls).toHaveLength(2)
})

const published = (key: string, amis: Record<string, string>, ...names: string[]) => ({
  result: result({ key, amis }),
  names,
  home: 'us-east-1',
})

test('parameters are written in every region where the value differs, in the build region first', async () => {
  const memory = memoryServices()
  memory.values.set('us-west-2 /x', 'ami-w')
  const failed = await writeParameters(
    [published('a', { 'us-west-2': 'ami-w', 'eu-west-1': 'ami-i', 'us-east-1': 'ami-e' }, '/x')],
    memory.services,
    signal,
    manualClock(),
  )
  expect(failed.size).toBe(0)
  expect(memory.calls.filter((call) => call.includes('put'))).toEqual(['us-east-1 put /x', 'eu-west-1 put /x'])
  expect([...memory.values]).toEqual([
    ['us-west-2 /x', 'ami-w'],
    ['us-east-1 /x', 'ami-e'],
    ['eu-west-1 /x', 'ami-i'],
  ])
})

test('a parameter that fails in the build region is not written elsewhere, and fails only its image', async () => {
  const memory = memoryServices()
  memory.before = (call) => {
    if (call === 'put /x') throw new UserError('aws-failed', 'not allowed', 'allow it')
  }
  const failed = await writeParameters(
    [
      published('a', { 'us-east-1': 'ami-1', 'us-west-2': 'ami-2' }, '/x'),
      published('b', { 'us-east-1': 'ami-3', 'us-west-2': 'ami-4' }, '/y'),
    ],
    memory.services,
    signal,
    manualClock(),
  )
  expect([...failed]).toEqual([['a', [{ code: 'aws-failed', message: 'a: not allowed', hint: 'allow it' }]]])
  expect([...memory.values.keys()].sort()).toEqual(['us-east-1 /y', 'us-west-2 /y'])
})

test('after a failure in the build region, no other parameter of the image is written', async () => {
  const memory = memoryServices()
  memory.before = (call, region) => {
    if (region === 'us-east-1' && call === 'put /x') throw new UserError('aws-failed', 'not allowed')
  }
  // The build region of the second image has a copy of the first.
  const west = published('b', { 'us-west-2': 'ami-3', 'us-east-1': 'ami-4' }, '/b')
  const failed = await writeParameters(
    [published('a', { 'us-east-1': 'ami-1', 'us-west-2': 'ami-2' }, '/x', '/y'), { ...west, home: 'us-west-2' }],
    memory.services,
    signal,
    manualClock(),
  )
  expect([...failed.keys()]).toEqual(['a'])
  expect([...memory.values.keys()].sort()).toEqual(['us-east-1 /b', 'us-west-2 /b'])
})

test('an error about a parameter of another type names it', async () => {
  const memory = memoryServices()
  memory.before = (call) => {
    if (call === 'put /x')
      throw new UserError('aws-failed', 'ssm said no', 'h', { cause: { name: 'HierarchyTypeMismatchException' } })
  }
  const failed = await writeParameters(
    [published('a', { 'us-east-1': 'ami-1' }, '/x')],
    memory.services,
    signal,
    manualClock(),
  )
  expect(failed.get('a')?.[0]?.message).toBe('a: the SSM parameter /x could not be written: ssm said no')
})

describe('SSM answers before it validates the AMI', () => {
  /** Writes parameters to an SSM that accepts a value only after this many seconds; undefined: never. */
  async function written(seconds: number | undefined) {
    const [memory, clock] = [memoryServices(), manualClock(0)]
    memory.before = (call, region) => {
      const [word, name = ''] = call.split(' ')
      const slow = region === 'us-west-2' && name === '/x'
      const taken = !slow || (seconds !== undefined && clock.at >= seconds)
      if (word === 'values' && !taken) memory.values.delete(`${region} ${name}`)
      else if (word === 'values' && slow && wasPut) memory.values.set(`${region} ${name}`, 'ami-2')
      if (word === 'put' && slow) wasPut = true
    }
    let wasPut = false
    const all = [
      published('a', { 'us-east-1': 'ami-1', 'us-west-2': 'ami-2' }, '/x'),
      published('b', { 'us-east-1': 'ami-3' }, '/y'),
    ]
    const failed = await writeParameters(all, memory.services, signal, clock)
    return { failed, clock, memory }
  }

  test('a value that appears at once costs one more request', async () => {
    const { failed, clock, memory } = await written(0)
    expect([failed.size, clock.at]).toEqual([0, 0])
    expect(memory.calls.filter((call) => call.startsWith('us-west-2 values'))).toHaveLength(2)
  })

  test('a value that appears late is awaited', async () => {
    const { failed, clock } = await written(25)
    expect(failed.size).toBe(0)
    expect(clock.at).toBeGreaterThanOrEqual(25)
  })

  test('a value that never appears fails only its image, and the error suggests why', async () => {
    const { failed, clock } = await written(undefined)
    expect([...failed]).toEqual([
      [
        'a',
        [
          {
            code: 'ssm-parameter',
            message: 'a: the SSM parameter /x in us-west-2 still does not name ami-2, 60 s after it was written',
            hint: expect.stringMatching(/ec2:DescribeImages/),
          },
        ],
      ],
    ])
    expect(clock.at).toBeLessThanOrEqual(60)
  })
})
