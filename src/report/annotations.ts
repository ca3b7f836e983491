import type { Log } from '../lib/log.js'
import type { Failure } from '../model/result.js'

/** GitHub shows ten errors per step and drops the rest. */
const MAX_ANNOTATIONS = 10

/** One error annotation per failure, causes first. If there are too many, the last one counts the rest. */
export function annotate(failures: readonly Failure[], log: Pick<Log, 'error'>): void {
  const shown = failures.length <= MAX_ANNOTATIONS ? failures : failures.slice(0, MAX_ANNOTATIONS - 1)
  for (const failure of shown) log.error(withEvidence(failure), { title: failure.code, ...place(failure) })
  if (shown.length < failures.length) {
    log.error(`${failures.length - shown.length} more failures are listed in the job summary`)
  }
}

/** Most lines and characters of evidence in an annotation; the report has the rest. */
const EVIDENCE_LINES = 10
const EVIDENCE_CHARACTERS = 1500

function withEvidence(failure: Failure): string {
  const { evidence = '' } = failure
  const tail = evidence.trim().split('\n').slice(-EVIDENCE_LINES).join('\n').slice(-EVIDENCE_CHARACTERS)
  return tail === '' ? sentence(failure) : `${sentence(failure)}\n${tail}`
}

/** A failure as one line. */
export function sentence({ message, hint }: Pick<Failure, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message} — ${hint}`
}

function place({ file, line }: Failure): { file?: string; line?: number } {
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
}
