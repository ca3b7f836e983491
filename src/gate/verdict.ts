import type { Check, Failure } from '../model/result.js'
import { causes } from '../packer/failure.js'
import type { Ending } from '../packer/process.js'

/** Facts about a gate when its Packer process has ended. */
export interface GateEvidence {
  readonly image: string
  readonly ami: string
  readonly root: string
  readonly ending: Ending
  /** Limit of the gate, in minutes. */
  readonly timeout: number
  /** The activity at the end. */
  readonly last: string
  readonly checks: readonly Check[]
  /** The checks' own end; undefined if they did not finish. */
  readonly end: { readonly passed: boolean } | undefined
  readonly errors: readonly string[]
  readonly complaints: readonly string[]
  /** The instance's console output. */
  readonly console: string
}

/** Lines of the console in a message. */
const CONSOLE_LINES = 20

/**
 * Why an AMI did not pass; empty if it did. It passes only if all checks ran and passed. Packer's own end does not matter then: the
 * instance has done its work, and the sweep removes the rest.
 */
export function verdict(evidence: GateEvidence): Failure[] {
  const { image, ami, checks, end } = evidence
  const failed = checks.filter(({ passed }) => !passed)
  if (failed.length > 0) {
    const specs = failed.map(
      (check): Failure => ({
        code: 'test-failed',
        message: `${image}: ${ami} failed the test ${check.level}/${check.name}: ${check.message}`,
        ...(check.evidence === '' ? {} : { evidence: check.evidence }),
      }),
    )
    // The failed checks do not explain why others have not ended.
    return end === undefined && evidence.ending.cause === 'timeout' ? [...specs, ...early(evidence)] : specs
  }
  if (end?.passed && checks.length > 0) return []
  return early(evidence)
}

/** Why the checks did not finish. */
function early(evidence: GateEvidence): Failure[] {
  const { image, ami, checks } = evidence
  const reached = checks.length > 0
  const progress = checks.findLast(({ level }) => level === 'conformance')?.message.match(/\((\d+ of \d+)\)$/)?.[1]
  const reasons = causes({ ...evidence, tasks: [] }).map(inGate)
  const tail = lastLines(evidence.console, CONSOLE_LINES)
  return reasons.map(({ message, hint }) => {
    const cause = message.replace(`${image}: `, '')
    const ended = progress === undefined ? '' : `, when ${progress} specs had ended`
    const state = reached ? `the tests of ${ami} ended early${ended}` : `${ami} could not be tested`
    return {
      code: 'test-failed',
      message: `${image}: ${state}: ${cause}`,
      hint: hint ?? 'read the console and the log in the report directory',
      ...(tail === '' ? {} : { evidence: `the end of its console:\n${tail}` }),
    }
  })
}

/** Rewords a build's failure for a gate. */
function inGate(failure: Failure): Failure {
  if (/[Tt]imeout waiting for SSH/.test(failure.message)) {
    const [image = ''] = failure.message.split(':')
    return {
      code: 'test-failed',
      message: `${image}: the instance did not answer SSH in time`,
      hint: 'read the console: it shows how far the boot came',
    }
  }
  // A gate makes no AMI.
  const message = failure.message.replace('Packer ended without naming an AMI', 'Packer ended, and no check says why')
  const hint = failure.hint?.replace('`timeout`', '`test-timeout`').replace('packer.log', 'the log of its test')
  return { ...failure, message, ...(hint === undefined ? {} : { hint }) }
}

/** The last lines of a text that are not empty. */
export function lastLines(text: string, count: number): string {
  return text
    .split(/\r?\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .join('\n')
}
