/** The only place that reads `INPUT_*`. Every mistake is found in one go, before anything is downloaded or called. */

import { resolve } from 'node:path'
import type { Environment } from './environment.js'
import { UserError, UserErrors } from './errors.js'
import { mergeCatalog } from './inputs/catalog.js'
import { checkFlatcar } from './inputs/flatcar.js'
import { type HookFacts, readHooks } from './inputs/hooks.js'
import { suggest } from './inputs/nearest.js'
import { checkSystems, type Options, playbookVariables } from './inputs/options.js'
import * as parse from './inputs/parse.js'
import { publishingDefaults, readPublishing } from './inputs/publishing.js'
import { regions } from './inputs/regions.js'
import { checkPairs, chooseSystems } from './inputs/systems.js'
import { checkTemplateVariables } from './inputs/template-variables.js'
import { rebootWords, selection, testWords } from './inputs/tests.js'
import { checkContainerd, checkKubeadmConfig, parseLock } from './inputs/versions.js'
import type { Inputs, SshInterface } from './model/inputs.js'
import type { Arch } from './model/system.js'
import type { Catalog } from './plan/catalog.js'

/** Every input with its default, as in action.yml; a test keeps the two the same. */
export const inputDefaults = {
  config: '',
  'kubernetes-version': '1.37',
  os: 'debian-13',
  arch: 'amd64',
  catalog: '',
  'containerd-version': '',
  'kubernetes-source': 'package',
  lock: 'off',
  'lock-file': 'k8s-image.lock.json',
  region: '',
  'ami-regions': '',
  'ami-name': 'k8s-{kubernetes}-{os}-{arch}-{date}-{run}',
  'instance-type': '',
  'subnet-id': '',
  'ssh-interface': '',
  'ssh-source-cidr': '',
  'packer-version': '1.16.0',
  mirror: '',
  'mirror-trust': '',
  'var-file': '',
  vars: '',
  'ansible-extra-vars': '',
  'ansible-hooks': '',
  'extra-packages': '',
  'pre-pull-images': 'none',
  tags: '',
  'if-exists': 'skip',
  ...publishingDefaults,
  rehearse: 'false',
  test: 'node',
  'test-focus': String.raw`\[NodeConformance\]`,
  'test-skip': String.raw`\[Flaky\]|\[Serial\]`,
  'test-reboot': 'auto',
  'test-timeout': '20',
  'keep-failed': 'false',
  'parallel-builds': '2',
  timeout: '60',
  preflight: 'true',
} as const satisfies Readonly<Record<string, string>>

type InputName = keyof typeof inputDefaults

export const inputNames = Object.keys(inputDefaults) as readonly InputName[]

const sshInterfaces = ['public_ip', 'private_ip', 'public_dns', 'private_dns', 'session_manager'] as const
const arches = ['amd64', 'arm64'] as const
const archAliases: Readonly<Record<string, Arch>> = { x86_64: 'amd64', x64: 'amd64', x86: 'amd64', aarch64: 'arm64' }
const placeholders = ['kubernetes', 'os', 'arch', 'date', 'run'] as const

/** What is known before anything is downloaded or called. */
export interface InputFacts extends HookFacts {
  readonly catalog: Catalog
  /** Variables of the playbook. */
  readonly options: Options
  readonly templateVariables: readonly string[]
}

/**
 * @param env the runner's: `INPUT_KUBERNETES-VERSION` and so on; an empty input means its default
 * @throws UserErrors with all mistakes
 */
