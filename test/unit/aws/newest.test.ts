/** Selects the newest base AMI, by its date or by the version in its name. */
import { type Dated, newestOf, type Order } from '../../../src/aws/newest.js'

const ami = (name: string, day: string): Dated => ({ id: `ami-${name}`, name, created: `2026-${day}T00:00:00.000Z` })
const rhel = [
  ami('RHEL-9.9.0_HVM-20260501-x86_64-0-Hourly2-GP3', '05-02'),
  ami('RHEL-9.10.0_HVM-20260601-x86_64-0-Hourly2-GP3', '06-02'),
  ami('RHEL-9.10.0_HVM-20260612-x86_64-0-Hourly2-GP3', '06-13'),
  // A rebuilt old minor.
  ami('RHEL-9.2.0_HVM-20261001-x86_64-0-Hourly2-GP3', '10-02'),
]
const debian = [ami('debian-13-amd64-20261001-9', '10-01'), ami('debian-13-amd64-20261101-1', '11-01')]

test.each<[string, readonly Dated[], Order, string | undefined]>([
  [
    'by version, a rebuilt old minor is not the newest',
    rhel,
    'version',
    'RHEL-9.10.0_HVM-20260612-x86_64-0-Hourly2-GP3',
  ],
  ['by date, a rebuilt old minor is the newest', rhel, 'date', 'RHEL-9.2.0_HVM-20261001-x86_64-0-Hourly2-GP3'],
  ['by date, whatever the names', debian, 'date', 'debian-13-amd64-20261101-1'],
  ['of no AMIs, none', [], 'date', undefined],
])('%s', (_, amis, order, name) => {
  expect(newestOf(amis, order)?.name).toBe(name)
  expect(newestOf([...amis].reverse(), order)?.name).toBe(name)
})

test('of two AMIs that differ only in the ID, it is always the same one', () => {
  const twins = [
    { ...ami('a', '01-01'), id: 'ami-1' },
    { ...ami('a', '01-01'), id: 'ami-2' },
  ]
  for (const order of ['date', 'version'] as const) {
    expect(newestOf(twins, order)?.id).toBe('ami-2')
    expect(newestOf([...twins].reverse(), order)?.id).toBe('ami-2')
  }
})
