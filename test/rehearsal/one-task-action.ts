import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './local.ts'

/** One task, which writes an empty list of components to the path that the clean-up role uses. */
const PLAYBOOK = `---
- name: Make next to nothing
  hosts: all
  become: true
  gather_facts: false
  tasks:
    - name: Make the list of nothing
      ansible.builtin.raw: >-
        echo '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}' >/run/k8s-image-components.json
`

/** Replaces packer/gate/guest. */
const GUEST = `import json
print(json.dumps({"level": "boot", "check": "nothing", "passed": True, "seconds": 0, "message": "nothing was checked"}))
print(json.dumps({"end": True, "passed": True}))
`

/**
 * Makes a copy of the action whose playbook has one task and whose gate has one check. Its jobs take seconds, with the real bundle,
 * templates and plugin.
 */
export function oneTaskAction(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'k8s-image-test-action-'))
  // Keeps links relative: Node would make them absolute, and they would point outside the copy.
  for (const name of ['action.yml', 'ansible', 'catalog', 'dist', 'packer', 'rehearsal'])
    cpSync(join(root, name), join(path, name), { recursive: true, verbatimSymlinks: true })
  writeFileSync(join(path, 'ansible/node.yml'), PLAYBOOK)
  writeFileSync(join(path, 'packer/gate/guest/__main__.py'), GUEST)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
