/** Packer's arguments and environment, as data. */
import { basename } from 'node:path'
import type { Environment } from '../lib/environment.js'

/** Settings of one image's Packer process. All paths are absolute. */
export interface PackerCall {
  readonly runId: string
  /** The image's key, such as `debian-13-amd64`. */
  readonly image: string
  readonly template: string
  readonly varFile: string
  readonly pluginDirectory: string
  /** Empty directory for Packer's configuration, so that a user's `~/.packer.d` has no effect. */
  readonly configDirectory: string
  /** TMPDIR, for plugin sockets and the temporary SSH key. */
  readonly temporary: string
  /** File for the Ansible callback. */
  readonly events: string
}

/** Marks all processes of a run, so that those that outlive Packer are found (in /proc/PID/environ). */
export const RUN_MARKER = 'K8S_IMAGE_RUN'
/** Marks all processes of one image. */
const IMAGE_MARKER = 'K8S_IMAGE_KEY'
/** Distinguishes an image's build from its test, which outlasts the build's Packer. */
const TEMPLATE_MARKER = 'K8S_IMAGE_TEMPLATE'

/** The entries of the environment that identify the processes of one Packer. */
export function markers({ runId, image, template }: Pick<PackerCall, 'runId' | 'image' | 'template'>): string[] {
  return [`${RUN_MARKER}=${runId}`, `${IMAGE_MARKER}=${image}`, `${TEMPLATE_MARKER}=${basename(template)}`]
}

/** Arguments of `packer` for one image. `*.KEY` matches only this key, since keys contain no glob characters. */
export function packerArgs(call: PackerCall): string[] {
  return ['build', '-machine-readable', `-only=*.${call.image}`, `-var-file=${call.varFile}`, call.template]
}

/** Variables that are passed on from the runner: user and paths, proxies, certificates, and AWS's. */
const PASSED_ON = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|XDG_[A-Z_]+|LC_[A-Z_]+)$/,
  /^(https?|no|all)_proxy$/i,
  // A Python of actions/setup-python on a self-hosted runner starts only with this.
  /^LD_LIBRARY_PATH$/,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
  /^AWS_/,
  /^PACKER_LOG$/,
  // The runner finds a job's leftover processes by this.
  /^RUNNER_TRACKING_ID$/,
]

/**
 * Not passed on: the SDK reads it as the number of attempts, but the amazon plugin as the number of polls of two seconds each. Two attempts
 * would leave an AMI four seconds to become available. The template sets both.
 */
const WITHHELD = /^AWS_(MAX_ATTEMPTS|POLL_DELAY_SECONDS)$/

/** Environment of one image's Packer process: the parts of `env` that it needs, `account`'s, and its own. */
export function packerEnv(
  call: PackerCall,
  env: Environment,
  account: Readonly<Record<string, string>>,
): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && PASSED_ON.some((rule) => rule.test(name)) && !WITHHELD.test(name)) result[name] = value
  }
  return {
    ...result,
    ...account,
    PACKER_PLUGIN_PATH: call.pluginDirectory,
    PACKER_CONFIG_DIR: call.configDirectory,
    PACKER_NO_COLOR: '1',
    CHECKPOINT_DISABLE: '1',
    TMPDIR: call.temporary,
    K8S_IMAGE_EVENTS: call.events,
    [RUN_MARKER]: call.runId,
    [IMAGE_MARKER]: call.image,
    [TEMPLATE_MARKER]: basename(call.template),
  }
}
