import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as core from '@actions/core'
import { type Aws, awsClients } from '../aws/clients.js'
import type { Ec2ByRegion } from '../aws/ec2.js'
import { ec2ByRegion } from '../aws/ec2-client.js'
import { keysIn } from '../aws/keys.js'
import { parametersIn } from '../aws/parameters.js'
import type { Services } from '../aws/services.js'
import { newTally, type Tally } from '../aws/tally.js'
import { readCatalog } from '../catalog/catalog.js'
import { readWanted } from '../inputs/config/read.js'
import { readOptions } from '../inputs/options.js'
import { readTemplateVariables } from '../inputs/template-variables.js'
import { type Clock, dayOf, systemClock } from '../lib/clock.js'
import type { Environment } from '../lib/environment.js'
import { type Exec, exec } from '../lib/exec.js'
import { actionsLog, type Log } from '../lib/log.js'
import type { Account } from '../model/account.js'
import type { Inputs, Wanted } from '../model/inputs.js'
import type { Plan } from '../model/plan.js'
import type { Ec2Reads, SharedReads } from '../plan/facts.js'
import { regionOfPartition } from '../plan/regions.js'
import type { Tools } from '../tools/tools.js'

interface Preparation {
  readonly log: Log
  readonly signal: AbortSignal
}

/** All effects of a run. */
export interface Effects {
  readonly env: Environment
  /** The action's own directory, with packer/, ansible/ and catalog/. */
  readonly root: string
  readonly machine: Machine
  readonly log: Log
  readonly clock: Clock
  readonly exec: Exec
  /** Start of the process, in seconds since 1970. */
  readonly started: number
  /** The groups of the inputs and the config file; at least one. */
  readWanted(): Promise<readonly Wanted[]>
  /**
   * @param preparation.ec2 replaces the account
   * @param preparation.shared of the job's groups
   */
  makePlan(
    inputs: Inputs,
    runId: string,
    account: Account,
    preparation: Preparation & { readonly ec2?: Ec2Reads; readonly shared?: SharedReads },
  ): Promise<Plan>
  prepareTools(inputs: Inputs, preparation: Preparation): Promise<Tools>
  ec2(account: Account): Ec2ByRegion
  /** The action's own AWS calls so far. */
  readonly tally: Tally
  /** Services other than EC2. */
  services(account: Account): Services
  /** For any call, such as the preflight's. */
  aws(account: Account): Aws
  saveState(name: string, value: string): void
  setOutput(name: string, value: string): void
  writeSummary(markdown: string): Promise<void>
  /** Rejects with an uncaught error. */
  readonly crashed: Promise<never>
}

/** The real effects, on a runner. @param crashed see `runStep` */
export function realEffects(crashed: Promise<never>): Effects {
  const { env } = process
  const root = actionRoot(import.meta.dirname)
  const log = actionsLog()
  const clock = systemClock
  const tally = newTally()
  const accounts = new Map<string, Aws>()
  const aws = (account: Account) => {
    const key = account.env.AWS_ENDPOINT_URL ?? ''
    const known = accounts.get(key) ?? awsClients(account.env, tally)
    accounts.set(key, known)
    return known
  }
  const ec2 = (account: Account) => ec2ByRegion(aws(account), clock)
  const catalog = readCatalog(root)
  return {
    env,
    root,
    machine: { platform: process.platform, arch: process.arch, uid: process.getuid?.() ?? -1 },
    log,
    clock,
    exec,
    started: performance.timeOrigin / 1000,
    readWanted: () =>
      readWanted(env, {
        catalog,
        templateVariables: readTemplateVariables(root),
        readFile: (path) => readFileSync(path, 'utf8'),
        readDirectory: (path) => readdirSync(path),
        options: readOptions(root),
      }),
    // Loaded after the inputs, so that an error in them shows at once.
    makePlan: async (inputs, runId, account, preparation) =>
      (await import('../plan/plan.js')).makePlan(inputs, {
        ...preparation,
        catalog,
        root,
        runId,
        date: dayOf(clock.now()),
        ec2: preparation.ec2 ?? ec2(account)(inputs.region),
        ...(preparation.ec2
          ? {}
          : { anyRegions: () => ec2(account)(regionOfPartition(inputs.region)).enabledRegions() }),
        exec,
        clock,
      }),
    prepareTools: async (inputs, preparation) =>
      (await import('../tools/tools.js')).prepareTools(inputs, { ...preparation, exec, clock, env, root }),
    ec2,
    tally,
    services: (account) => ({
      parameters: (region) => parametersIn(region, aws(account)),
      keys: (region) => keysIn(region, aws(account)),
    }),
    aws,
    saveState: core.saveState,
    setOutput: core.setOutput,
    writeSummary: async (markdown) => {
      if (env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown).write()
    },
    crashed,
  }
}

/** The directory that holds action.yml, from a file within it: src/ and dist/main/ lie at different depths. */
function actionRoot(from: string): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'action.yml'))) return directory
    if (directory === dirname(directory)) throw new Error(`no action.yml above ${from}`)
  }
}

/** The runner's machine, in Node's words. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  readonly uid: number
}
