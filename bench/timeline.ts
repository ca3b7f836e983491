/**
 * Compares a whole job with the shortest possible time: one image and eight, built, tested and copied to 16 regions, on the local EC2
 * with AWS-like times. Packer alone (`ami_regions`, no test) and publishing alone run on the same EC2 for comparison.
 *
 *   script/bench --only timeline     (35 minutes, most of them waiting)
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as clients from '../src/aws/clients.ts'
import type * as ec2Client from '../src/aws/ec2-client.ts'
import { runJob } from '../script/runner.ts'
import { barePacker } from '../test/rehearsal/bare-packer.ts'
import { jobOn, type Local, root, startLocal, startMirror } from '../test/rehearsal/local.ts'
import { oneTaskAction } from '../test/rehearsal/one-task-action.ts'
import { passedAmis, publishMany } from '../test/rehearsal/publish-many.ts'
import { compile } from '../test/unit/support/compiled.ts'
import { criticalPath, type Times } from './critical-path.ts'
import { atMost, type Figure } from './figures.ts'

const HOME = 'us-east-1'

/**
 * Seconds. Launch: 16.5 s from pending to running for six instance families (github.com/brevdev/ec2-coldboot-research). SSH: 17 s until the
 * port is closed and 6 s until it is open (daemonology.net, EC2 boot time benchmarking, 2021). The others are assumptions.
 */
const TIMES: Times = { launch: 16, ssh: 23, stop: 20, image: 150, copies: { first: 60, last: 300 } }

interface Measured {
  readonly seconds: number
  readonly path: number
}

/** Runs a job with a number of images; gives its wall time and its critical path. */
async function job(local: Local, action: string, inputs: Readonly<Record<string, string>>, count: number): Promise<Measured> {
  const images = Array.from({ length: count }, (_, at) => `  - { name: n${at + 1}, os: debian-13, ami-name: timeline-${count}-${at + 1} }\n`)
  const made = jobOn(local, { inputs: {}, stop: async () => {} }, inputs)
  try {
    const config = join(made.directory, 'images.yml')
    writeFileSync(config, `images:\n${images.join('')}`)
    const { main, post } = await runJob({ ...made, action, inputs: { ...made.inputs, config } })
    if (main.code !== 0 || post.code !== 0) throw new Error(`the job failed:\n${main.log.slice(-3000)}`)
    const timings = JSON.parse(readFileSync(join(main.outputs['report-directory'] ?? '', 'timings.json'), 'utf8'))
    return { seconds: main.seconds, path: criticalPath(TIMES, timings.images) }
  } finally {
    made.dispose()
  }
}

/** @param say prints a line while it works */
export async function timelineFigures(say: (line: string) => void): Promise<Figure[]> {
  const [local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-bench-timeline-'))
  const packer = barePacker()
  const small = oneTaskAction()
  try {
    compile(directory)
    const { awsClients }: typeof clients = await import(join(directory, 'src/aws/clients.js'))
    const { ec2ByRegion }: typeof ec2Client = await import(join(directory, 'src/aws/ec2-client.js'))
    const ec2 = ec2ByRegion(awsClients({ ...process.env, ...local.ready.env }))(HOME)
    const regions = (await ec2.enabledRegions()).filter((region) => region !== HOME)
    const { first, last } = TIMES.copies
    const copySeconds = Object.fromEntries(
      regions.map((region, at) => [region, Math.round(first + ((last - first) * at) / (regions.length - 1))]),
    )
    await local.settings({
      launchSeconds: TIMES.launch,
      sshSeconds: TIMES.ssh,
      stopSeconds: TIMES.stop,
      imageSeconds: TIMES.image,
      lagSeconds: 2,
      // Tested AMIs boot their own kernel.
      ownKind: 'machine',
      rates: 'aws',
      copySeconds,
    })
    // It is there long before it is published.
    const passed = await passedAmis(ec2, ['floor'])
    const inputs = { ...mirror.inputs, 'test-timeout': '30', 'ami-regions': [HOME, ...regions].join(), 'parallel-builds': '8', 'if-exists': 'rebuild' }

    const one = await job(local, root, { ...inputs, test: 'node' }, 1)
    say(`1 image, ${regions.length} regions: ${one.seconds.toFixed(0)} s, critical path ${one.path.toFixed(0)} s`)
    // Eight emulated machines, and eight playbooks at once, would measure this machine's processors.
    await local.settings({ ownKind: 'namespace' })
    const eight = await job(local, small.path, { ...inputs, test: 'boot' }, 8)
    say(`8 images: ${eight.seconds.toFixed(0)} s, critical path ${eight.path.toFixed(0)} s`)

    const start = performance.now()
    const bare = await packer.build(local, { region: HOME, ami_regions: regions, ssh_timeout: '5m', delay_seconds: 0 })
    const alone = (performance.now() - start) / 1000
    if (bare.code !== 0) throw new Error(`Packer failed:\n${bare.text.slice(-2000)}`)
    say(`Packer alone, no provisioning, no test: ${alone.toFixed(0)} s; eight one after another would take ${(8 * alone).toFixed(0)} s`)

    const floor = await publishMany(local, directory, { images: passed, home: HOME, regions, timeout: 3600 })
    if (floor.ready !== regions.length + 1) throw new Error(`${floor.ready} of ${regions.length + 1} regions are ready: ${floor.failures.join('; ')}`)
    say(`publishing alone: ${floor.seconds.toFixed(0)} s, slowest copy ${last} s`)
    return [
      atMost('a job with one image over its critical path', one.seconds / one.path, 1.05, ''),
      atMost('a job with eight images over its critical path', eight.seconds / eight.path, 1.05, ''),
      atMost('publishing over its slowest copy', floor.seconds / last, 1.03, ''),
    ]
  } finally {
    packer.remove()
    small.remove()
    await Promise.all([local.stop(), mirror.stop()])
    rmSync(directory, { recursive: true, force: true })
  }
}
