/** Images for arm64 on any machine: what they take beside the rest. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** This machine's architecture, in the words of the action's input. */
export const ownArch = process.arch === 'arm64' ? 'arm64' : 'amd64'

/** Installs compiler and emulators for arm64 where they lack, and says so beforehand. Throws when that fails. */
export function provideArm64(): void {
  const { status } = spawnSync(resolve(import.meta.dirname, 'bootstrap'), ['arm64'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('script/bootstrap arm64 failed')
}
