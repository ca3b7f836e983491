import { exec } from '../../../src/lib/exec.js'
import type { ToolContext } from '../../../src/tools/context.js'
import { findPython } from '../../../src/tools/python.js'
import { openStore } from '../../../src/tools/store.js'
import { mirrorKeys } from '../../../src/upstream/mirror.js'
import { arch } from './mirror.js'
import { type TestNet, testNet } from './net.js'

export interface TestContext extends ToolContext {
  readonly net: TestNet
}

/** The context for preparing a tool, with a tool cache below `directory`. */
export function testContext(
  directory: string,
  mirror: { readonly url: string; readonly trust: readonly string[] },
  more: Partial<ToolContext> = {},
): TestContext {
  const net = testNet()
  const env = { ...process.env, RUNNER_TOOL_CACHE: `${directory}/tools`, RUNNER_TEMP: `${directory}/temp` }
  return {
    exec,
    env,
    arch,
    store: openStore(env, net.log),
    mirror: mirror.url,
    mirrorTrust: mirror.trust,
    remote: async () => undefined,
    python: () => findPython(exec),
    mirrorKeys: () => mirrorKeys(net, { exec }, mirror.url, mirror.trust),
    ...more,
    net,
  }
}
