/** Prepares Packer, its Amazon plugin and Ansible side by side. Intact tools need no network. */

import type { Clock } from '../lib/clock.js'
import type { Environment } from '../lib/environment.js'
import type { Exec } from '../lib/exec.js'
import { gather } from '../lib/gather.js'
import type { Log } from '../lib/log.js'
import type { Inputs } from '../model/inputs.js'
import type { Net } from '../upstream/fetch.js'
import { mirrorKeys } from '../upstream/mirror.js'
import { oldAnsible, prepareAnsible } from './ansible.js'
import type { ToolContext } from './context.js'
import { preparePacker, preparePlugin } from './packer.js'
import { runnerArch } from './platform.js'
import { findPython } from './python.js'
import { githubCache, type RemoteCache } from './remote-cache.js'
import { openStore } from './store.js'

export interface ToolEffects {
  readonly exec: Exec
  readonly log: Log
  readonly clock: Clock
  readonly env: Environment
  /** The action's own directory, with `ansible/requirements.txt`. */
  readonly root: string
  readonly signal?: AbortSignal
  readonly remote?: RemoteCache
}

export interface Tools {
  readonly packer: string
  /** For PACKER_PLUGIN_PATH. */
  readonly pluginDirectory: string
  readonly ansiblePlaybook: string
  /** Bytes fetched to prepare them; 0 if all were there. */
  readonly bytesFetched: number
  readonly seconds: number
}

/** @throws UserError, or UserErrors with all failures */
export async function prepareTools(inputs: Inputs, effects: ToolEffects): Promise<Tools> {
  const { exec, log, clock, env, root, signal } = effects
  const started = clock.now()
  const arch = runnerArch(process)
  const net: Net = { clock, log, meter: { bytes: 0 }, ...(signal ? { signal } : {}) }
  const { mirror, mirrorTrust } = inputs
  const context: ToolContext = {
    ...{ net, exec, env, arch, mirror, mirrorTrust },
    ...(signal ? { signal } : {}),
    store: openStore(env, log),
    remote: once(() => (effects.remote ? Promise.resolve(effects.remote) : githubCache(env, log))),
    python: once(() => findPython(exec, signal)),
    mirrorKeys: once(() => mirrorKeys(net, { exec, ...(signal ? { signal } : {}) }, mirror, mirrorTrust)),
  }
  const [packer, pluginDirectory, ansiblePlaybook] = await gather([
    preparePacker(context, inputs.packerVersion),
    preparePlugin(context),
    prepareAnsible(context, root),
  ])
  const warning = oldAnsible(inputs.os, ansiblePlaybook)
  if (warning !== undefined) log.warning(warning)
  return { packer, pluginDirectory, ansiblePlaybook, bytesFetched: net.meter.bytes, seconds: clock.now() - started }
}

/** Starts the work at the first call, and returns the same promise to all. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined
  return () => {
    promise ??= work()
    return promise
  }
}
