import { relative } from 'node:path'
import { known } from '../lib/hints.js'
import type { Failure, TaskRecord } from '../model/result.js'
import type { Ending } from './process.js'

export interface Evidence {
  readonly image: string
  /** The action's own directory, to which places are relative. */
  readonly root: string
  /** The job's checkout, with hooks. */
  readonly workspace?: string
  readonly ending: Ending
  /** Limit of the build, in minutes. */
  readonly timeout: number
  readonly last: string
  readonly tasks: readonly TaskRecord[]
  /** Packer's error rows of this build. */
  readonly errors: readonly string[]
  /** Why Ansible did not start: an unreadable playbook or hook. */
  readonly unreadable?: Unreadable
  /** Packer's last complaints outside of the playbook, and lines that are not rows. */
  readonly complaints: readonly string[]
}

/** Ansible's error about an unreadable file. */
export interface Unreadable {
  readonly message: string
  /** `/path/file.yml:3` */
  readonly path: string
}

/** Packer's errors of steps after the playbook. */
const LATER =
  /^(Unknown error|Error) (creating|waiting for|tagging|searching for) AMI\b|^Error (stopping instance|waiting for instance to stop|modify (AMI|snapshot) attributes|enable AMI deprecation|adding tags)\b|\b(CreateImage|StopInstances)\b/

const INSTANCE_DETAILS = 'Instance state change details: '

/**
 * Whether Packer gave up on its new AMI only because EC2 did not list it yet. For its waiter, the SDK's ImageAvailableWaiter,
 * InvalidAMIID.NotFound is final (amazon plugin 1.8.2), although describes may lag behind CreateImage. The error is `Unknown` if the
 * next describe did not list the AMI either.
 */
export const isUnknownYet = (errors: readonly string[]): boolean =>
  errors.length > 0 &&
  errors.every((text) => /^(Unknown error|Error) waiting for AMI\b.*InvalidAMIID\.NotFound/s.test(text))

/** Why a build failed: causes only, without their consequences. */
export function causes(evidence: Evidence): Failure[] {
  const { image, ending } = evidence
  if (ending.cause === 'timeout') {
    return [
      {
        code: 'build-failed',
        message: `${image}: gave up after ${evidence.timeout} minutes (${evidence.last})`,
        hint: 'raise `timeout`, or look in packer.log for what it waited for',
      },
    ]
  }
  if (ending.error !== undefined) {
    return [
      {
        code: 'build-failed',
        message: `${image}: Packer could not be started: ${ending.error}`,
        hint: 'run the job again',
      },
    ]
  }
  // Ansible stops at the first final failure; earlier ones were rescued. If Packer reached a later step, all were.
  const isLater = evidence.errors.some((text) => LATER.test(text))
  const task = isLater
    ? undefined
    : evidence.tasks.findLast((record) => record.status === 'failed' || record.status === 'unreachable')
  if (task !== undefined) return [taskFailure(evidence, task)]
  if (evidence.unreadable !== undefined) {
    const { message, path } = evidence.unreadable
    return [
      { code: 'input', message: `${image}: ${oneLine(message)}`, hint: 'correct the file', ...placeOf(evidence, path) },
    ]
  }

  const diagnostics = evidence.complaints.filter((text) => /^Error: /.test(text))
  const texts = [...new Set(evidence.errors.length > 0 ? rootCauses(evidence) : diagnostics)]
  if (texts.length > 0) {
    // If an instance did not start, EC2's reason is beside Packer's error.
    const details = evidence.complaints.find((text) => text.startsWith(INSTANCE_DETAILS))
    const detail = details === undefined ? '' : `: ${details.slice(INSTANCE_DETAILS.length)}`
    return texts.map((text) => packerFailure(image, `${text}${detail}`, evidence.root))
  }
  if (ending.code === 0) {
    return [{ code: 'build-failed', message: `${image}: Packer ended without naming an AMI`, hint: 'see packer.log' }]
  }
  const complaint = oneLine(evidence.complaints.slice(-3).join(' '))
  const end = ending.code === 128 ? 'was ended by a signal' : `ended with exit code ${ending.code}`
  return [
    {
      code: 'build-failed',
      message: `${image}: Packer ${end}${complaint === '' ? '' : `: ${complaint}`}`,
      hint: 'see packer.log',
    },
  ]
}

/** Errors of Packer's clean-up, which hide the failure before it. */
const CLEAN_UP = /^Error (deleting existing snapshot|deregistering existing AMI)\b/

/** Packer's errors; if all of them are from its clean-up, the complaints before it. */
function rootCauses({ errors, complaints }: Evidence): readonly string[] {
  if (!errors.every((text) => CLEAN_UP.test(text))) return errors
  const before = complaints.filter((text) => text.startsWith('Error ') && !CLEAN_UP.test(text))
  return before.length > 0 ? before : errors
}

/** The place for an annotation. Our paths are relative already; the user's become relative. */
function placeOf({ root, workspace = '' }: Evidence, path: string): { file?: string; line?: number } {
  const place = /^(.*):(\d+)$/.exec(path)
  if (place?.[1] === undefined) return {}
  const base = [root, workspace].find((each) => each !== '' && place[1]?.startsWith(`${each}/`))
  return { file: base === undefined ? place[1] : relative(base, place[1]), line: Number(place[2]) }
}

function taskFailure(evidence: Evidence, record: TaskRecord): Failure {
  const { image } = evidence
  const what = record.status === 'unreachable' ? 'the instance was not reachable' : 'failed'
  const message = oneLine(record.message ?? what)
  return {
    code: 'build-failed',
    hint: 'see packer.log for the full output of the task',
    ...known(message),
    message: `${image}: ${record.task}: ${message}`,
    ...placeOf(evidence, record.path),
  }
}

function packerFailure(image: string, text: string, root: string): Failure {
  const place = /\bon (\S+) line (\d+)/.exec(text)
  const file = place?.[1] === undefined ? undefined : relative(root, place[1])
  const within = file !== undefined && !file.startsWith('..')
  const message = oneLine(text.replace(/^Error: /, '').replaceAll(`${root}/`, ''))
  const api = /api error (\w[\w.]*): (.*)$/.exec(message)
  const short = api === null ? message : `${message.split(':')[0]}: ${api[2]} (${api[1]})`
  return {
    code: 'build-failed',
    ...known(message),
    message: `${image}: ${short.replace(/ ?Encoded authorization failure message: \S+/, '')}`,
    ...(within ? { file, line: Number(place?.[2]) } : {}),
  }
}

/** Replaces line ends and runs of blanks by one blank. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
