/**
 * Publishing one AMI to 16 regions whose copies take a simulated 60 to 300 s, by the action's code and by Packer's `ami_regions`, in one run
 * against one local EC2; then what each leaves behind when one region fails.
 *
 *   node bench/publish-vs-packer.ts PACKER PLUGIN_DIRECTORY     (PACKER_PLUGIN_PATH's form; needs what a rehearsal needs)
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { startLocal } from '../test/rehearsal/local.ts'
import { publishSettings } from '../test/unit/fakes.ts'
import { compile } from '../test/unit/support/compiled.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const [packer = 'packer', plugins = ''] = process.argv.slice(2)
const HOME = 'us-east-1'
const OWNER = '136693071363'
const say = (line: string) => process.stdout.write(`${line}\n`)

process.chdir(root)
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-bench-publish-'))
const local = await startLocal('debian-13')
try {
  compile(directory)
  const env = { ...process.env, ...local.ready.env, NODE_OPTIONS: '' }
  /** Runs a line of the action's own code on EC2 and gives its result. */
  const ask = async (expression: string) => {
    const code = `const { ec2ByRegion } = await import(${JSON.stringify(join(directory, 'src/aws/ec2-client.js'))})
      const { awsClients } = await import(${JSON.stringify(join(directory, 'src/aws/clients.js'))})
      const ec2 = ec2ByRegion(awsClients(process.env))
      console.log(JSON.stringify(await (${expression}) ?? null))`
    return JSON.parse((await run(process.execPath, ['--input-type=module', '-e', code], { env })).stdout)
  }
  const regions: string[] = (await ask(`ec2('${HOME}').enabledRegions()`)).filter((one: string) => one !== HOME)
  const seconds = regions.map((_, at) => Math.round(60 + (240 * at) / (regions.length - 1)))
  const base: { id: string } = await ask(`ec2('${HOME}').newestAmi({owner: '${OWNER}', nameFilter: 'debian-13-*', arch: 'amd64'})`)
  const copied = (name: string) =>
    ask(`ec2('${HOME}').copy({name: '${name}', sourceRegion: '${HOME}', sourceId: '${base.id}', tags: {'k8s-image:state': 'tested'}, token: '${name}'})`)

  /** The action: from a finished AMI to the last copy. */
  const ours = async (name: string) => {
    const ami: string = await copied(name)
    const plan = join(directory, `${name}.json`)
    writeFileSync(plan, JSON.stringify({ images: [{ key: name, ami }], home: HOME, regions, timeout: 3600, settings: { ...publishSettings, maxCopies: 20 } }))
    const start = performance.now()
    const { stdout } = await run(process.execPath, [join(root, 'test/rehearsal/fixtures/publish-many.mjs'), plan], { cwd: directory, env })
    return { seconds: (performance.now() - start) / 1000, ...(JSON.parse(stdout) as { ready: number; failures: string[] }) }
  }

  /** Packer: from its first copy to its end; without a communicator, so that it only stops and images an instance. */
  const theirs = async (name: string) => {
    const place = join(directory, name)
    mkdirSync(place)
    writeFileSync(
      join(place, 'copy.pkr.hcl'),
      `source "amazon-ebs" "copy" {
        region        = "${HOME}"
        source_ami    = "${base.id}"
        instance_type = "t3.small"
        communicator  = "none"
        ami_name      = "${name}"
        ami_regions   = ${JSON.stringify(regions)}
        aws_polling {
          delay_seconds = 5
          max_attempts  = 720
        }
      }
      build { sources = ["source.amazon-ebs.copy"] }`,
    )
    let first: number | undefined
    const from = (await local.calls()).length
    const watch = setInterval(async () => {
      const calls = (await local.calls()).slice(from)
      if (calls.some(({ action, region }) => action === 'CopyImage' && region === regions[0])) first ??= performance.now()
    }, 500)
    const own = { PACKER_PLUGIN_PATH: plugins, PACKER_CONFIG_DIR: place, CHECKPOINT_DISABLE: '1', TMPDIR: place }
    const ended = await run(packer, ['build', 'copy.pkr.hcl'], { cwd: place, env: { ...env, ...own }, maxBuffer: 1e8 }).catch(
      (error: { code: number; stdout: string }) => ({ stdout: error.stdout, code: error.code }),
    )
    const end = performance.now()
    clearInterval(watch)
    return { seconds: (end - (first ?? end)) / 1000, failed: 'code' in ended, log: ended.stdout.slice(-600) }
  }

  await local.settings({ copySeconds: Object.fromEntries([[HOME, 0], ...regions.map((region, at) => [region, seconds[at]])]) })
  say(`16 regions, copies take ${seconds.join(', ')} s`)
  // Each region's copies are answered for by the clock alone, so that one does not wait for the other.
  const before = (await local.calls()).length
  const action = await ours('by-the-action')
  const between = (await local.calls()).length
  const theirTime = await theirs('by-packer')
  const after = (await local.calls()).length
  say(`the action: ${action.seconds.toFixed(0)} s, ${action.ready} regions ready, ${between - before} calls`)
  say(`Packer: ${theirTime.seconds.toFixed(0)} s from its first copy${theirTime.failed ? ', FAILED' : ''}, ${after - between} calls`)
  say(`the action over Packer: ${(action.seconds / theirTime.seconds).toFixed(2)} (goal: at most 0.8)`)
  if (theirTime.failed) say(theirTime.log)

  await local.settings({ copySeconds: Object.fromEntries([HOME, ...regions].map((region) => [region, 1])) })
  const images = async (name: string) => (await local.inventory()).filter((one) => one.type === 'image' && one.name === name)
  for (const [name, publish] of [['action-fails', ours], ['packer-fails', theirs]] as const) {
    await local.faults([{ action: 'CopyImage', region: regions.at(-1) ?? '', times: null, code: 'InvalidRequest', status: 400 }])
    const result = await publish(name)
    await local.faults([])
    const left = await images(name)
    say(
      `${regions.at(-1)} fails, by ${name.split('-')[0]}: ${left.length} AMIs are there afterwards` +
        `${'failures' in result ? `; told: ${result.failures.join('; ')}, and the IDs of ${result.ready} regions` : '; told: no ID'}`,
    )
  }
} finally {
  await local.stop()
  rmSync(directory, { recursive: true, force: true })
}
