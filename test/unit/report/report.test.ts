import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { annotate } from '../../../src/report/annotations.js'
import { label, plain, within } from '../../../src/report/markdown.js'
import { amiIds, outputs } from '../../../src/report/outputs.js'
import { failureList, summary } from '../../../src/report/summary.js'
import { covered, timings } from '../../../src/report/timings.js'
import { memoryLog, result } from '../fakes.js'

const place = {
  region: 'us-east-1',
  manifest: '/r/images.json',
  junit: '',
  sboms: { 'debian-13-amd64': '/r/debian-13-amd64.cdx.json' },
  reportDirectory: '/r',
}
const failed = result({ key: 'b', status: 'failed', amis: {}, failures: [{ code: 'build-failed', message: 'b: no', hint: 'do' }] })

describe('outputs', () => {
  test('exactly those that action.yml declares', () => {
    const declared = Object.keys(parse(readFileSync('action.yml', 'utf8')).outputs)
    expect(Object.keys(outputs([result()], place)).sort()).toEqual(declared.sort())
  })

  test('one image', () => {
    expect(outputs([result()], place)).toMatchObject({
      'ami-id': 'ami-01',
      'ami-ids': '{"debian-13-amd64":{"us-east-1":"ami-01"}}',
      'images-built': '1',
      'images-failed': '0',
    })
  })

  test('the good ones of several, and no ami-id', () => {
    expect(outputs([result({ key: 'a' }), failed], place)).toMatchObject({
      'ami-id': '',
      'ami-ids': '{"a":{"us-east-1":"ami-01"}}',
      'images-built': '1',
      'images-failed': '1',
    })
    expect(amiIds([failed])).toEqual({})
  })

  test('the record of a failed image holds why', () => {
    expect(JSON.parse(outputs([failed], place).images ?? '')).toMatchObject([
      { image: 'b', status: 'failed', failures: [{ message: 'b: no' }], kubernetes: '1.37.2' },
    ])
  })
})

describe('annotate', () => {
  const failures = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ code: 'build-failed' as const, message: `m${at}`, file: 'f.yml', line: at }))

  test('message, hint and place', () => {
    const log = memoryLog()
    annotate([{ code: 'build-failed', message: 'a: no', hint: 'do this', file: 'f.yml', line: 3 }], log)
    expect(log.errors).toEqual([{ title: 'build-failed', message: 'a: no — do this', file: 'f.yml', line: 3 }])
  })

  test('the summary tells the place once', () => {
    const list = failureList([
      { code: 'input', message: 'a: no', file: 'f.yml', line: 3 },
      { code: 'input', message: 'f.yml:4:1: no', file: 'f.yml', line: 4 },
    ])
    expect(list).toMatch(/^- a&#58; no \(f\.yml:3\)$/m)
    expect(list).toMatch(/^- f\.yml&#58;4&#58;1&#58; no$/m)
  })

  test.each([
    [10, 10, 'm9'],
    [11, 10, '2 more failures are listed in the job summary'],
    [500, 10, '491 more failures are listed in the job summary'],
  ])('%d failures are %d annotations', (count, shown, last) => {
    const log = memoryLog()
    annotate(failures(count), log)
    expect(log.errors).toHaveLength(shown)
    expect(log.errors.at(-1)?.message).toBe(last)
  })
})

describe('markdown', () => {
  test.each([
    ['a|b', 'a&#124;b'],
    ['<img src=x>', '&lt;img src=x&gt;'],
    ['[x](http://y)', '&#91;x&#93;&#40;http&#58;//y&#41;'],
    ['a\nb', 'a b'],
    ['`x` @team #1', '&#96;x&#96; &#64;team &#35;1'],
  ])('%j', (text, escaped) => {
    expect(plain(text)).toBe(escaped)
  })

  test('labels of a diagram hold nothing that ends them', () => {
    expect(label('a: b, c; d #e\n')).toBe('a b c d e')
    expect(label(':')).toBe('-')
  })

  test('whole sections are left out, and that is said', () => {
    const text = within(
      [
        { title: 'one', text: 'x'.repeat(300) },
        { title: 'two', text: 'y'.repeat(5000) },
        { title: 'three', text: 'z' },
      ],
      2000,
    )
    expect(text).toContain('xxx')
    expect(text).not.toContain('yyy')
    expect(text).toContain('z\n')
    expect(text).toContain('Left out, because a summary may have 1 MiB: two')
  })
})

