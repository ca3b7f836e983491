import { headOf, readable, terminal } from '../../script/workflow-commands.ts'

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
})

test('of a summary a terminal shows the AMIs and what went wrong', () => {
  const head = '## Images: 0 of 1 built\n\n| Image |\n\n### What went wrong\n\n- no disk'
  expect(headOf(`${head}\n\n### Versions\n\n| Image |\n`)).toBe(head)
  expect(headOf(head)).toBe(head)
  expect(headOf('')).toBe('')
})
