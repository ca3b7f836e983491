import type { Dated } from '../../../../src/actions/prune/by-age.js'
import type { Sharing, Usage } from '../../../../src/actions/prune/decide.js'
import { whyTaken } from '../../../../src/actions/prune/taken.js'

const ami = (changes: Partial<Dated> = {}): Dated => ({
  region: 'us-east-1',
  kind: 'image',
  id: 'ami-01',
  name: '',
  made: 0,
  tags: { 'k8s-image:run': 'r', 'k8s-image:state': 'untested' },
  protection: 'disabled',
  ...changes,
})
const by = (...uses: string[]): Usage => ({ uses: new Map([['ami-01', uses]]), unknown: [] })
const nobody: Sharing = { with: [] }
const own = new Set(['i-own'])

test.each<[string, Dated, Usage, Sharing, RegExp | undefined]>([
  ['nobody', ami(), by(), nobody, undefined],
  ['an instance of the run itself', ami(), by('instance i-own'), nobody, undefined],
  ['an instance of somebody', ami(), by('instance i-own', 'instance i-1'), nobody, /^in use by instance i-1$/],
  ['a parameter', ami(), by('SSM parameter /node/latest'), nobody, /^in use by SSM parameter \/node\/latest$/],
  ['another account', ami(), by(), { with: ['111122223333'] }, /^shared with 111122223333$/],
  [
    'somebody, perhaps',
    ami(),
    { uses: new Map(), unknown: ['instances (no)'] },
    nobody,
    /^unknown use: instances \(no\)$/,
  ],
  ['another account, perhaps', ami(), by(), { unknown: 'no' }, /^unknown sharing: no$/],
  ['whoever protected it', ami({ protection: 'enabled-without-cooldown' }), by(), nobody, /^protected/],
  ['EC2 tells no protection', ami({ protection: '' }), by(), nobody, undefined],
  ['published', ami({ tags: { ...ami().tags, 'k8s-image:published': 'x' } }), by(), nobody, /it was published/],
  [
    'its publishing was taken back',
    ami({ tags: { ...ami().tags, 'k8s-image:published': '' } }),
    by(),
    nobody,
    undefined,
  ],
])('who has an AMI: %s', (_, one, usage, sharing, why) => {
  const told = whyTaken(one, usage, sharing, own, false)
  if (why === undefined) expect(told).toBeUndefined()
  else expect(told).toMatch(why)
})

test('shared AMIs are removed on request, used ones are not', () => {
  expect(whyTaken(ami(), by(), { with: ['111122223333'] }, own, true)).toBeUndefined()
  expect(whyTaken(ami(), by('instance i-1'), nobody, own, true)).toBe('in use by instance i-1')
})
