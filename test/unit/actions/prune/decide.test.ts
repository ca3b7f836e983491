import {
  type Decision,
  days,
  decide,
  groupOf,
  type Prunable,
  type PruneFacts,
  type Rules,
  type Sharing,
  type Usage,
} from '../../../../src/actions/prune/decide.js'

const DAY = 86400
const NOW = 1000 * DAY

const rules: Rules = {
  keep: 2,
  keepYounger: 30 * DAY,
  deregisterAfter: 30 * DAY,
  includeShared: false,
  includeProtected: false,
}

let count = 0
/** An AMI of this age in days, which pruning removes by default. */
function ami(age: number, changes: Partial<Prunable> & { more?: Record<string, string> } = {}): Prunable {
  const { more = {}, ...rest } = changes
  const id = rest.id ?? `ami-${String(++count).padStart(8, '0')}`
  return {
    region: 'us-east-1',
    id,
    name: `k8s-${id}`,
    state: 'available',
    arch: 'amd64',
    created: NOW - age * DAY,
    deprecated: undefined,
    launched: undefined,
    isPublic: false,
    protection: 'disabled',
    snapshots: [],
    ...rest,
    tags: {
      'k8s-image:run': 'r',
      'k8s-image:state': 'built',
      'k8s-image:os': 'debian-13',
      'k8s-image:kubernetes': '1.37.2',
      ...more,
    },
  }
}

const unused: Usage = { uses: new Map(), unknown: [] }
const facts = (usage: Usage = unused, sharing: Record<string, Sharing> = {}): PruneFacts => ({
  usage: { 'us-east-1': usage, 'eu-west-1': usage },
  sharing: new Map(Object.entries(sharing)),
})
/** Two newer AMIs, so that the AMI under test is the third of its group. */
const newer = () => [ami(1), ami(2)]
const of = (decisions: readonly Decision[], id: string) => {
  const { action, reason } = decisions.find((one) => one.ami.id === id) as Decision
  return { action, reason }
}

/** The decision on an AMI that has two newer ones. */
function judge(one: Prunable, given: PruneFacts = facts(), changes: Partial<Rules> = {}) {
  return of(decide([one, ...newer()], given, { ...rules, ...changes }, NOW), one.id)
}

const passed = { more: { 'k8s-image:state': 'tested' } }

describe('an AMI that is not among the newest', () => {
  test.each<[string, Prunable, string, RegExp]>([
    ['old and unused: deprecated first', ami(90), 'deprecate', /90 days old, number 3 of debian-13\/amd64\/1\.37/],
    [
      'deprecated recently',
      ami(90, { deprecated: NOW - 5 * DAY }),
      'keep',
      /deprecated 5 days ago, deregistered after 30 days/,
    ],
    ['deprecated long ago', ami(90, { deprecated: NOW - 31 * DAY }), 'deregister', /deprecated 31 days ago/],
    [
      'deprecated exactly as long ago as the limit',
      ami(90, { deprecated: NOW - 30 * DAY }),
      'deregister',
      /deprecated 30 days ago/,
    ],
    ['with a deprecation in the future', ami(90, { deprecated: NOW + 5 * DAY }), 'deprecate', /90 days old/],
    ['young', ami(29), 'keep', /29 days old, younger than 30 days/],
    ['as old as the limit', ami(30), 'deprecate', /30 days/],
    ['without a date', ami(0, { created: Number.POSITIVE_INFINITY }), 'keep', /newest/],
    ['not ours', ami(90, { more: { 'k8s-image:run': '' } }), 'keep', /no run tag/],
    [
      'never handed out',
      ami(90, { more: { 'k8s-image:state': 'untested' } }),
      'keep',
      /never tested or published.*untested/,
    ],
    [
      'passed, but was never handed out: deprecated first',
      ami(90, passed),
      'deprecate',
      /90 days old, passed its test/,
    ],
    ['passed, deprecated recently', ami(90, { ...passed, deprecated: NOW - 5 * DAY }), 'keep', /deprecated 5 days ago/],
    [
      'passed, deprecated long ago',
      ami(90, { ...passed, deprecated: NOW - 31 * DAY }),
      'deregister',
      /no run published it, deprecated 31 days ago/,
    ],
    ['passed, and young', ami(29, passed), 'keep', /29 days old, younger than 30 days/],
    ['passed, and protected', ami(90, { ...passed, protection: 'enabled-without-cooldown' }), 'keep', /protected/],
    ['without a state', ami(90, { more: { 'k8s-image:state': '' } }), 'keep', /not set/],
    ['pending', ami(90, { state: 'pending' }), 'keep', /it is pending/],
    ['disabled by a person', ami(90, { state: 'disabled' }), 'keep', /it is disabled/],
    ['of an unknown system', ami(90, { more: { 'k8s-image:os': '' } }), 'keep', /tags do not name/],
    ['of an unknown version', ami(90, { more: { 'k8s-image:kubernetes': 'newest' } }), 'keep', /tags do not name/],
    ['public', ami(90, { isPublic: true }), 'keep', /public/],
    ['protected', ami(90, { protection: 'enabled-without-cooldown' }), 'keep', /protected/],
    ['protected in an unknown form', ami(90, { protection: 'enabled-somehow' }), 'keep', /protected/],
    ['without a protection in EC2’s answer', ami(90, { protection: '' }), 'deprecate', /90 days/],
    [
      'failed its test',
      ami(90, { more: { 'k8s-image:state': 'failed' } }),
      'deregister',
      /failed its test, 90 days ago/,
    ],
    ['failed its test recently', ami(9, { more: { 'k8s-image:state': 'failed' } }), 'keep', /younger/],
  ])('%s', (_, one, action, reason) => {
    expect(judge(one)).toEqual({ action, reason: expect.stringMatching(reason) })
  })
})

