import { readFileSync } from 'node:fs'
import { inputDefaults, parseCommandFile } from '../../script/runner.ts'

describe('parseCommandFile', () => {
  test.each([
    ['', {}],
    ['a=1\nb=x=y\n', { a: '1', b: 'x=y' }],
    ['a<<END\nline 1\nline=2\nEND\nb=2\n', { a: 'line 1\nline=2', b: '2' }],
    ['empty<<END\n\nEND\n', { empty: '' }],
  ])('%j', (text, values) => {
    expect(parseCommandFile(text)).toEqual(values)
  })
})

test('inputDefaults reads what action.yml gives', () => {
  const defaults = inputDefaults(readFileSync('action.yml', 'utf8'))
  expect(defaults).toMatchObject({ 'kubernetes-version': '1.37', os: 'debian-13', mirror: '', rehearse: 'false' })
})
