/** The README's picture is a screenshot of test/unit/report/fixtures/job-summary.md, the summary of a rehearsal. */
import { readFileSync } from 'node:fs'
import { spentSection } from '../../../src/report/cost/words.js'
import { summary } from '../../../src/report/summary.js'
import { result } from '../fakes.js'

/** Titles and table heads, without figures and prices. */
const frame = (markdown: string) =>
  markdown
    .split('\n')
    .filter((line, at, all) => /^(#|<details>)/.test(line) || /^\| ---/.test(all[at + 1] ?? ''))
    .map((line) => line.replace(/&#\d+;/g, '').replace(/\d[\d.]*/g, 'n'))

test('it has the titles and tables of a summary of today: else run script/screenshot (CONTRIBUTING.md)', () => {
  const check = { level: 'node' as const, name: 'pod', passed: true, seconds: 1, message: '', evidence: '' }
  const cost = { build: { known: 0.41, atMost: 0.41 }, month: { known: 1, atMost: 1 } }
  const test = { level: 'node', passed: true, at: '', seconds: 1, reached: {}, checks: [check] } as const
  const today = summary({
    ...{ phases: [{ name: 'plan', start: 0, seconds: 1 }], failures: [], packer: '1.16.0' },
    results: [result({ tasks: [{ task: 't', path: 'p:1', seconds: 1, status: 'ok' }], test })],
    sections: [{ title: 'the cost', text: spentSection({ dollars: cost, unknown: [] }) }],
  })
  expect(frame(readFileSync('test/unit/report/fixtures/job-summary.md', 'utf8'))).toEqual(frame(today))
})