describe('in use', () => {
  const one = ami(90, { deprecated: NOW - 60 * DAY })
  const by = (...what: string[]): Usage => ({ uses: new Map([[one.id, what]]), unknown: [] })

  test.each<[string, Usage, RegExp]>([
    ['by an instance', by('instance i-1'), /^in use by instance i-1$/],
    ['by more than the table shows', by('a', 'b', 'c', 'd', 'e'), /in use by a, b, c and 2 more/],
    [
      'perhaps, by something that could not be listed',
      { uses: new Map(), unknown: ['SSM parameters (no)'] },
      /unknown use: .*SSM parameters \(no\)/,
    ],
    ['by an instance, and perhaps by something else', { ...by('instance i-1'), unknown: ['x'] }, /instance i-1/],
  ])('%s: kept', (_, usage, reason) => {
    expect(judge(one, facts(usage))).toEqual({ action: 'keep', reason: expect.stringMatching(reason) })
  })

  test('in a region that was not read: kept', () => {
    const decisions = decide([one, ...newer()], { usage: {}, sharing: new Map() }, rules, NOW)
    expect(of(decisions, one.id)).toEqual({
      action: 'keep',
      reason: expect.stringContaining('the region was not read'),
    })
  })

  test.each<[string, number, string, RegExp]>([
    ['launched since the limit', 12.5, 'keep', /^launched 12 days ago$/],
    ['last launched at the limit', 30, 'deregister', /^90 days old/],
  ])('no more, but %s', (_, age, action, reason) => {
    const launched = { ...one, launched: NOW - age * DAY }
    expect(judge(launched)).toEqual({ action, reason: expect.stringMatching(reason) })
  })

  test('an AMI that was launched is shown by its present use, if there is one', () => {
    const launched = { ...one, launched: NOW - DAY }
    expect(judge(launched, facts(by('instance i-1'))).reason).toBe('in use by instance i-1')
    expect(judge(launched, facts(), { keepYounger: 0 }).action).toBe('deregister')
  })

  test('another AMI in use does not count', () => {
    expect(judge(one, facts({ uses: new Map([['ami-99', ['instance i-1']]]), unknown: [] })).action).toBe('deregister')
  })

  test('no rule removes an AMI in use', () => {
    const all = { includeShared: true, includeProtected: true, keepYounger: 0 }
    expect(judge(one, facts(by('instance i-1')), all).action).toBe('keep')
  })
})

describe('shared', () => {
  const one = ami(90)
  test.each<[string, Sharing, string, RegExp]>([
    ['with an account', { with: ['111122223333'] }, 'keep', /shared with 111122223333/],
    ['with nobody', { with: [] }, 'deprecate', /90 days/],
    ['not known', { unknown: 'refused' }, 'keep', /unknown sharing: refused/],
  ])('%s', (_, sharing, action, reason) => {
    expect(judge(one, facts(unused, { [one.id]: sharing }))).toEqual({
      action,
      reason: expect.stringMatching(reason),
    })
  })

  test.each<[Sharing, boolean]>([
    [{ with: ['111122223333'] }, false],
    [{ unknown: 'refused' }, false],
    [{ with: [] }, true],
  ])('%j is removed on request', (sharing, isPublic) => {
    const shared = { ...one, isPublic }
    expect(judge(shared, facts(unused, { [one.id]: sharing }), { includeShared: true }).action).toBe('deprecate')
  })
})

describe('protected, with include-protected', () => {
  test.each([
    ['enabled-without-cooldown', undefined, 'deprecate'],
    ['enabled-without-cooldown', 60, 'deregister'],
    ['enabled-with-cooldown', undefined, 'deprecate'],
    ['enabled-with-cooldown', 60, 'unprotect'],
  ] as const)('%s, deprecated for %s days: %s', (protection, since, action) => {
    const deprecated = since === undefined ? undefined : NOW - since * DAY
    expect(judge(ami(90, { protection, deprecated }), facts(), { includeProtected: true }).action).toBe(action)
  })
})

