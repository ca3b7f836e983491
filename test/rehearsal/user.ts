/** An unprivileged user of this machine, like that of a hosted runner. By `sudo -n`, it can run only the rehearsal's root helper. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface User {
  readonly name: string
  readonly ids: { readonly uid: number; readonly gid: number }
  readonly home: string
  /** The user's copy of the action, outside every workspace, as with `uses: org/repo@v1`. */
  readonly action: string
  readonly cache: string
  /** A Node.js that the user can run. This process's own may be in another user's home. */
  readonly node: string
  remove(): void
}

const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim()

/**
 * Makes the user, which needs root.
 * @param root the checkout to copy the action from
 * @param cache with base roots, if any; they are copied, since building one takes minutes
 */
export function makeUser(root: string, cache: string, options: { sudo: boolean }): User {
  const name = `k8simg-${randomBytes(3).toString('hex')}`
  run('useradd', '--create-home', '--shell', '/bin/bash', name)
  const home = `/home/${name}`
  const action = join(home, '_actions/org/k8s-image-action/v1')
  const sudoers = `/etc/sudoers.d/${name}`
  const remove = () => {
    rmSync(sudoers, { force: true })
    run('userdel', name)
    // Root owns the base roots, so userdel would not remove them.
    rmSync(home, { recursive: true, force: true })
  }
  try {
    mkdirSync(action, { recursive: true })
    for (const part of ['action.yml', 'dist', 'packer', 'ansible', 'catalog', 'rehearsal'])
      cpSync(join(root, part), join(action, part), { recursive: true })
    const node = join(home, 'bin/node')
    cpSync(process.execPath, node, { dereference: true })
    run('chown', '-R', `${name}:${name}`, home)
    const mine = join(home, 'cache')
    const bases = join(cache, 'rehearsal/base')
    if (existsSync(bases)) {
      mkdirSync(join(mine, 'rehearsal'), { recursive: true })
      run('chown', '-R', `${name}:${name}`, mine)
      run('cp', '-a', bases, join(mine, 'rehearsal/base'))
    }
    if (options.sudo)
      writeFileSync(sudoers, `${name} ALL=(root) NOPASSWD: ${join(action, 'rehearsal/root-helper')}\n`, { mode: 0o440 })
    const ids = { uid: Number(run('id', '-u', name)), gid: Number(run('id', '-g', name)) }
    return { name, ids, home, action, cache: mine, node, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** Files below a directory that belong to root. */
export function ownedByRoot(directory: string): string[] {
  return run('find', directory, '-user', 'root').split('\n').filter(Boolean)
}
