import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstLine } from '../lib/errors.js'
import { suggest } from '../lib/nearest.js'
import { isMap, type Report } from '../lib/schema.js'

/** Names of the template's variables in `packer/image/*.pkr.hcl`, sorted. */
export function readTemplateVariables(root: string): string[] {
  const directory = join(root, 'packer/image')
  const files = readdirSync(directory).filter((name) => name.endsWith('.pkr.hcl'))
  const text = files.map((name) => readFileSync(join(directory, name), 'utf8')).join('\n')
  return [...text.matchAll(/^variable\s+"([^"]+)"/gm)].map((match) => match[1] ?? '').sort()
}

/** Template variables that the action itself writes, and their inputs. */
const ownVariables: Readonly<Record<string, string>> = {
  region: 'use the input region',
  instance_type: 'use the input instance-type',
  subnet_id: 'use the input subnet-id',
  ssh_interface: 'use the input ssh-interface',
  ssh_source_cidrs: 'use the input ssh-source-cidr',
  associate_public_ip_address: 'use the input associate-public-ip-address',
  timeout: 'use the input timeout',
  mirror: 'use the input mirror',
  session_manager_ports: 'remove it: the action gives each build a port of its own',
  build_proxy: 'use the input build-proxy',
  build_no_proxy: 'use the input build-proxy: hosts follow the address',
  tags: 'use the input tags',
  ansible_extra_vars: 'use the input ansible-extra-vars',
  ansible_hooks: 'use the input ansible-hooks',
  images: 'use the inputs kubernetes-version, os, arch and ami-name',
  kubernetes_version: 'use the input kubernetes-version',
  os_filter: 'use the input os',
  kubernetes_repository_fingerprints: 'use the input mirror-trust',
  ami_regions: 'use the input ami-regions: the action copies after the build',
  volume_kms_key_id: 'use the input kms-key-ids',
  kms_key_id: 'use the input kms-key-ids',
  encrypt_boot: 'use the input kms-key-ids',
  base_images: 'use the input os: the plan names each base AMI',
  run_id: 'remove it: the action gives every run its own',
  source_commit: "remove it: the action takes the workflow's commit",
  ansible_playbook: 'remove it: the action brings its own Ansible',
  manifest: 'remove it: see the output manifest',
}

/** The action shares, copies and replaces AMIs after the build; the template must not. */
const afterwards =
  /^(ami_(users|groups|org_arns|ou_arns|product_codes)|snapshot_(users|groups|copy_duration_minutes)|region_kms_key_ids|skip_build_region|force_(deregister|delete_snapshot))$/

/** Reports mistakes in the template variables of `vars` or `var-file`. */
export function checkTemplateVariables(names: readonly string[], declared: readonly string[], report: Report): void {
  const free = declared.filter((name) => !(name in ownVariables) && !afterwards.test(name))
  for (const name of names) {
    const own = Object.hasOwn(ownVariables, name) ? ownVariables[name] : undefined
    if (own !== undefined) report(`"${name}" is not for vars or var-file`, own)
    else if (afterwards.test(name))
      report(
        `"${name}" is not for vars or var-file`,
        'remove it; to share AMIs, use share-with-accounts and the inputs beside it',
      )
    else if (!declared.includes(name)) report(`the template has no variable "${name}"`, suggest(name, free))
  }
}

/** Values that the template accepts (packer/image/by-hand.pkr.hcl). Packer would refuse others after the plan, once per image. */
const VALUES: Readonly<Record<string, readonly [RegExp, string]>> = {
  root_volume_size: [/^(0|[89]|[1-9]\d+)$/, 'write a number of GiB from 8, or 0 for the size of the base AMI'],
  root_volume_type: [/^gp[23]$/, 'write gp3 or gp2'],
}

/** Reports values that the template would refuse. */
export function checkTemplateValues(values: Readonly<Record<string, unknown>>, report: Report): void {
  for (const [name, [form, hint]] of Object.entries(VALUES)) {
    const value = values[name]
    if (value !== undefined && value !== null && !form.test(String(value))) report(`${name} is "${value}"`, hint)
  }
}

/** The input `var-file`: the variables of the user's own var-file. */
export function readVarFile(path: string, content: string, report: Report): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    report(
      `${path} is not JSON: ${firstLine(error)}`,
      path.endsWith('.hcl') ? 'write it as .pkrvars.json' : 'correct it; a JSON linter shows the place',
    )
    return {}
  }
  if (isMap(value)) return value
  report(`${path} is not a map of variables`, 'write {"name": "value"}')
  return {}
}
