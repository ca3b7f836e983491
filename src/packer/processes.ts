import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../lib/clock.js'

/** A process that cannot be mistaken for another that later gets the same number. */
export interface ProcessId {
  readonly pid: number
  /** Clock ticks since boot at its start (field 22 of /proc/PID/stat); undefined where there is no /proc. */
  readonly startTime: number | undefined
}

/** Identity of a running process (or zombie), from /proc. */
export function identify(pid: number): ProcessId {
  return { pid, startTime: stat(pid)?.startTime }
}

/** Whether exactly this process still runs; a zombie does not. */
export function isRunning(process: ProcessId): boolean {
  const now = stat(process.pid)
  return now !== undefined && now.state !== 'Z' && now.startTime === process.startTime
}

/** Signals exactly this process; false when it is gone. */
export function signal(target: ProcessId, name: NodeJS.Signals): boolean {
  return isRunning(target) && send(target.pid, name)
}

/** Waits until the process is gone; false when it still runs after `seconds`. */
export async function waitForEnd(process: ProcessId, seconds: number, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + seconds
  while (isRunning(process)) {
    if (clock.now() >= deadline) return false
    await clock.sleep(0.2)
  }
  return true
}

/** Own processes whose environment holds all of `markers` (`NAME=value`), this one excepted. */
export function marked(markers: readonly string[]): ProcessId[] {
  return numbers().flatMap((pid) => {
    if (pid === process.pid) return []
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
      return markers.every((marker) => environment.includes(marker)) && stat(pid)?.state !== 'Z' ? [identify(pid)] : []
    } catch {
      return [] // gone, or another user's
    }
  })
}

/**
 * Ends the remaining processes of a build: the process group of Packer (if it is known and its leader is gone) and everything
 * that carries the markers. First politely, then, after two seconds, not. Gives the number of processes it found.
 */
export async function reap(markers: readonly string[], groups: readonly number[], clock: Clock): Promise<number> {
  const found = new Set<number>()
  for (const [name, patience] of [
    ['SIGTERM', 2],
    ['SIGKILL', 2],
  ] as const) {
    const deadline = clock.now() + patience
    for (let first = true; ; first = false) {
      const left = [...groupMembers(groups), ...marked(markers)]
      if (left.length === 0) return found.size
      for (const { pid } of left) {
        // A child forked meanwhile gets its signal, too; SIGTERM goes to each once.
        if (!found.has(pid) || first || name === 'SIGKILL') send(pid, name)
        found.add(pid)
      }
      if (clock.now() >= deadline) break
      await clock.sleep(0.1)
    }
  }
  return found.size
}

function groupMembers(groups: readonly number[]): ProcessId[] {
  if (groups.length === 0) return []
  return numbers().flatMap((pid) => {
    const now = stat(pid)
    return now !== undefined && now.state !== 'Z' && groups.includes(now.group)
      ? [{ pid, startTime: now.startTime }]
      : []
  })
}

function numbers(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  } catch {
    return []
  }
}

function stat(pid: number): { state: string; group: number; startTime: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field, the name, may hold blanks and brackets: count from its last bracket.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', group: Number(fields[2]), startTime: Number(fields[19]) }
  } catch {
    return undefined
  }
}

function send(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}
