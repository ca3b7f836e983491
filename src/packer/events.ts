import type { TaskRecord } from '../model/result.js'

/** A line from the Ansible callback (docs/internals/design.md, "Events"). */
export type TaskEvent =
  | { readonly event: 'start'; readonly task: string; readonly path: string }
  | { readonly event: 'end'; readonly record: TaskRecord; readonly time: number }

const STATUSES: ReadonlySet<string> = new Set(['ok', 'changed', 'skipped', 'failed', 'unreachable'])

/** Parses one line of the events file; undefined for anything but a complete task event. */
export function parseEvent(line: string): TaskEvent | undefined {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  const { event, task, path, status, seconds, time, message } = value ?? {}
  if (typeof task !== 'string' || typeof path !== 'string') return undefined
  if (event === 'task_start') return { event: 'start', task, path }
  if (event !== 'task_end' || typeof status !== 'string' || !STATUSES.has(status)) return undefined
  return {
    event: 'end',
    time: typeof time === 'number' ? time : 0,
    record: {
      task,
      path,
      seconds: typeof seconds === 'number' ? seconds : 0,
      status: status as TaskRecord['status'],
      ...(typeof message === 'string' && message !== '' ? { message } : {}),
    },
  }
}

/** The slowest tasks, slowest first. */
export function slowest(tasks: readonly TaskRecord[], count: number): TaskRecord[] {
  return [...tasks].sort((a, b) => b.seconds - a.seconds).slice(0, count)
}