export async function readInputs(env: Environment, facts: InputFacts): Promise<Inputs> {
  const mistakes: UserError[] = []
  const reporter =
    (name: string): parse.Report =>
    (message, hint) =>
      mistakes.push(new UserError(`${name}: ${message}`, hint))
  const text = (name: InputName) => env[`INPUT_${name.toUpperCase()}`]?.trim() || inputDefaults[name]

  /** An input's value as checked by `check`, or `undefined` when it is empty. */
  const optional = <T>(name: InputName, check: (value: string, report: parse.Report) => T): T | undefined =>
    text(name) === '' ? undefined : check(text(name), reporter(name))
  const oneOf = <T extends string>(name: InputName, value: string, words: readonly T[], what: string): T => {
    if (!(words as readonly string[]).includes(value))
      reporter(name)(`"${value}" is not ${what}`, suggest(value, words))
    return value as T
  }
  const matching = (name: InputName, pattern: RegExp, what: string, example: string) =>
    optional(name, (value, report) => {
      if (!pattern.test(value)) report(`"${value}" is not ${what}`, `it looks like ${example}`)
      return value
    })
  const file = <T>(name: InputName, empty: T, read: (content: string, report: parse.Report) => T): T => {
    const path = text(name)
    if (path === '') return empty
    let content: string
    try {
      content = facts.readFile(resolve(env.GITHUB_WORKSPACE || '.', path))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      const cause = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${parse.firstLine(error)}`
      reporter(name)(`${path} ${cause}`, 'write its path from the workspace; was the checkout step left out?')
      return empty
    }
    return read(content, reporter(name))
  }

  checkNames(env, mistakes)
  for (const name of ['kubernetes-version', 'os', 'arch'] as const)
    if (parse.list(text(name)).length === 0)
      reporter(name)('names nothing', `write ${inputDefaults[name]}, for example`)
  const ours = facts.catalog.operatingSystems
  const operatingSystems = file('catalog', ours, (content, report) =>
    mergeCatalog(content, ours, facts.catalog.schema('operating-systems'), report),
  )
  const os = chooseSystems(parse.list(text('os')), operatingSystems, reporter('os'))
  const arch = parse.list(text('arch')).map((word) => readArch(word, reporter('arch')))
  checkPairs(os, arch, operatingSystems, reporter('os'))
  const kubernetesVersions = readKubernetes(text('kubernetes-version'), facts.catalog, reporter('kubernetes-version'))
  const region = text('region') || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const checkRegion = (name: 'region' | 'ami-regions', value: string) =>
    oneOf(name, value, regions, 'an AWS region that is known here')
  const amiRegions = readAmiRegions(text('ami-regions'), region, checkRegion)
  const mirror = optional('mirror', parse.mirrorAddress)
  const mirrorTrust = file('mirror-trust', [], parse.fingerprints)
  if (text('mirror') === '' && text('mirror-trust') !== '')
    reporter('mirror-trust')('it adds keys for a mirror, but there is no mirror', 'give mirror too, or leave it out')
  const containerdVersion = matching('containerd-version', /^\d+\.\d+\.\d+$/, 'an exact version', '2.3.7')
  if (containerdVersion?.includes('.'))
    checkContainerd(containerdVersion, kubernetesVersions, facts.catalog, reporter('containerd-version'))
  const lockMode = oneOf(
    'lock',
    text('lock').toLowerCase(),
    ['off', 'use', 'check', 'write'] as const,
    'off, use, check or write',
  )
  const locked =
    lockMode === 'use' || lockMode === 'check'
      ? file('lock-file', undefined, (content, report) => parseLock(text('lock-file'), content, facts.catalog, report))
      : undefined
  const varFile = file('var-file', {}, (content, report) => readVarFile(text('var-file'), content, report))
  const vars = parse.pairs(text('vars'), reporter('vars'))
  checkTemplateVariables(Object.keys(varFile), facts.templateVariables, reporter('var-file'))
  checkTemplateVariables(Object.keys(vars), facts.templateVariables, reporter('vars'))

  const ansibleExtraVars = playbookVariables(
    (await optional('ansible-extra-vars', parse.map)) ?? {},
    {
      packages: text('extra-packages'),
      images: text('pre-pull-images'),
      hooks: text('ansible-hooks') !== '',
      mirror: mirror !== undefined,
    },
    facts.options,
    reporter,
  )
  const systems = Object.keys(facts.catalog.operatingSystems)
  checkSystems(ansibleExtraVars, facts.options, os, systems, reporter('ansible-extra-vars'))
  checkFlatcar(os, operatingSystems, ansibleExtraVars, reporter)
  checkKubeadmConfig(ansibleExtraVars, kubernetesVersions, facts.catalog, reporter('ansible-extra-vars'))

  const inputs: Inputs = {
    kubernetesVersions,
    os,
    operatingSystems,
    arch,
    region: checkRegion('region', region),
    amiRegions,
    containerdVersion,
    kubernetesSource: oneOf(
      'kubernetes-source',
      text('kubernetes-source').toLowerCase(),
      ['package', 'binary'] as const,
      'package or binary',
    ),
    lock: {
      mode: lockMode,
      file: text('lock-file'),
      path: resolve(env.GITHUB_WORKSPACE || '.', text('lock-file')),
      ...(locked && { content: locked }),
    },
    instanceType: matching('instance-type', /^[a-z0-9-]+\.[a-z0-9-]+$/, 'an instance type', 't3.medium'),
    subnetId: matching('subnet-id', /^subnet-[0-9a-f]{8,17}$/, 'a subnet ID', 'subnet-0123456789abcdef0'),
    sshInterface: optional('ssh-interface', (value) =>
      oneOf<SshInterface>('ssh-interface', value, sshInterfaces, 'a way to reach an instance'),
    ),
    sshSourceCidrs: parse.list(text('ssh-source-cidr')).map((value) => {
      if (!parse.isCidr(value))
        reporter('ssh-source-cidr')(`"${value}" is not an address range`, 'it looks like 203.0.113.7/32')
      return value
    }),
    amiName: readAmiName(text('ami-name'), { os, arch, kubernetes: kubernetesVersions }, reporter('ami-name')),
    packerVersion:
      matching('packer-version', /^\d+\.\d+\.\d+$/, 'an exact version', inputDefaults['packer-version']) ?? '',
    mirror,
    mirrorTrust,
    varFile,
    vars,
    ansibleExtraVars,
    ansibleHooks: await optional('ansible-hooks', (value, report) =>
      readHooks(value, env.GITHUB_WORKSPACE || '.', facts, report),
    ),
    tags: readTags(text('tags'), reporter('tags')),
    ifExists: oneOf('if-exists', text('if-exists').toLowerCase(), ['skip', 'rebuild'] as const, 'skip or rebuild'),
    publish: readPublishing({
      text,
      report: reporter,
      region,
      amiRegions,
      test: text('test').toLowerCase(),
      many: { os, arch, kubernetes: kubernetesVersions },
    }),
    rehearse: oneOf(
      'rehearse',
      text('rehearse').toLowerCase(),
      ['false', 'true', 'keep'] as const,
      'true, false or keep',
    ),
    test: oneOf('test', text('test').toLowerCase(), testWords, testWords.join(', ').replace(/, (?=\w+$)/, ' or ')),
    testFocus: selection(text('test-focus'), reporter('test-focus')),
    testSkip: selection(text('test-skip'), reporter('test-skip')),
    testReboot: oneOf('test-reboot', text('test-reboot').toLowerCase(), rebootWords, 'auto, true or false'),
    testTimeout: parse.integer(text('test-timeout'), [1, 1440], reporter('test-timeout')),
    keepFailed:
      oneOf('keep-failed', text('keep-failed').toLowerCase(), ['true', 'false'] as const, 'true or false') === 'true',
    parallelBuilds: parse.integer(text('parallel-builds'), [1, 64], reporter('parallel-builds')),
    timeout: parse.integer(text('timeout'), [1, 1440], reporter('timeout')),
    preflight:
      oneOf('preflight', text('preflight').toLowerCase(), ['true', 'false'] as const, 'true or false') === 'true',
  }
  if (mistakes.length > 0) throw new UserErrors(mistakes)
  return inputs
}

/** A misspelt input is only a warning to the runner, and its default would be used: refuse what is nearly a known name. */
function checkNames(env: Environment, mistakes: UserError[]): void {
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith('INPUT_')) continue
    const name = variable.slice('INPUT_'.length).toLowerCase()
    if ((inputNames as readonly string[]).includes(name)) continue
    const hint = suggest(name, inputNames)
    if (hint.startsWith('did you mean')) mistakes.push(new UserError(`"${name}" is not an input`, hint))
  }
}

function readArch(word: string, report: parse.Report): Arch {
  if ((arches as readonly string[]).includes(word)) return word as Arch
  const alias = Object.hasOwn(archAliases, word.toLowerCase()) ? archAliases[word.toLowerCase()] : undefined
  report(`"${word}" is not an architecture`, alias ? `did you mean "${alias}"?` : suggest(word, arches))
  return 'amd64'
}

function readKubernetes(text: string, catalog: Catalog, report: parse.Report): string[] {
  const minors = Object.keys(catalog.kubernetes).reverse() // newest first: it is suggested when several are as near
  const versions = parse.list(text).map((word) => {
    const match = /^v?((\d+\.\d+)(\.\d+(-[0-9A-Za-z.+~]+)?)?)$/.exec(word)
    if (match === null) report(`"${word}" is not a version`, 'write 1.37, 1.37.2 or 1.37.2-1.1')
    else if (!minors.includes(match[2] ?? ''))
      report(`Kubernetes ${match[2]} is not in the catalogue`, suggest(match[2] ?? '', minors))
    return match?.[1] ?? word
  })
  return [...new Set(versions)]
}

function readAmiRegions(
  text: string,
  region: string,
  check: (name: 'ami-regions', value: string) => string,
): readonly string[] | 'all' {
  const words = parse.list(text)
  if (words.length === 1 && words[0]?.toLowerCase() === 'all') return 'all'
  return [...new Set([region, ...words.map((word) => check('ami-regions', word))])]
}

/** The characters are those that EC2 allows in an AMI's name (CreateImage, parameter Name). */
function readAmiName(
  pattern: string,
  many: Readonly<Record<'os' | 'arch' | 'kubernetes', readonly string[]>>,
  report: parse.Report,
): string {
  for (const [whole, name = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
    if (!(placeholders as readonly string[]).includes(name))
      report(`"${whole}" is not filled in`, suggest(name, placeholders))
  const rest = pattern.replace(/\{[^{}]*\}/g, '')
  const odd = /[^A-Za-z0-9()[\] ./'@_-]/.exec(rest)
  if (odd) report(`"${odd[0]}" may not be in an AMI's name`, "letters, digits and ( ) [ ] . / - ' @ _ may")
  for (const name of ['os', 'arch', 'kubernetes'] as const)
    if (many[name].length > 1 && !pattern.includes(`{${name}}`))
      report(`several images would have one name`, `write {${name}} into it`)
  return pattern
}

function readVarFile(path: string, content: string, report: parse.Report): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    report(
      `${path} is not JSON: ${parse.firstLine(error)}`,
      path.endsWith('.hcl') ? 'write it as .pkrvars.json' : 'mend it; a JSON linter shows the place',
    )
    return {}
  }
  if (parse.isMap(value)) return value
  report(`${path} is not a map of variables`, 'write {"name": "value"}')
  return {}
}

/** EC2's limits on tags (Tag restrictions): 50 a resource, key 128, value 256 characters, `aws:` reserved. */
function readTags(text: string, report: parse.Report): Record<string, string> {
  const tags = parse.pairs(text, report)
  for (const [key, value] of Object.entries(tags)) {
    if (/^(aws:|k8s-image:)/i.test(key)) report(`"${key}" begins with a reserved word`, 'choose another key')
    if (key.length > 128 || value.length > 256)
      report(`"${key.slice(0, 40)}" is too long`, 'at most 128 characters for a key, 256 for a value')
  }
  if (Object.keys(tags).length > 40) report('more than 40 tags', 'EC2 takes 50 a resource, ten are ours')
  return tags
}
