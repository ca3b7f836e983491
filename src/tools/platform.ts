import { UserError } from '../lib/errors.js'
import type { Arch } from '../model/system.js'

/**
 * The runner's architecture in our words.
 *
 * @param machine `process.platform` and `process.arch`
 * @throws UserError on anything but Linux on x64 or arm64
 */
export function runnerArch(machine: { readonly platform: string; readonly arch: string }): Arch {
  const arch = ({ x64: 'amd64', arm64: 'arm64' } as Readonly<Record<string, Arch | undefined>>)[machine.arch]
  if (machine.platform === 'linux' && arch !== undefined) return arch
  throw new UserError(
    'runner',
    `this action runs on Linux x64 and arm64; this runner is ${machine.platform} ${machine.arch}`,
    'choose another runs-on, such as ubuntu-latest',
  )
}
