/** Checks of docs/examples that linters cannot make: the inputs and outputs of this action exist. */
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Workflow {
  readonly permissions: unknown
  readonly jobs: Readonly<
    Record<string, Step & { readonly permissions?: Readonly<Record<string, string>>; readonly steps?: readonly Step[] }>
  >
}

const examples = [
  ...readdirSync('docs/examples').flatMap((name) => (name.endsWith('.yml') ? [`docs/examples/${name}`] : [])),
  '.github/workflows/images.yml',
]
const read = (name: string) => readFileSync(name, 'utf8')
const OURS = /^org\/k8s-image-action(\/[\w-]+|\/\.github\/workflows\/[\w-]+\.yml)?@v1$/

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(5)
})

describe.each(examples)('%s', (name) => {
  const text = read(name)
  const workflow: Workflow = parse(text)
  const jobs = Object.values(workflow.jobs)
  // A job may be a reusable workflow, whose inputs are declared below `on`.
  const steps = jobs.flatMap((job) => job.steps ?? [job])
  const ours = steps.filter(({ uses }) => uses?.startsWith('org/k8s-image-action'))
  const action = ({ uses }: Step) => {
    const path = `.${OURS.exec(uses ?? '')?.[1] ?? ''}`
    return path.endsWith('.yml') ? parse(read(path)).on.workflow_call : parse(read(`${path}/action.yml`))
  }

  test('names this action as its users do', () => {
    expect(ours.length).toBeGreaterThan(0)
    for (const { uses } of ours) expect(uses).toMatch(OURS)
    expect(text).not.toMatch(/uses: \.\//)
  })

  test('gives inputs that there are, and asks for outputs that there are', () => {
    for (const step of ours) {
      const { inputs, outputs } = action(step)
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
      const used = [...text.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.([\\w-]+)`, 'g'))].map(
        (match) => match[1],
      )
      expect(Object.keys(outputs)).toEqual(expect.arrayContaining(used))
    }
  })

  test('names every permission, and takes no secret but the proxy of the instances', () => {
    expect(workflow.permissions).toEqual({})
    for (const { permissions } of jobs) expect(permissions).toBeDefined()
    const secrets = [...text.matchAll(/secrets\.([\w-]+)/g)].map(([, secret]) => secret)
    expect(secrets).toEqual(name.endsWith('images.yml') ? ['build-proxy'] : [])
  })
})

test('a pull request from a fork gets nothing but the code', () => {
  const { jobs }: Workflow = parse(read('docs/examples/pull-request.yml'))
  for (const { permissions } of Object.values(jobs)) expect(permissions).toEqual({ contents: 'read' })
  expect(read('docs/examples/pull-request.yml')).not.toMatch(/vars\.|pull_request_target/)
})

test('images.yml: the release step finds the report of each image, however many artifacts there are', () => {
  const { jobs }: Workflow = parse(read('.github/workflows/images.yml'))
  const step = (job: string, uses: string) =>
    jobs[job]?.steps?.find((each) => each.uses?.startsWith(`actions/${uses}@`))?.with
  // actions/download-artifact 5 and later make no directory if a pattern matches one artifact only, so the artifact must contain the name.
  const named = read('.github/workflows/images.yml').match(/"\$RUNNER_TEMP\/reports\/report-\$IMAGE"/g)
  expect(named).toHaveLength(1)
  expect(step('build', 'upload-artifact')).toMatchObject({ path: expect.stringMatching(/runner.temp }}.reports$/) })
  expect(step('release', 'download-artifact')).toMatchObject({
    'merge-multiple': true,
    path: expect.stringMatching(/runner.temp }}.reports$/),
  })
})

test('a job that is run again can upload its report again', () => {
  const files = [...globSync('.github/workflows/*.yml'), ...globSync('docs/examples/*.yml')]
  const steps = files
    .flatMap((file) => Object.values((parse(read(file)) as Workflow).jobs))
    .flatMap((job) => job.steps ?? [])
  const uploads = steps.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
  expect(uploads.length).toBeGreaterThan(2)
  for (const { with: given } of uploads) expect(given).toMatchObject({ overwrite: true })
})

test('actions of others have one pin each, wherever they are named', () => {
  const files = [...globSync('.github/workflows/*.yml'), ...globSync('docs/examples/*.yml')]
  const pins = new Map<string, Set<string>>()
  for (const [, name = '', pin = ''] of files.flatMap((file) => [
    ...read(file).matchAll(/uses: ((?!org\/)[\w.-]+\/[\w.-]+)@(.*)/g),
  ]))
    pins.set(name, (pins.get(name) ?? new Set()).add(pin))
  expect(pins.size).toBeGreaterThan(4)
  for (const [name, all] of pins) {
    expect([name, [...all]]).toEqual([name, [expect.stringMatching(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/)]])
  }
})
