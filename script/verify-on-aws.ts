/** Implements script/verify-on-aws: the whole job on a local EC2 and on AWS, the differences, and a report. */
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { onInterrupt } from './interrupt.ts'
import { argumentsOf, help } from './options.ts'
import { bootOwn, openAccount } from './rehearsal/ec2.ts'
import { findSource } from './upstream.ts'
import { asker, removeAll, TAG } from './verify/account.ts'
import { verify } from './verify/job.ts'
import { isWhole, report, type Side } from './verify/report.ts'
import { startRelay } from './verify/servers.ts'
import { terminal } from './workflow-commands.ts'

const string = (value: string) => ({ type: 'string', default: value }) as const
const usage = `script/verify-on-aws [OPTION...]
  --os debian-13 --kubernetes 1.37 --regions us-east-1,us-west-2 --test none|boot|node|cluster|conformance
  --out out/verify   where the report goes
  --id ID            the value of the tag k8s-image-verify on everything that it creates; by default a random one
  --remove ID        only removes what the verification with this ID left in the account`
const options = {
  ...{ os: string('debian-13'), kubernetes: string('1.37'), test: string('cluster') },
  ...{ regions: string('us-east-1,us-west-2'), out: string('out/verify'), help },
  ...({ id: { type: 'string' }, remove: { type: 'string' } } as const),
}
const values = argumentsOf('script/verify-on-aws', usage, () => {
  const { values } = parseArgs({ options })
  // With a wildcard, EC2's filters would find other verifications.
  for (const id of [values.id, values.remove])
    if (id !== undefined && !/^[\w-]+$/.test(id)) throw new Error(`ID "${id}": write letters, digits and hyphens`)
  const regions = values.regions.split(',').map((region) => region.trim())
  // The action takes regions that the CLI rejects, and would leave AMIs there.
  for (const region of regions)
    if (!/^[a-z]+(-[a-z]+)+-\d+$/.test(region)) throw new Error(`--regions: "${region}" is no region`)
  return { ...values, regions }
})
const root = resolve(import.meta.dirname, '..')
const { regions } = values
const id = values.id ?? randomBytes(4).toString('hex')
if (values.remove !== undefined) remove(values.remove)
const show = terminal()
const print = (line: string) => {
  const shown = show(line)
  if (shown !== undefined) process.stdout.write(`${shown}\n`)
}
/** Inputs for both jobs, as JSON, for networks without internet or a stand-in for AWS. */
const more: Readonly<Record<string, string>> = JSON.parse(process.env.K8S_IMAGE_VERIFY_INPUTS || '{}')
const inputs = { os: values.os, 'kubernetes-version': values.kubernetes, test: values.test, ...more }

// It removes what it made in any case, and starts nothing more.
const isInterrupted = onInterrupt(print, () => {})
const need = {
  from: more.mirror === undefined ? undefined : 'upstream',
  level: values.test,
  versions: [values.kubernetes],
}
const source = await findSource(root, print, need)
let local: Side
let aws: Side | undefined
try {
  local = await onLocal()
  // What fails here would leave more in AWS.
  if (process.env.AWS_ACCESS_KEY_ID && !isInterrupted() && isWhole(local))
    aws = await on('AWS', process.env, { ...source.inputs, ...inputs })
} finally {
  source.stop()
}
const text = report(aws, local)
mkdirSync(values.out, { recursive: true })
writeFileSync(join(values.out, 'report.md'), text)
writeFileSync(join(values.out, 'record.json'), JSON.stringify({ aws: aws?.exchanges, local: local.exchanges }, null, 1))
if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, text)
process.stdout.write(`\n${text}`)
process.exit([local, aws].every((side) => side === undefined || isWhole(side)) ? 0 : 1)

async function on(name: string, env: NodeJS.ProcessEnv, own: Readonly<Record<string, string>>): Promise<Side> {
  print(`::group::${name}`)
  print(`everything that the job creates has the tag ${TAG}=${id}`)
  const relay = await startRelay(root, env, print)
  try {
    return await verify(name, relay, { root, id, regions, inputs: own, onLine: print })
  } finally {
    await relay.stop()
    print('::endgroup::')
  }
}

async function onLocal(): Promise<Side> {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-verify-account-'))
  const account = await openAccount({ root, directory, systems: [values.os], fresh: true, keep: false, onLine: print })
  try {
    await bootOwn(account.ready, values.test)
    const reach = { 'ssh-source-cidr': '127.0.0.1/32', vars: `ssh_port=${account.ready.sshPort}` }
    const env = { ...process.env, ...account.ready.env }
    return await on('the local EC2', env, { ...source.inputs, ...inputs, ...reach })
  } finally {
    await account.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** After a verification that was killed. */
function remove(lost: string): never {
  try {
    removeAll(asker(process.env), regions, lost)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`script/verify-on-aws: ${(error as Error).message}\n`)
    process.exit(1)
  }
}
