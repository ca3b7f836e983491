import { cancelAll } from './runner.ts'

/**
 * Handles Ctrl-C and SIGTERM in scripts that run the action. Packer has its own process group, so it would outlive the script: running
 * steps are cancelled as a runner does, and the script goes on to their post step. A second signal ends the script at once.
 *
 * @param idle called if no step runs when the first signal comes
 * @returns whether a signal has come
 */
export function onInterrupt(say: (line: string) => void, idle: () => void = () => process.exit(130)): () => boolean {
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      signals += 1
      if (signals > 1) process.exit(130)
      if (cancelAll() === 0) idle()
      else say('interrupted: removing what the build made; press Ctrl-C again to end at once')
    })
  return () => signals > 0
}
