import type { UserErrors } from '../../../src/lib/errors.js'
import { checkPaths } from '../../../src/preflight/paths.js'

const env = { HOME: '/root', EMPTY: '' }
const BRACED = '$' + '{EMPTY}'

test.each([`/r/ä "b" 'c' & d`, '/r/$5', '/r/$NOBODY', '/r/$ HOME', '/r/HOME'])('%s does no harm', (path) => {
  expect(() => checkPaths({ 'the action': path, 'the hooks': undefined }, env)).not.toThrow()
})

test('what Ansible would replace is refused, each directory in one line', () => {
  const messages = (() => {
    try {
      checkPaths({ 'the action': '/r/$HOME/x', 'the hooks': `/r/a${BRACED}b` }, env)
      return []
    } catch (error) {
      return (error as UserErrors).errors.map(({ message }) => message)
    }
  })()
  expect(messages).toEqual([
    'the action is at /r/$HOME/x, where Ansible replaces $HOME by a variable',
    `the hooks is at /r/a${BRACED}b, where Ansible replaces ${BRACED} by a variable`,
  ])
})
