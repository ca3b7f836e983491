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
const notShared: Sharing = { with: [] }
const own = new Set(['i-own'])

test.each<[string, Dated, Usage, Sharing, RegExp | undefined]>([
  ['nothing', ami(), by(), notShared, undefined],
  ['not an instance of the run itself', ami(), by('instance i-own'), notShared, undefined],
  ['an instance of others', ami(), by('instance i-own', 'instance i-1'), notShared, /^in use by instance i-1$/],
  ['a parameter', ami(), by('SSM parameter /node/latest'), notShared, /^in use by SSM parameter \/node\/latest$/],
  ['another account', ami(), by(), { with: ['111122223333'] }, /^shared with 111122223333$/],
  [
    'an unknown use',
    ami(),
    { uses: new Map(), unknown: ['instances (no)'] },
    notShared,
    /^unknown use: instances \(no\)$/,
  ],
  ['unknown sharing', ami(), by(), { unknown: 'no' }, /^unknown sharing: no$/],
  ['its protection', ami({ protection: 'enabled-without-cooldown' }), by(), notShared, /^protected/],
  ['not a missing protection in EC2’s answer', ami({ protection: '' }), by(), notShared, undefined],
  [
    'its published tag',
    ami({ tags: { ...ami().tags, 'k8s-image:published': 'x' } }),
    by(),
    notShared,
    /it was published/,
  ],
  [
    'not an empty published tag',
    ami({ tags: { ...ami().tags, 'k8s-image:published': '' } }),
    by(),
    notShared,
    undefined,
  ],
])('what keeps an AMI: %s', (_, one, usage, sharing, why) => {
  const reason = whyTaken(one, usage, sharing, own, false)
  if (why === undefined) expect(reason).toBeUndefined()
  else expect(reason).toMatch(why)
})

test('shared AMIs can be removed on request, AMIs in use cannot', () => {
  expect(whyTaken(ami(), by(), { with: ['111122223333'] }, own, true)).toBeUndefined()
  expect(whyTaken(ami(), by('instance i-1'), notShared, own, true)).toBe('in use by instance i-1')
})
