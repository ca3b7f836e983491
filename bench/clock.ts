/**
 * Measures job times that the documents promise, so they hold on an otherwise idle machine. One AMI is built and tested on a machine;
 * then the same job finds it; then a rebuild is cancelled.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cancelStep, runJob, type StepResult, startStep } from '../script/runner.ts'
import { jobOn, startLocal, startMirror } from '../test/rehearsal/local.ts'
import { atMost, type Figure } from './figures.ts'

/** Seconds from the launch until each level was passed, in a job with one image; `ssh`: until SSH answered. */
function reached({ outputs }: StepResult): Readonly<Record<string, number>> {
  const [image] = JSON.parse(outputs.images ?? '[]') as { test?: { reached: Record<string, number> } }[]
  return image?.test?.reached ?? {}
}

function succeeded(step: StepResult): StepResult {
  if (step.code !== 0) throw new Error(`the job failed:\n${step.log.slice(-3000)}`)
  return step
}

/** @param say prints a line while it works */
export async function clockFigures(say: (line: string) => void): Promise<Figure[]> {
  const [local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  const inputs = { test: 'cluster', 'test-timeout': '40', preflight: 'true', 'ami-regions': 'us-east-1,us-west-2' }
  const jobs: { dispose(): void }[] = []
  const job = (more: Readonly<Record<string, string>> = {}) => {
    const made = jobOn(local, mirror, { ...inputs, ...more })
    jobs.push(made)
    return made
  }
  try {
    // Tested AMIs boot their own kernel; build instances need not.
    await local.settings({ ownKind: 'machine', copySeconds: 1 })
    say('a job up to the level cluster')
    const first = succeeded((await runJob(job())).main)
    const { ssh = Number.NaN, node = Number.NaN, cluster = Number.NaN } = reached(first)
    const timings = readFileSync(join(first.outputs['report-directory'] ?? '', 'timings.json'), 'utf8')
    say('the same job again')
    const again = succeeded((await runJob(job())).main)
    if (again.outputs['images-existing'] !== '1') throw new Error('the AMI was built again: a skip cannot be measured')
    say('a job that is cancelled in its playbook')
    const cancelled = job({ 'if-exists': 'rebuild' })
    const step = startStep(cancelled, 'main')
    await new Promise<void>((seen, fail) => {
      step.child.stdout?.on('data', (chunk) => /\d s {2}\w+ : /.test(String(chunk)) && seen())
      step.child.on('exit', (code) => fail(new Error(`main ended with ${code} before its playbook`)))
    })
    const start = performance.now()
    await cancelStep(step)
    const seconds = (performance.now() - start) / 1000
    await startStep(cancelled, 'post').done
    return [
      atMost('the gate up to the verdict of `node`, over the way to SSH of the same instance', node / ssh, 1.7, ''),
      atMost('the gate up to the verdict of `cluster`, over the same', cluster / ssh, 4, ''),
      atMost('the preflight', JSON.parse(timings).phases.preflight, 2, ' s'),
      atMost('a job whose AMI is there, in two regions', again.seconds, 3, ' s'),
      atMost('from the cancel to the end of main', seconds, 5, ' s'),
    ]
  } finally {
    for (const each of jobs) each.dispose()
    await Promise.all([local.stop(), mirror.stop()])
  }
}
