/** The address of a mirror: the action's check, and the template's. */
import { readFileSync } from 'node:fs'
import { mirrorAddress } from '../../../src/inputs/parse.js'

const template = readFileSync('packer/image/variables.pkr.hcl', 'utf8')
const pattern = new RegExp(JSON.parse(/regex\((".*"), var\.mirror\)/.exec(template)?.[1] ?? ''))

test.each([
  ['http://127.0.0.1:8080', true],
  ['http://[::1]:8080/base', true],
  ['https://mirror.example.com/a/b_c/%20/d+e', true],
  ['https://Mirror.example.com/', true],
  ['http://my_mirror:8080', false],
  ['http://mirror.example/a b', false],
  ["http://mirror.example/o'hara", false],
  ['http://mirror.example/a"b', false],
  ['http://mirror.example/a\tb', false],
  ['http://mirror.example/a?b', false],
  ['http://mirror.example/a#b', false],
  ['http://me:secret@mirror.example', false],
  ['ftp://mirror.example', false],
  ['mirror.example', false],
])('%s: %s', (address, right) => {
  const messages: string[] = []
  mirrorAddress(address, (message) => messages.push(message))
  expect(messages).toHaveLength(right ? 0 : 1)
  expect(pattern.test(address)).toBe(right)
})
