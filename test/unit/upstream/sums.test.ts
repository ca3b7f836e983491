import { readSums, sumOf } from '../../../src/upstream/sums.js'

const a = 'a'.repeat(64)
const b = 'b'.repeat(64)

test.each([
  [`${a}  runc.amd64\n${b}  runc.arm64\n`, 'runc.arm64', b],
  [`${a} *runc.amd64\n`, 'runc.amd64', a],
  [`${a.toUpperCase()}  ./runc.amd64\r\n`, 'runc.amd64', a],
  [`${a}\n`, 'whatever', a],
  [`${a}  runc.amd64\n`, 'runc.arm64', undefined],
  [`${a.slice(1)}  runc.amd64\n`, 'runc.amd64', undefined],
  ['<html>not found</html>', 'runc.amd64', undefined],
])('%j names %s', (text, name, sum) => {
  expect(sumOf(text, name)).toBe(sum)
})

test('a name below another directory is a different name', () => {
  expect([...readSums(`${a}  evil/runc.amd64\n`).keys()]).toEqual(['evil/runc.amd64'])
})
