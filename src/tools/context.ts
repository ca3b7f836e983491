import type { Environment } from '../lib/environment.js'
import type { Exec } from '../lib/exec.js'
import type { Arch } from '../model/system.js'
import type { Net } from '../upstream/fetch.js'
import type { RemoteCache } from './remote-cache.js'
import type { Store } from './store.js'

export interface ToolContext {
  readonly net: Net
  readonly store: Store
  readonly exec: Exec
  readonly signal?: AbortSignal
  readonly env: Environment
  readonly arch: Arch
  readonly mirror: string | undefined
  readonly mirrorTrust: readonly string[]
  readonly remote: () => Promise<RemoteCache | undefined>
  /** A Python for the venv; searched once, and only if needed. */
  readonly python: () => Promise<string>
  /** Armoured keys of the mirror; fetched once, and only if needed. */
  readonly mirrorKeys: () => Promise<readonly string[]>
}
