/** The bundle of plan/action.yml as a process, and build jobs from its matrix. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { runJob, startStep } from '../../script/runner.ts'
import { type House, root, startHouse } from './house.js'

let house: House

beforeEach(async () => {
  house = await startHouse()
}, 60_000)

afterEach(() => house.stop())

const changing = (calls: readonly string[]) => calls.filter((call) => !/ Describe\w+$/.test(call))

test('the bundle is where plan/action.yml says', () => {
  const { runs } = parse(readFileSync(join(root, 'plan/action.yml'), 'utf8'))
  expect(runs).toEqual({ using: 'node24', main: '../dist/plan/index.js' })
  expect(readFileSync(join(root, 'plan', runs.main), 'utf8')).toContain("k8sImageStep = 'plan'")
})

test('a job of the matrix builds exactly the planned image', async () => {
  const job = house.job(
    { 'debian-12-amd64': 'success:ami-01', 'debian-13-amd64': 'success:ami-02' },
    { os: 'debian-12,debian-13', test: 'none' },
  )
  const plan = await startStep(job, 'plan').done
  expect({ code: plan.code, log: plan.code ? plan.log : '' }).toEqual({ code: 0, log: '' })
  expect(changing(house.ec2.calls)).toEqual([])
  expect(house.ec2.things).toEqual([])
  const images: { image: string; digest: string }[] = JSON.parse(plan.outputs.images ?? '')
  const { include }: { include: { image: string; config: string }[] } = JSON.parse(plan.outputs.matrix ?? '')
  expect(include.map(({ image }) => image)).toEqual(['debian-12-amd64', 'debian-13-amd64'])
  expect(plan.summary).toBe(plan.outputs.comment)
  for (const entry of include) {
    // The entry's text is the only input. It also has the mirror.
    const { inputs: _, ...rest } = job
    const { main } = await runJob({ ...rest, inputs: { config: entry.config } })
    expect({ code: main.code, log: main.code ? main.log : '' }).toEqual({ code: 0, log: '' })
    expect(JSON.parse(main.outputs.images ?? '')).toMatchObject([
      { image: entry.image, digest: images.find(({ image }) => image === entry.image)?.digest },
    ])
  }
}, 120_000)

test('without credentials', async () => {
  const job = house.job({}, {})
  const none = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SESSION_TOKEN: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const plan = await startStep({ ...job, env: { ...job.env, ...none } }, 'plan').done
  expect({ code: plan.code, log: plan.code ? plan.log : '' }).toEqual({ code: 0, log: '' })
  expect(house.ec2.calls).toEqual([])
  expect(plan.summary).toContain('digest unknown: base AMI not resolved')
  expect(plan.outputs['has-work']).toBe('true')
}, 60_000)
