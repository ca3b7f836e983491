/** The pictures of the README are made of a real job summary, and are current. */
import { readFileSync } from 'node:fs'
import { bars, sections, summaryPicture, walkPicture } from '../../script/pictures.js'
import { summary } from '../../src/report/summary.js'
import { result } from './fakes.js'

const markdown = readFileSync('docs/pictures/summary.md', 'utf8')

test.each([
  ['summary', summaryPicture],
  ['walk', walkPicture],
])('docs/pictures/%s.svg is what script/pictures.ts makes (npm run docs)', (name, make) => {
  const made = make(markdown)
  expect(readFileSync(`docs/pictures/${name}.svg`, 'utf8')).toBe(made)
  // Nothing reaches over the right edge, by the width of its letters.
  const ends = [...made.matchAll(/<text x="([\d.]+)"[^>]*>([^<]*)</g)].map(
    ([, x, words = '']) => Number(x) + words.length * 7.3,
  )
  expect(ends.length).toBeGreaterThan(10)
  expect(Math.max(...ends)).toBeLessThan(980)
})

test('the summary that they are made of has the tables that a summary has today', () => {
  const check = { level: 'node' as const, name: 'pod', passed: true, seconds: 1, message: '', evidence: '' }
  const today = summary({
    ...{ phases: [{ name: 'plan', start: 0, seconds: 1 }], failures: [], packer: '1.16.0' },
    results: [
      result({
        tasks: [{ task: 't', path: 'p:1', seconds: 1, status: 'ok' }],
        test: { level: 'node', passed: true, at: '', seconds: 1, reached: {}, checks: [check] },
      }),
    ],
  })
  const heads = (text: string) => sections(text).map(({ tables }) => tables.map(([head]) => head))
  expect(heads(markdown)).toEqual(heads(today))
  expect(bars(markdown).map(({ name }) => name)).toEqual(expect.arrayContaining(['plan', 'provision', 'test', 'copy']))
})

test('text of others cannot leave its place', () => {
  const hostile = '## a\n\n| A |\n| --- |\n| &lt;/text&gt;&#124;<script> |\n'
  expect(summaryPicture(hostile)).toContain('&lt;/text&gt;|&lt;script&gt;')
})
