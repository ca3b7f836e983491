import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './local.ts'

/** One task, which leaves a list of the image's contents where the clean-up does. */
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

/** Stands for packer/gate/guest. */
const GUEST = `import json
print(json.dumps({"level": "boot", "check": "nothing", "passed": True, "seconds": 0, "message": "nothing was checked"}))
print(json.dumps({"end": True, "passed": True}))
`

/**
 * A checkout of the action whose playbook has one task, and whose gate has one check: the real bundle, templates and plugin, in seconds.
 */
export function oneTaskAction(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'k8s-image-test-action-'))
  // Keeps links relative: Node would make them absolute, and they would lead out of the copy.
  for (const name of ['action.yml', 'ansible', 'catalog', 'dist', 'packer', 'rehearsal'])
    cpSync(join(root, name), join(path, name), { recursive: true, verbatimSymlinks: true })
  writeFileSync(join(path, 'ansible/node.yml'), PLAYBOOK)
  writeFileSync(join(path, 'packer/gate/guest/__main__.py'), GUEST)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
