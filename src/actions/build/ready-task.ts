/** Tasks with everything that Packer needs. */
import { writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Account } from '../../model/account.js'
import type { Planned } from '../../model/plan.js'
import { ownCidrs } from '../../packer/ssh-source.js'
import { renderVarFile } from '../../packer/var-file.js'
import type { ImageAction } from '../../publish/existing.js'
import type { ImageTask } from '../../publish/task.js'
import type { Tools } from '../../tools/tools.js'
import type { Job } from './job.js'

/** Tools and files of the runner for builds and tests. */
export interface PackerKit {
  readonly tools: Tools
  /** Template variables of the image's group. */
  readonly varFile: string
}

type Action<Kind> = Extract<ImageAction, { readonly kind: Kind }>

/** A task that can start: builds and tests have their tools. */
export type ReadyTask = ImageTask &
  (
    | { readonly action: Action<'build' | 'gate'>; readonly kit: PackerKit }
    | { readonly action: Action<'publish' | 'nothing'> }
  )

/** Writes a var-file for each group, readable by this user only, and gives each task its kit. */
export function readyTasks(
  job: Job,
  plans: readonly Planned[],
  tasks: readonly ImageTask[],
  tools: Tools | undefined,
  account: Account,
): readonly ReadyTask[] {
  const varFiles = new Map(plans.map(({ plan }, at) => [plan, varFile(job.directory, at)]))
  if (tools !== undefined) {
    const settings = {
      ansiblePlaybook: tools.ansiblePlaybook,
      account,
      ownCidrs: ownCidrs(networkInterfaces()),
      sourceCommit: commitOf(job.effects.env),
    }
    let imagesBefore = 0
    for (const { wanted, plan } of plans) {
      const text = renderVarFile(plan, wanted.inputs, { ...settings, imagesBefore })
      writeFileSync(varFiles.get(plan) ?? '', text, { mode: 0o600 })
      imagesBefore += plan.images.length
    }
  }
  return tasks.map((task) => {
    const { action, image, plan } = task
    if (action.kind === 'publish' || action.kind === 'nothing') return { ...task, action }
    const path = varFiles.get(plan)
    if (tools === undefined || path === undefined) throw new Error(`${image.key}: its tools were not prepared`)
    return { ...task, action, kit: { tools, varFile: path } }
  })
}

/** The first group's file has the documented name. */
function varFile(directory: string, at: number): string {
  return join(directory, `images${at === 0 ? '' : `-${at + 1}`}.pkrvars.json`)
}

/** The workflow's own commit (GITHUB_SHA), or nothing. */
function commitOf(env: Job['effects']['env']): string {
  const commit = env.GITHUB_SHA ?? ''
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? commit : ''
}
