import { errorsIn, headOf, readable, terminal } from '../../script/workflow-commands.ts'
import { summary } from '../../src/report/summary.js'
import { result } from './fakes.js'

test.each<[string, string | undefined]>([
  ['plain: text', 'plain: text'],
  ['::group::Build debian-13-amd64', '\n== Build debian-13-amd64'],
  ['::endgroup::', undefined],
  ['::debug::quiet', undefined],
  [
    '::error file=ansible/roles/base/tasks/main.yml,line=12::no space%0Aleft',
    'error: no space\nleft (ansible/roles/base/tasks/main.yml:12)',
  ],
  ['::warning title=debian-13::slow%3A 90%25', 'warning: slow: 90%'],
])('%s', (line, shown) => {
  expect(terminal()(line)).toBe(shown)
})

test('a mask is not shown, and hides what it names from then on', () => {
  const show = terminal()
  expect(show('::add-mask::s3cret')).toBeUndefined()
  expect(show('the key is s3cret')).toBe('the key is ***')
  expect(show('::error::s3cret leaked')).toBe('error: *** leaked')
})

test('a summary is readable in a terminal', () => {
  expect(readable('pause&#58;3.10 &lt;b&gt; &amp;lt;')).toBe('pause:3.10 <b> &lt;')
  expect(readable('us-east-1 `ami-1`<br>us-west-2 `ami-2`')).toBe('us-east-1 `ami-1`, us-west-2 `ami-2`')
  expect(readable('<details open><summary>Evidence</summary><pre>a&#10;b</pre></details>').trim()).toBe(
    'Evidence  a\nb',
  )
})

test('a terminal shows what a summary does not fold', () => {
  const facts = { phases: [{ name: 'plan', start: 0, seconds: 1 }], packer: '1.16.0' }
  const text = summary({
    ...facts,
    results: [result()],
    failures: [{ code: 'disk-full', message: 'no disk', evidence: 'sda' }],
  })
  expect(headOf(text)).toMatch(/^## [\s\S]*ami-01[\s\S]*no disk[\s\S]*sda<\/pre><\/details>$/)
  expect(headOf('')).toBe('')
})

test('the errors of a log have one line each, and no masked value', () => {
  const log = '::add-mask::s3cret\na line\n::error title=gate-failed::it failed%0Amore\n::error::with s3cret\n'
  expect(errorsIn(log)).toEqual(['it failed', 'with ***'])
})
