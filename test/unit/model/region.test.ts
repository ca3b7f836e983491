import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { REGION } from '../../../src/model/region.js'

test.each([
  ['us-east-1', true],
  ['us-gov-west-1', true],
  ['cn-northwest-1', true],
  ['eusc-de-east-1', true],
  ['us-east', false],
  ['us-east-1a', false],
])('%s has the form of a region: %s', (region, expected) => {
  expect(REGION.test(region)).toBe(expected)
})

test.each(['variables', 'by-hand'])('the template, in %s.pkr.hcl, knows the same form', (file) => {
  const text = readFileSync(join(resolve(import.meta.dirname, '../../..'), `packer/image/${file}.pkr.hcl`), 'utf8')
  expect(text).toContain(`regex("${REGION.source}", `)
})
