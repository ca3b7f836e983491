import type { LimitFunction } from 'p-limit'
import type { Ec2, Ec2ByRegion } from '../../aws/ec2.js'
import { redactor } from '../../lib/redact.js'
import type { Account } from '../../model/account.js'
import { tagsNoTemporaries } from '../../model/region.js'
import type { PackerEffects, PackerSettings } from '../../packer/packer.js'
import type { Publisher } from '../../publish/publish.js'
import type { ImageTask } from '../../publish/task.js'
import type { WaitFor } from '../../publish/wait.js'
import { type Job, phase } from './job.js'
import type { PackerKit } from './ready-task.js'
import type { StateKeeper } from './state.js'

/** Shared by the images of a run. */
export interface Shared {
  readonly job: Job
  readonly account: Account
  readonly state: StateKeeper
  /** Whether the run has more than one image. */
  readonly several: boolean
  /** Holds back builds and tests beyond `parallel-builds`. */
  readonly limit: LimitFunction
  readonly ec2: Ec2ByRegion
  readonly wait: WaitFor
  readonly publisher: Publisher
}

/** An image that Packer builds or tests. */
export type PackerImage = ImageTask & { readonly kit: PackerKit }

/** The settings of a build; a test takes the same and more. */
export function packerSettings(
  { kit, plan, inputs }: PackerImage,
  { job, account, several, ec2 }: Shared,
): PackerSettings & { varFile: string; region: string; ec2: Ec2; timeout: number; several: boolean } {
  return {
    runId: job.runId,
    root: job.effects.root,
    reportDirectory: job.reportDirectory,
    varFile: kit.varFile,
    region: plan.region,
    ec2: ec2(plan.region),
    tools: kit.tools,
    account,
    env: job.effects.env,
    timeout: inputs.timeout,
    several,
    newRedactor: () => redactor(job.secrets),
  }
}

/** Effects of a Packer process. Its time counts as a phase of that name. */
export function packerEffects(name: 'packer' | 'gate', region: string, { job, state }: Shared): PackerEffects {
  return {
    log: job.log,
    clock: job.effects.clock,
    signal: job.signal,
    during: (describe, work) => job.during(describe, () => phase(job, name, work)),
    onStart: (id) => state.change({ packers: [...state.get().packers, id] }),
    onTemporary: (thing) => {
      if (tagsNoTemporaries(region))
        state.change({ temporaries: [...(state.get().temporaries ?? []), { ...thing, region }] })
    },
  }
}