describe('the newest', () => {
  const actions = (amis: readonly Prunable[], changes: Partial<Rules> = {}) =>
    decide(amis, facts(), { ...rules, ...changes }, NOW).map((one) => `${one.ami.id} ${one.action}`)
  const old = (id: string, age: number, changes: Parameters<typeof ami>[1] = {}) => ami(age, { id, ...changes })

  test('are chosen by their date, in any order of input', () => {
    expect(actions([old('b', 60), old('d', 80), old('a', 50), old('c', 70)])).toEqual([
      'a keep',
      'b keep',
      'c deprecate',
      'd deprecate',
    ])
  })

  test('are always the same if dates are equal', () => {
    const amis = ['c', 'a', 'b'].map((id) => old(id, 60))
    expect(actions(amis)).toEqual(['a keep', 'b keep', 'c deprecate'])
    expect(actions([...amis].reverse())).toEqual(['a keep', 'b keep', 'c deprecate'])
  })

  test.each<[string, Parameters<typeof ami>[1]]>([
    ['region', { region: 'eu-west-1' }],
    ['system', { more: { 'k8s-image:os': 'debian-12' } }],
    ['architecture', { arch: 'arm64' }],
    ['Kubernetes minor', { more: { 'k8s-image:kubernetes': '1.36.9' } }],
  ])('are counted for each %s', (_, other) => {
    const found = actions([old('a', 60), old('b', 61), old('x', 90, other), old('y', 91, other)])
    expect(found.sort()).toEqual(['a keep', 'b keep', 'x keep', 'y keep'])
  })

  test('patches of one minor are one group', () => {
    expect(
      actions([old('a', 60), old('b', 61), old('c', 62, { more: { 'k8s-image:kubernetes': '1.37.0' } })]),
    ).toContain('c deprecate')
  })

  test.each<[string, Parameters<typeof ami>[1]]>([
    ['not finished', { more: { 'k8s-image:state': 'untested' } }],
    ['failed', { more: { 'k8s-image:state': 'failed' } }],
    ['pending', { state: 'pending' }],
  ])('do not include one that is %s', (_, changes) => {
    const found = actions([old('n', 1, changes), old('a', 60), old('b', 61), old('c', 62)])
    expect(found).toEqual(expect.arrayContaining(['n keep', 'a keep', 'b keep', 'c deprecate']))
  })

  test('include AMIs in use', () => {
    const usage = { uses: new Map([['a', ['instance i-1']]]), unknown: [] }
    const found = decide([old('a', 60), old('b', 61), old('c', 62)], facts(usage), rules, NOW)
    expect(found.map(({ action }) => action)).toEqual(['keep', 'keep', 'deprecate'])
  })

  test('of a hundred AMIs, all but one go, each with its reason', () => {
    const many = Array.from({ length: 100 }, (_, at) => ami(100 + at))
    const found = decide(many, facts(), { ...rules, keep: 1 }, NOW)
    expect(found.filter(({ action }) => action === 'deprecate')).toHaveLength(99)
    expect(found.every(({ reason }) => reason !== '')).toBe(true)
  })
})

test.each([
  ['1.37.2', 'debian-13/amd64/1.37'],
  ['1.37', 'debian-13/amd64/1.37'],
  ['1.137.2', 'debian-13/amd64/1.137'],
  ['v1.37.2', undefined],
  ['', undefined],
])('the group of Kubernetes "%s"', (version, group) => {
  expect(groupOf(ami(1, { more: { 'k8s-image:kubernetes': version } }))).toBe(group)
})

test.each([
  ['debian-13-amd64', 'debian-13/amd64/1.37'],
  ['debian-13-amd64-1.37.2', 'debian-13/amd64/1.37'],
  ['gpu-debian-13-amd64', 'gpu/debian-13/amd64/1.37'],
  ['gpu-debian-13-amd64-1.37.2', 'gpu/debian-13/amd64/1.37'],
  ['something else', 'debian-13/amd64/1.37'],
])('images of one system with different names are different groups: %s', (key, group) => {
  expect(groupOf(ami(1, { more: { 'k8s-image:image': key } }))).toBe(group)
})

test.each([
  [0, '0 minutes'],
  [-5, '0 minutes'],
  [61, '1 minute'],
  [3 * 3600 + 5, '3 hours'],
  [DAY, '1 day'],
  [45.9 * DAY, '45 days'],
])('%d s is %s', (seconds, words) => {
  expect(days(seconds)).toBe(words)
})

test('a tested AMI stays for a day, whatever the limit, since it may belong to an active run', () => {
  const none = { keepYounger: 0 }
  expect(judge(ami(0.9, passed), facts(), none)).toEqual({ action: 'keep', reason: '21 hours old, younger than 1 day' })
  expect(judge(ami(1, passed), facts(), none).action).toBe('deprecate')
})
