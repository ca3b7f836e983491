/** Launches instances of AMIs with the AWS CLI, and runs commands on them over SSH. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { admit, type Local } from './local.ts'

export interface Nodes {
  /** Calls `aws ec2`; returns the parsed output. */
  aws(...args: string[]): unknown
  /**
   * Launches an instance; returns its address once a command succeeds on it.
   *
   * @param ready the command; by default, it waits for cloud-init
   * @param more further arguments of run-instances
   */
  launch(ami: string, ready?: string, more?: readonly string[]): Promise<string>
  /** Runs a command on the node; returns its output, or throws if it fails. */
  ssh(host: string, command: string): string
  /** Arguments of ssh up to the node's address. */
  sshArgs(host: string): readonly string[]
  /** Path of the private key. */
  readonly key: string
}

/** @param directory for the key of these instances */
export function nodesOn(local: Local, region: string, directory: string, user = 'admin'): Nodes {
  const key = join(directory, 'node-key')
  const aws = (...args: string[]): unknown => {
    const done = spawnSync('aws', ['ec2', ...args, '--output', 'json'], {
      encoding: 'utf8',
      timeout: 180_000,
      env: { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: region },
    })
    if (done.status !== 0) throw new Error(done.stderr)
    return JSON.parse(done.stdout || 'null')
  }
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  aws('import-key-pair', '--key-name', 'nodes', '--public-key-material', `fileb://${key}.pub`)
  admit(local, region)
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR']
  // An emulated node under load needs seconds for its SSH banner. A node that still boots gets short, repeated attempts.
  const sshArgs = (host: string, patience = 60) => [
    ...['-F', '/dev/null', '-i', key, '-o', `ConnectTimeout=${patience}`],
    ...options.flatMap((option) => ['-o', option]),
    `${user}@${host}`,
  ]
  const ssh = (host: string, command: string, patience?: number) =>
    execFileSync('ssh', [...sshArgs(host, patience), command], {
      encoding: 'utf8',
      timeout: 120_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const launch = async (
    ami: string,
    ready = 'cloud-init status --wait >/dev/null || [ $? -eq 2 ]',
    more: readonly string[] = [],
  ) => {
    const launchArgs = ['--image-id', ami, '--instance-type', 't3.medium', '--key-name', 'nodes', ...more]
    const started = aws('run-instances', ...launchArgs) as {
      Instances: { PublicIpAddress: string }[]
    }
    const host = started.Instances[0]?.PublicIpAddress ?? ''
    for (let tries = 0; ; tries++) {
      try {
        ssh(host, ready, 5)
        return host
      } catch (error) {
        if (tries === 120) throw error
        await new Promise((later) => setTimeout(later, 1000))
      }
    }
  }
  return { aws, launch, ssh, sshArgs, key }
}
