import { harmless, shorten } from '../../../src/lib/log.js'

test.each([
  ['::set-output name=x::y', ': :set-output name=x::y'],
  ['  ::error::x', '  : :error::x'],
  ['a\n::error::x', 'a\n: :error::x'],
  ['text ##[error]x', 'text # #[error]x'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['a\rb\u0007', 'ab'],
  ['plain: text :: here', 'plain: text :: here'],
])('%j becomes %j', (text, clean) => {
  expect(harmless(text)).toBe(clean)
})

test('shorten', () => {
  expect(shorten('abcdef', 6)).toBe('abcdef')
  expect(shorten('abcdefg', 6)).toBe('abcd …')
})
