import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { annotate } from '../../../src/report/annotations.js'
import { label, plain, within } from '../../../src/report/markdown.js'
import { amiIds, outputs } from '../../../src/report/outputs.js'
import { failureList, policySection, summary } from '../../../src/report/summary.js'
import { covered, timings } from '../../../src/report/timings.js'
import { memoryLog, result } from '../fakes.js'

const place = {
  region: 'us-east-1',
  manifest: '/r/images.json',
  junit: '',
  sboms: { 'debian-13-amd64': '/r/debian-13-amd64.cdx.json' },
  reportDirectory: '/r',
}
const failed = result({
  key: 'b',
  status: 'failed',
  amis: {},
  failures: [{ code: 'build-failed', message: 'b: no', hint: 'do' }],
})

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
    Array.from({ length: count }, (_, at) => ({
      code: 'build-failed' as const,
      message: `m${at}`,
      file: 'f.yml',
      line: at,
    }))

  test('message, hint and place', () => {
    const log = memoryLog()
    annotate([{ code: 'build-failed', message: 'a: no', hint: 'do this', file: 'f.yml', line: 3 }], log)
    expect(log.errors).toEqual([{ title: 'build-failed', message: 'a: no — do this', file: 'f.yml', line: 3 }])
  })

  test('the summary has the place once', () => {
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

  test('whole sections are left out, with a note', () => {
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
  /** The visible text, without folded `<details>` blocks that start a line. */
  const unfolded = (text: string) => text.replace(/^<details>[\s\S]*?^<\/details>$/gm, '').trim()
  const titles = (text: string) => [...text.matchAll(/^<details><summary>(.*)<\/summary>$/gm)].map(([, title]) => title)
  const check = (name: string, passed: boolean) => ({
    ...{ level: 'conformance' as const, name, passed, seconds: 1, message: '', evidence: '' },
  })
  const tested = (...checks: ReturnType<typeof check>[]) =>
    ({ level: 'conformance', passed: true, at: '', seconds: 1, reached: {}, checks }) as const

  test('a run of two images, one failed', () => {
    const phases = [{ name: 'launch', start: 103, seconds: 61 }]
    const tasks = [{ task: 'containerd : Install | all', path: 'p:1', seconds: 12, status: 'changed' as const }]
    expect(summary({ ...facts, results: [result({ key: 'a', phases, tasks }), failed] })).toMatchSnapshot()
  })

  test.each([1, 8])('of %d images, one row each, and everything that passed is folded', (count) => {
    const tasks = [{ task: 'a', path: 'p:1', seconds: 12, status: 'ok' as const }]
    const images = Array.from({ length: count }, (_, at) =>
      result({ key: `image-${at}`, tasks, test: tested(check('pod', true)) }),
    )
    const text = summary({ ...facts, results: images, sections: [{ title: 'x', text: policySection('{}') }] })
    const lines = unfolded(text).split('\n')
    expect(lines).toHaveLength(count + 4) // the title, a blank line, the head of the table, its dashes
    for (const [at, line] of lines.slice(4).entries())
      expect(line).toBe(`| image-${at} | built, passed \`conformance\` | us-east-1 \`ami-01\` | 1.37.2 | 2.3.7 |  |`)
    expect(titles(text)).toEqual([
      `Tests: ${count} passed`,
      'Versions and digests',
      'An IAM policy with everything this job needs',
      'Where the time went',
      'Slowest tasks',
    ])
  })

  test("an image's time is from its first phase to its last", () => {
    const phases = [
      { name: 'launch', start: 103, seconds: 61 },
      { name: 'test', start: 170, seconds: 30 },
      { name: 'copy', start: 165, seconds: 40 },
    ]
    expect(summary({ ...facts, results: [result({ phases })] })).toContain('| 2.3.7 | 1 min 42 s |')
  })

  test('of many regions a row shows those that failed and a few more; the others are folded in their cell', () => {
    const ready = (ami: string) => ({ status: 'ready' as const, ami })
    const regions = {
      ...Object.fromEntries([1, 2, 3, 4].map((at) => [`us-east-${at}`, ready(`ami-${at}`)])),
      'us-west-2': { status: 'failed' as const, message: 'no' },
    }
    const text = summary({ ...facts, results: [result({ status: 'failed', amis: {}, regions })] })
    expect(text).toContain(
      '| us-west-2 **failed**<br>us-east-1 `ami-1`<br>us-east-2 `ami-2`' +
        '<details><summary>2 more regions</summary>us-east-3 `ami-3`<br>us-east-4 `ami-4`</details> |',
    )
  })

  test('failures and their evidence stand open below the table; the evidence of later ones is folded', () => {
    const failures = Array.from({ length: 11 }, (_, at) => ({
      code: 'build-failed' as const,
      message: `m${at}`,
      evidence: `<e${at}>\n1`,
    }))
    const text = summary({ ...facts, results: [result({ key: 'a', status: 'failed', amis: {}, failures })] })
    expect(unfolded(text)).toMatch(/\| a \| \*\*failed\*\* \|.*\|\n\n### What failed\n\n- m0\n/)
    expect(text).toContain('<details open><summary>Evidence</summary><pre>&lt;e9&gt;&#10;1</pre></details>')
    expect(text).toContain('<details><summary>Evidence</summary><pre>&lt;e10&gt;&#10;1</pre></details>')
  })

  test('a run that failed before anything was planned', () => {
    const text = summary({
      ...facts,
      results: [],
      failures: [{ code: 'input', message: 'unknown os <b>', hint: 'choose' }],
    })
    expect(text).toContain('unknown os &lt;b&gt; — choose')
    expect(titles(text)).toEqual(['Where the time went'])
  })

  test('never more than GitHub takes', () => {
    const failures = Array.from({ length: 300 }, () => ({ code: 'build-failed' as const, message: '|'.repeat(5000) }))
    const amis = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`region-${at}`, `ami-${'0'.repeat(17)}`]))
    const many = Array.from({ length: 3000 }, (_, at) => result({ key: `image-${at}`, failures, amis }))
    const text = summary({ ...facts, results: many })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024)
    expect(text).toContain('Left out')
    expect(text).toContain('image-0 | built')
    expect(text).toMatch(/_\d+ more images are in the report directory._/)
  })

  test('of more checks than it has rows, those that failed come first; otherwise as they were made', () => {
    const rows = (count: number) => {
      const passed = Array.from({ length: count }, (_, at) => check(`spec ${at}`, true))
      const text = summary({ ...facts, results: [result({ test: tested(...passed, check('the last', false)) })] })
      return { text, rows: text.split('\n').filter((line) => line.includes('conformance/')) }
    }
    const many = rows(2500)
    expect(titles(many.text)).toContain('Tests: 2500 passed, 1 failed')
    expect(many.text).toContain('501 more rows are in the report directory')
    expect(many.rows).toHaveLength(2000)
    expect(many.rows[0]).toContain('the last | **failed**')
    expect(rows(2).rows.map((row) => row.split(' | ')[1])).toEqual([
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

  test('own time is the rest without the phases of others', () => {
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
