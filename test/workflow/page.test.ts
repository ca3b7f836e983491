/** The job summary, the plan's comment and the release notes, rendered as on GitHub. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { comment } from '../../src/actions/plan/comment.js'
import type { Verdict } from '../../src/actions/plan/verdict.js'
import { notes } from '../../src/actions/release/notes.js'
import { table } from '../../src/report/markdown.js'
import { summary } from '../../src/report/summary.js'
import { image, result } from '../unit/fakes.js'
import type { Look, Page, View } from './page.ts'

const views: readonly View[] = [
  { width: 1012, theme: 'light' }, // the column of a summary on a desktop
  { width: 768, theme: 'dark' },
  { width: 360, theme: 'light' }, // a phone
]

/** Text from others with markdown and HTML that could break the page. */
const hostile =
  'a | b || c\n| --- | --- |\n</pre></details><img src=x onerror=alert(1)> <!-- ``` ~~~ \\| [x](http://y) *b* _c_ @team #1 &amp; `d`'
const unbroken = 'x'.repeat(400)
const regions = ['us-east-1', 'us-west-2', 'eu-central-1', 'ap-southeast-2', 'us-gov-west-1']
const id = (at: number) => `ami-${String(at).padStart(17, '0123456789abcdef0')}`
const amis = Object.fromEntries(regions.map((region, at) => [region, id(at)]))
const long = {
  ...image('previous-candidate-ubuntu-24.04-arm64-1.37.2'),
  baseAmi: { id: id(9), name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20261101' },
}
const check = (name: string, passed: boolean, message: string) => ({
  ...{ level: 'cluster' as const, name, passed, seconds: 12.4, message, evidence: '' },
})

const run = summary({
  packer: '1.16.0',
  phases: [
    { name: 'plan', start: 100, seconds: 2.5 },
    { name: 'build', start: 103, seconds: 700 },
  ],
  failures: [],
  results: [
    {
      ...result({
        amis,
        phases: [{ name: 'launch', start: 103, seconds: 61 }],
        tasks: [{ task: `kubernetes : Install | ${hostile}`, path: 'p:1', seconds: 12, status: 'changed' }],
        test: {
          ...{ level: 'cluster', passed: true, at: '', seconds: 90, reached: {} },
          checks: [
            check('kubelet-healthy', true, 'it runs'),
            check('pod', false, `${hostile} ${'long words of a log '.repeat(20)}`),
          ],
        },
      }),
      image: long,
    },
    result({
      key: 'debian-12-amd64',
      status: 'failed',
      amis: {},
      failures: [
        {
          code: 'build-failed',
          message: `debian-12-amd64: ${hostile}`,
          hint: 'look at the evidence',
          evidence: `${hostile}\n${unbroken}\n\n  three  spaces`,
          file: 'ansible/roles/containerd/tasks/main.yml',
          line: 12,
        },
        { code: 'build-failed', message: `no word to break at: ${unbroken}` },
      ],
    }),
  ],
})

const verdict = (changes: Partial<Verdict>): Verdict => ({
  ...{
    image: image(),
    regions,
    work: true,
    action: 'build',
    digest: `sha256:${'b'.repeat(64)}`,
    reason: '',
    last: undefined,
  },
  ...{
    changes: [],
    amis: {},
    wanted: { name: undefined, required: true, texts: {}, inputs: { amiRegions: regions } } as never,
  },
  ...changes,
})
const plan = comment([
  verdict({
    image: long,
    reason: `Kubernetes 1.37.1-1.1 -> 1.37.2-1.1, containerd 2.3.6 -> 2.3.7, base AMI ${id(1)} -> ${id(2)}, ${hostile}`,
    last: { id: id(3), name: 'k' },
  }),
  verdict({ action: 'nothing', work: false, reason: 'a tested AMI has this digest, in all regions' }),
])

const versions = { kubernetes: '1.37.2-1.1', containerd: '2.3.7' }
const released = {
  ...{
    image: 'debian-13-amd64',
    os: 'debian-13',
    arch: 'amd64',
    kubernetes: '1.37.2',
    digest: `sha256:${'b'.repeat(64)}`,
    versions,
  },
  ...{
    baseAmi: { id: id(4), name: 'debian-13-amd64-20261101' },
    tested: { level: 'node', at: '2026-11-25T01:02:03Z' },
  },
  amis: Object.fromEntries(
    regions.map((region, at) => [region, { ami: id(at), snapshots: [`snap-${'0'.repeat(17)}`] }]),
  ),
}
const release = notes({
  images: [released],
  left: [`next-debian-13-amd64: ${hostile}`],
  previous: {
    tag: 'images-v1.37.1-20261101',
    images: [{ ...released, versions: { ...versions, kubernetes: '1.37.1-1.1' } }],
  },
  packages: {
    'debian-13-amd64': {
      before: { 'linux-image-cloud-amd64': '6.12.48-1', [hostile]: '1' },
      after: { 'linux-image-cloud-amd64': '6.12.57-1', libc6: '2.41-12+deb13u1~really.long.version.of.a.package' },
    },
  },
  repository: 'org/repo',
  signer: '',
  sum: 'c'.repeat(64),
})

/** Measures all pages in one start of Chromium, since a start takes seconds. */
function look(pages: readonly Page[]): Look[] {
  const { status, stdout, stderr } = spawnSync('node', ['test/workflow/page.ts'], {
    input: JSON.stringify(pages),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const good = table(['Image', 'Why'], [['a', 'b']])
const broken: readonly (readonly [string, string, string])[] = [
  ['a cell ends its line', `${good}\n| a | two\nlines |`, 'not the columns'],
  ['a cell holds a bar', `${good}\n| a | b | c |`, 'not the columns'],
  ['a table has no line of dashes', 'text\n| Image | Why |\n| a | b |', 'shown as text'],
  ['a table is swallowed by the HTML before it', `<details>\n${good}\n</details>`, 'should be 2 x 2'],
  ['something is wider than its column', '<p style="width: 1100px">word</p>', 'leaves the column'],
  ['a line does not break', `<p style="white-space: nowrap">${'word '.repeat(300)}</p>`, 'painted beside the column'],
  ['a table hides a column', table(['A', 'B'], [['x', `<code style="white-space: pre">${unbroken}</code>`]]), 'hides'],
  ['a cell is squeezed', table(['A', 'B'], [[`<p style="width: 9px">${'word '.repeat(9)}</p>`, 'b']]), 'squeezed'],
]
const documents = { summary: run, plan, release }
const pages = Object.entries(documents).flatMap(([name, markdown]) =>
  views.map((view) => ({ name: `${name}, ${view.width} pixels, ${view.theme}`, markdown, ...view })),
)
/** Documents with generated tables. */
const made = [
  'README.md',
  'docs/inputs.md',
  'docs/iam.md',
  'docs/image-options.md',
  'docs/operating-systems.md',
  'docs/pruning.md',
]
let seen: Look[]
beforeAll(() => {
  const plain = { width: 1012, theme: 'light' as const }
  seen = look([
    ...pages,
    ...broken.map(([, markdown]) => ({ markdown, ...plain })),
    ...made.map((file) => ({ markdown: readFileSync(file, 'utf8'), ...plain, isLong: true })),
  ])
  mkdirSync('out/pages', { recursive: true })
  for (const [at, { png }] of seen.slice(0, pages.length).entries())
    writeFileSync(`out/pages/${pages[at]?.name.replaceAll(/,? /g, '-')}.png`, Buffer.from(png, 'base64'))
})

test.each(pages.map(({ name }, at) => [name, at] as const))('%s', (_, at) => {
  expect(seen[at]?.problems).toEqual([])
  expect(seen[at]?.tables.length).toBeGreaterThan(1)
})

test('text from others is shown unchanged, and stays in its cell', () => {
  const { tables } = seen[0] as Look
  expect(tables.flat(2)).toContainEqual(
    expect.stringContaining('a | b || c | --- | --- | </pre></details><img src=x onerror=alert(1)>'),
  )
  const [head, first, second] = tables[0] ?? []
  expect(head).toEqual(['Image', 'Result', 'AMIs', 'Kubernetes', 'containerd', 'Time'])
  expect(first?.slice(0, 2)).toEqual([long.key, 'built, passed cluster'])
  for (const [at, region] of regions.entries()) expect(first?.[2]).toContain(`${region} ${id(at)}`)
  expect(second).toEqual(['debian-12-amd64', 'failed', '', '1.37.2', '2.3.7', ''])
})

test.each(broken.map(([name, , problem], at) => [name, problem, at] as const))(
  'finds the problem if %s',
  (_, problem, at) => {
    expect(seen[pages.length + at]?.problems.join('\n')).toContain(problem)
  },
)

test.each(made.map((file, at) => [file, at] as const))('%s: its tables are complete, and hide nothing', (_, at) => {
  const { problems, tables } = seen[pages.length + broken.length + at] as Look
  expect(problems).toEqual([])
  expect(tables.length).toBeGreaterThan(0)
})