describe('summary', () => {
  const facts = { phases: [{ name: 'plan', start: 100, seconds: 2.5 }], failures: [], packer: '1.16.0' }

  test('a run of two images, one failed', () => {
    const phases = [{ name: 'launch', start: 103, seconds: 61 }]
    const tasks = [{ task: 'containerd : Install | all', path: 'p:1', seconds: 12, status: 'changed' as const }]
    expect(summary({ ...facts, results: [result({ key: 'a', phases, tasks }), failed] })).toMatchSnapshot()
  })

  test('a run that failed before anything was planned', () => {
    const text = summary({ ...facts, results: [], failures: [{ code: 'input', message: 'unknown os <b>', hint: 'choose' }] })
    expect(text).toContain('unknown os &lt;b&gt; — choose')
    expect(text).not.toContain('### Versions')
  })

  test('never more than GitHub takes', () => {
    const failures = Array.from({ length: 300 }, () => ({ code: 'build-failed' as const, message: '|'.repeat(5000) }))
    const many = Array.from({ length: 3000 }, (_, at) => result({ key: `image-${at}`, failures }))
    const text = summary({ ...facts, results: many })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024)
    expect(text).toContain('Left out')
  })

  test('of more checks than it has rows, those that failed come first; otherwise as they were made', () => {
    const check = (name: string, passed: boolean) => ({
      level: 'conformance' as const,
      name,
      passed,
      seconds: 1,
      message: '',
      evidence: '',
    })
    const tested = (count: number) => {
      const passed = Array.from({ length: count }, (_, at) => check(`spec ${at}`, true))
      const checks = [...passed, check('the last', false)]
      const test = { level: 'conformance', passed: false, at: '', seconds: 1, reached: {}, checks } as const
      const text = summary({ ...facts, results: [result({ key: 'a', test })] })
      return { text, rows: text.split('\n').filter((line) => line.includes('conformance/')) }
    }
    const many = tested(2500)
    expect(many.text).toContain('What failed comes first; 1 of 2501 did.')
    expect(many.text).toContain('501 more rows are in the report directory')
    expect(many.rows).toHaveLength(2000)
    expect(many.rows[0]).toContain('the last | **failed**')
    const few = tested(2)
    expect(few.text).not.toContain('comes first')
    expect(few.rows.map((row) => row.split(' | ')[1])).toEqual([
      'conformance/spec 0',
      'conformance/spec 1',
      'conformance/the last',
    ])
  })
})

describe('timings', () => {
  test.each([
    [[], 0],
    [[[0, 5]], 5],
    [
      [
        [0, 5],
        [3, 5],
      ],
      8,
    ],
    [
      [
        [0, 10],
        [2, 3],
      ],
      10,
    ],
    [
      [
        [6, 1],
        [0, 5],
      ],
      6,
    ],
  ])('covered %j', (list, seconds) => {
    expect(
      covered((list as [number, number][]).map(([start, length]) => ({ name: 'x', start, seconds: length }))),
    ).toBe(seconds)
  })

  test('own time is what is left when others wait for nobody', () => {
    const phases = [
      { name: 'inputs', start: 100, seconds: 0.1 },
      { name: 'tools', start: 101, seconds: 4 },
      { name: 'plan', start: 101, seconds: 5 },
      { name: 'packer', start: 106, seconds: 50 },
      { name: 'packer', start: 110, seconds: 50 },
    ]
    expect(timings(100, 165, phases, [result()], 7)).toMatchObject({
      total: 65,
      own: 7,
      bytesFetched: 7,
      phases: { inputs: 0.1, tools: 4, plan: 5, packer: 54 },
      timeline: expect.arrayContaining([{ name: 'tools', start: 1, seconds: 4 }]),
    })
  })
})
