import { parseEvent, slowest } from '../../../src/packer/events.js'
import { phaseBegunBy, progress } from '../../../src/packer/progress.js'
import { manualClock, memoryLog } from '../fakes.js'

const say = (text: string) => ({ kind: 'say', build: 'img.amazon-ebs.a', text }) as const
const end = (task: string, seconds: number, status = 'changed') =>
  JSON.stringify({ event: 'task_end', time: 1, seconds, task, path: 'a.yml:1', status })
const start = (task: string) => JSON.stringify({ event: 'task_start', time: 1, task, path: 'a.yml:1' })

test.each([
  ['Connected to SSH!', 'provision'],
  ['Stopping the source instance...', 'snapshot'],
  ['Terminating the source AWS instance...', 'clean-up'],
  ['Provisioning step had errors: Running the cleanup provisioner, if present...', 'clean-up'],
  ['Launching a source AWS instance...', undefined],
  ['ok: Stopping the source instance...', undefined],
])('%s', (text, phase) => {
  expect(phaseBegunBy(text)).toBe(phase)
})

describe('progress', () => {
  test('shows phases with their seconds and one line a task, without the output of the playbook', () => {
    const clock = manualClock()
    const log = memoryLog()
    const watch = progress('a', false, log, clock)
    watch.row(say('Launching a source AWS instance...'))
    clock.at += 20
    watch.row(say('Connected to SSH!'))
    watch.row(say('TASK [x] ****'))
    watch.event(start('base : Set up'))
    clock.at += 3
    expect(watch.describe()).toBe('a: base : Set up for 3.0 s')
    watch.event(end('base : Set up', 3.04))
    watch.event(end('base : Not here', 0.1, 'skipped'))
    watch.event('{"event":"task_e')
    clock.at += 1
    watch.row(say('Stopping the source instance...'))
    clock.at += 5
    watch.finish()
    expect(watch.phases).toEqual([
      { name: 'launch', start: 1000, seconds: 20 },
      { name: 'provision', start: 1020, seconds: 4 },
      { name: 'snapshot', start: 1024, seconds: 5 },
    ])
    expect(log.lines).toEqual([
      'Launching a source AWS instance...',
      'Connected to SSH!',
      '    3.0 s  base : Set up',
      'Stopping the source instance...',
    ])
    expect(watch.tasks.map(({ task }) => task)).toEqual(['base : Set up', 'base : Not here'])
  })

  test('with several images, each line names its image', () => {
    const log = memoryLog()
    const watch = progress('a', true, log, manualClock())
    watch.row(say('Prevalidating AMI Name: x'))
    watch.event(end('base : Set up', 1, 'failed'))
    expect(log.lines).toEqual(['a: Prevalidating AMI Name: x', 'a:     1.0 s  base : Set up — failed'])
  })

  test('an instance that the action stops: the snapshot begins then, and Packer does not repeat it', () => {
    const clock = manualClock()
    const log = memoryLog()
    const watch = progress('a', false, log, clock)
    watch.row(say('Connected to SSH!'))
    clock.at += 3
    watch.stopping()
    clock.at += 20
    for (const line of [
      'Running local shell script: /x',
      'Stopping the source instance...',
      'Stopping instance',
      'Waiting for the instance to stop...',
    ])
      watch.row(say(line))
    watch.row(say('Creating AMI x from instance i-1'))
    watch.finish()
    expect(watch.phases.slice(1)).toEqual([
      { name: 'provision', start: 1000, seconds: 3 },
      { name: 'snapshot', start: 1003, seconds: 20 },
    ])
    expect(log.lines).toEqual([
      'Connected to SSH!',
      'Stopping the source instance...',
      'Creating AMI x from instance i-1',
    ])
  })

  test('names the phase if no task runs', () => {
    const clock = manualClock()
    const watch = progress('a', true, memoryLog(), clock)
    clock.at += 65
    expect(watch.describe()).toBe('a: launch for 1 min 5 s')
  })
})

describe('parseEvent', () => {
  test.each([
    ['', undefined],
    ['{', undefined],
    ['null', undefined],
    ['{"event":"end","time":1,"ok":12}', undefined],
    ['{"event":"task_end","task":"t","path":"p","status":"exploded"}', undefined],
    ['{"event":"task_start","time":1,"task":"t","path":"p"}', { event: 'start', task: 't', path: 'p' }],
    [
      '{"event":"task_end","time":2.5,"seconds":1.5,"task":"t","path":"p:3","status":"failed","message":"m"}',
      { event: 'end', time: 2.5, record: { task: 't', path: 'p:3', seconds: 1.5, status: 'failed', message: 'm' } },
    ],
  ])('%s', (line, event) => {
    expect(parseEvent(line)).toEqual(event)
  })
})

test('the slowest tasks come first', () => {
  const task = (seconds: number) => ({ task: String(seconds), path: '', seconds, status: 'ok' as const })
  expect(slowest([task(1), task(9), task(5)], 2).map(({ seconds }) => seconds)).toEqual([9, 5])
})
