/** The pictures of the README are made of a real job summary, and are current. */
import { readFileSync } from 'node:fs'
import { bars, summaryPicture, walkPicture } from '../../script/pictures.js'
import { spentSection } from '../../src/report/cost/words.js'
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

test('the summary that they are made of is what a summary is today, but for times and IDs', () => {
  const check = { level: 'node' as const, name: 'pod', passed: true, seconds: 1, message: '', evidence: '' }
  const cost = { build: { known: 0.41, atMost: 0.41 }, month: { known: 1 } }
  const today = summary({
    ...{ phases: [{ name: 'plan', start: 0, seconds: 1 }], failures: [], packer: '1.16.0' },
    results: [
      result({
        tasks: [{ task: 't', path: 'p:1', seconds: 1, status: 'ok' }],
        test: { level: 'node', passed: true, at: '', seconds: 1, reached: {}, checks: [check] },
      }),
    ],
    // As src/actions/build/run.ts adds it.
    sections: [
      { title: 'the cost', text: spentSection({ dollars: cost, unknown: ['the price of snapshots in us-west-2'] }) },
    ],
  })
  // All lines but the rows of tables and the bars of the chart; their heads stay.
  const frame = (text: string) =>
    text
      .split('\n')
      .filter((line, at, all) => !line.startsWith('| ') || /^\|( --- \|)+$/.test(all[at + 1] ?? ''))
      .filter((line) => !/^ {4}(section|\S+ .* :\d+, \d+)/.test(line))
      .map((line) => line.trimEnd())
  expect(frame(markdown.trimEnd())).toEqual(frame(today.trimEnd()))
  expect(bars(markdown).map(({ name }) => name)).toEqual(expect.arrayContaining(['plan', 'provision', 'test', 'copy']))
})

test('text of others cannot leave its place', () => {
  const hostile = '## a\n\n| A |\n| --- |\n| &lt;/text&gt;&#124;<script> |\n'
  expect(summaryPicture(hostile)).toContain('&lt;/text&gt;|&lt;script&gt;')
})
