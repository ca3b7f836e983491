/** How Packer is called: arguments and environment, as data. */
import { basename } from 'node:path'
import type { Environment } from '../lib/environment.js'

/** What one image's Packer process needs to know. All paths are absolute. */
export interface PackerCall {
  readonly runId: string
  /** The image's key, such as `debian-13-amd64`. */
  readonly image: string
  /** Directory of the template. */
  readonly template: string
  readonly varFile: string
  readonly pluginDirectory: string
  /** Packer's own configuration; empty, so that a person's `~/.packer.d` has no say. */
  readonly configDirectory: string
  /** TMPDIR: plugin sockets and the temporary SSH key lie there. */
  readonly temporary: string
  /** File that the Ansible callback writes to. */
  readonly events: string
}

/** Marks every process of a run, so that those which outlive Packer are found (in /proc/PID/environ). */
export const RUN_MARKER = 'K8S_IMAGE_RUN'
/** Marks every process of one image. */
const IMAGE_MARKER = 'K8S_IMAGE_KEY'
/** Tells an image's build from its test, which goes on when the build's Packer has ended. */
const TEMPLATE_MARKER = 'K8S_IMAGE_TEMPLATE'

/** The entries of the environment by which the processes of one Packer are known. */
export function markers({ runId, image, template }: Pick<PackerCall, 'runId' | 'image' | 'template'>): string[] {
  return [`${RUN_MARKER}=${runId}`, `${IMAGE_MARKER}=${image}`, `${TEMPLATE_MARKER}=${basename(template)}`]
}

/** Arguments of `packer` for one image. `*.KEY` also matches nothing but this key: keys hold no glob characters. */
export function packerArgs(call: PackerCall): string[] {
  return ['build', '-machine-readable', `-only=*.${call.image}`, `-var-file=${call.varFile}`, call.template]
}

/** What is passed on from the runner: who and where we are, proxies, certificates, and everything of AWS's. */
const PASSED_ON = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|XDG_[A-Z_]+|LC_[A-Z_]+)$/,
  /^(https?|no|all)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
  /^AWS_/,
  /^PACKER_LOG$/,
  // By this the runner finds what a job left running.
  /^RUNNER_TRACKING_ID$/,
]

/**
 * Read by the amazon plugin as the number of polls of two seconds each (two attempts would mean an AMI has four
 * seconds to become available) and by the SDK as the number of tries. The template sets both.
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
