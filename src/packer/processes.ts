import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../lib/clock.js'

/** Identifies a process, even if another one later gets the same number. */
export interface ProcessId {
  readonly pid: number
  /** Start time in clock ticks since boot (field 22 of /proc/PID/stat); undefined without /proc. */
  readonly startTime: number | undefined
}

/** The identity of a running process (or zombie), from /proc. */
export function identify(pid: number): ProcessId {
  return { pid, startTime: stat(pid)?.startTime }
}

/** Whether exactly this process still runs; a zombie does not. */
export function isRunning(process: ProcessId): boolean {
  const now = stat(process.pid)
  return now !== undefined && now.state !== 'Z' && now.startTime === process.startTime
}

/** Signals exactly this process; false if it has ended. */
export function signal(target: ProcessId, name: NodeJS.Signals): boolean {
  return isRunning(target) && send(target.pid, name)
}

/** Waits until the process has ended; false if it still runs after `seconds`. */
export async function waitForEnd(process: ProcessId, seconds: number, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + seconds
  while (isRunning(process)) {
    if (clock.now() >= deadline) return false
    await clock.sleep(0.2)
  }
  return true
}

/** The user's processes with all of `markers` (`NAME=value`) in their environment, except this one. */
export function marked(markers: readonly string[]): ProcessId[] {
  return numbers().flatMap((pid) => {
    if (pid === process.pid) return []
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
      return markers.every((marker) => environment.includes(marker)) && stat(pid)?.state !== 'Z' ? [identify(pid)] : []
    } catch {
      return [] // ended, or another user's
    }
  })
}

/**
 * Ends the remaining processes of a build: Packer's process group (if its leader is known and has ended) and all processes with the
 * markers. SIGTERM first, SIGKILL after two seconds. Returns the number of processes.
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
        // Also signals children that were forked meanwhile. Each process gets SIGTERM once.
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
    // The second field, the name, may contain blanks and brackets, so fields count from its last bracket.
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
