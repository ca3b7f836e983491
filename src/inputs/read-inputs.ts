/** The inputs of action.yml as a typed `Inputs`. Reports all mistakes at once, before anything is downloaded or called. */

import { resolve } from 'node:path'
import type { Catalog } from '../catalog/catalog.js'
import type { Environment } from '../lib/environment.js'
import { UserErrors } from '../lib/errors.js'
import type { Report } from '../lib/schema.js'
import type { Inputs, SshInterface } from '../model/inputs.js'
import { testMinutes } from '../model/level.js'
import { REGION } from '../model/region.js'
import { checkAgent } from './agent.js'
import { readAmiName } from './ami-name.js'
import { readBuildProxy } from './build-proxy.js'
import { mergeCatalog } from './catalog.js'
import { FILE_HINT, unreadable } from './files.js'
import { checkFlatcar } from './flatcar.js'
import { type HookFacts, readHooks } from './hooks.js'
import { type InputName, inputDefaults } from './names.js'
import { checkSystems, type Options, playbookVariables } from './options.js'
import * as parse from './parse.js'
import { readPublishing } from './publishing.js'
import { checkReach } from './reach.js'
import { inputReader } from './reader.js'
import { readAmiRegions } from './regions.js'
import { checkPairs, chooseSystems, readArch } from './systems.js'
import { readTags } from './tags.js'
import { checkTemplateValues, checkTemplateVariables, readVarFile } from './template-variables.js'
import { rebootWords, selection, skippedBy, testWords } from './tests.js'
import { checkContainerd, checkKubeadmConfig, checkTools, parseLock, readKubernetes } from './versions.js'

const sshInterfaces = ['public_ip', 'private_ip', 'ipv6', 'public_dns', 'private_dns', 'session_manager'] as const

/** Facts that are known before anything is downloaded or called. */
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
  const { mistakes, text, reporter, optional, oneOf, word, yes, matching } = inputReader(env, inputDefaults)
  const workspace = env.GITHUB_WORKSPACE || '.'
  /** The content of the file in an input, parsed by `read`; `empty` without a file. */
  const file = <T>(name: InputName, empty: T, read: (content: string, report: Report) => T): T => {
    const path = text(name)
    if (path === '') return empty
    let content: string
    try {
      content = facts.readFile(resolve(workspace, path))
    } catch (error) {
      reporter(name)(`${path} ${unreadable(error)}`, FILE_HINT)
      return empty
    }
    return read(content, reporter(name))
  }

  for (const name of ['kubernetes-version', 'os', 'arch'] as const)
    if (parse.list(text(name)).length === 0) reporter(name)('is empty', `write ${inputDefaults[name]}, for example`)
  const ours = facts.catalog.operatingSystems
  const operatingSystems = file('catalog', ours, (content, report) =>
    mergeCatalog(content, ours, facts.catalog.schema('operating-systems'), report),
  )
  const os = chooseSystems(parse.list(text('os')), operatingSystems, reporter('os'))
  const arch = parse.list(text('arch')).map((word) => readArch(word, reporter('arch')))
  checkPairs(os, arch, operatingSystems, reporter('os'))
  const kubernetesVersions = readKubernetes(text('kubernetes-version'), facts.catalog, reporter('kubernetes-version'))
  const region = text('region') || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const checkRegion = (name: 'region' | 'ami-regions', value: string) => {
    if (!REGION.test(value)) reporter(name)(`"${value}" is not an AWS region`, 'write it like us-east-1')
    return value
  }
  const amiRegions = readAmiRegions(text('ami-regions'), region, (value) => checkRegion('ami-regions', value))
  const mirror = optional('mirror', parse.mirrorAddress)
  const mirrorTrust = file('mirror-trust', [], parse.fingerprints)
  if (text('mirror') === '' && text('mirror-trust') !== '')
    reporter('mirror-trust')('it adds keys for a mirror, but `mirror` is empty', 'set `mirror` too, or remove it')
  const containerdVersion = matching('containerd-version', /^\d+\.\d+\.\d+$/, 'an exact version', '2.3.7')
  if (containerdVersion?.includes('.'))
    checkContainerd(containerdVersion, kubernetesVersions, facts.catalog, reporter('containerd-version'))
  const lockMode = word('lock', ['off', 'use', 'check', 'write'] as const, 'off, use, check or write')
  const locked =
    lockMode === 'use' || lockMode === 'check'
      ? file('lock-file', undefined, (content, report) => parseLock(text('lock-file'), content, facts.catalog, report))
      : undefined
  const packerVersion =
    matching('packer-version', /^\d+\.\d+\.\d+$/, 'an exact version', inputDefaults['packer-version']) ?? ''
  if (locked !== undefined) checkTools(text('lock-file'), locked, packerVersion, reporter('lock-file'))
  const varFile = file('var-file', {}, (content, report) => readVarFile(text('var-file'), content, report))
  const vars = parse.pairs(text('vars'), reporter('vars'))
  checkTemplateVariables(Object.keys(varFile), facts.templateVariables, reporter('var-file'))
  checkTemplateVariables(Object.keys(vars), facts.templateVariables, reporter('vars'))
  checkTemplateValues(varFile, reporter('var-file'))
  checkTemplateValues(vars, reporter('vars'))

  const ansibleExtraVars = playbookVariables(
    (await optional('ansible-extra-vars', parse.map)) ?? {},
    {
      packages: text('extra-packages'),
      images: text('pre-pull-images'),
      clusterApi: word('cluster-api', ['off', 'aws'] as const, 'off or aws'),
      hooks: text('ansible-hooks') !== '',
      mirror: mirror !== undefined,
    },
    facts.options,
    reporter,
  )
  const systems = Object.keys(facts.catalog.operatingSystems)
  checkSystems(ansibleExtraVars, facts.options, os, systems, reporter('ansible-extra-vars'))
  const { base_ssm_agent: agent } = ansibleExtraVars
  checkAgent(agent, { os, arch }, operatingSystems, systems, reporter('ansible-extra-vars'))
  checkFlatcar(os, operatingSystems, ansibleExtraVars, reporter)
  checkKubeadmConfig(ansibleExtraVars, kubernetesVersions, facts.catalog, reporter('ansible-extra-vars'))

  if (new Set(arch).size > 1 && text('instance-type') !== '')
    reporter('instance-type')(
      'no type runs both architectures',
      'leave it empty, or give each architecture an entry of a config file',
    )

  const test = word('test', testWords, testWords.join(', ').replace(/, (?=\w+$)/, ' or '))
  const inputs: Inputs = {
    kubernetesVersions,
    os,
    operatingSystems,
    arch,
    region: checkRegion('region', region),
    amiRegions,
    containerdVersion,
    kubernetesSource: word('kubernetes-source', ['package', 'binary'] as const, 'package or binary'),
    lock: {
      mode: lockMode,
      file: text('lock-file'),
      path: resolve(workspace, text('lock-file')),
      ...(locked && { content: locked }),
    },
    instanceType: matching('instance-type', /^[a-z0-9-]+\.[a-z0-9-]+$/, 'an instance type', 't3.medium'),
    subnetId: matching('subnet-id', /^subnet-[0-9a-f]{8,17}$/, 'a subnet ID', 'subnet-0123456789abcdef0'),
    associatePublicIp: text('associate-public-ip-address') === '' ? undefined : yes('associate-public-ip-address'),
    sshInterface: optional('ssh-interface', (value) =>
      oneOf<SshInterface>('ssh-interface', value, sshInterfaces, 'a way to reach an instance'),
    ),
    sshSourceCidrs: parse.list(text('ssh-source-cidr')).map((value) => {
      if (!parse.isCidr(value))
        reporter('ssh-source-cidr')(`"${value}" is not an address range`, 'write it like 203.0.113.7/32')
      else if (value.endsWith('/0'))
        reporter('ssh-source-cidr')(`"${value}" is the whole internet`, 'name the ranges that the runner comes from')
      return value
    }),
    amiName: readAmiName(text('ami-name'), { os, arch, kubernetes: kubernetesVersions }, reporter('ami-name')),
    packerVersion,
    mirror,
    mirrorTrust,
    buildProxy: optional('build-proxy', readBuildProxy),
    varFile,
    vars,
    ansibleExtraVars,
    ansibleHooks: await optional('ansible-hooks', (value, report) => readHooks(value, workspace, facts, report)),
    tags: readTags(text('tags'), reporter('tags')),
    ifExists: word('if-exists', ['skip', 'rebuild'] as const, 'skip or rebuild'),
    publish: readPublishing({
      text,
      report: reporter,
      region,
      amiRegions,
      test: text('test').toLowerCase(),
      many: { os, arch, kubernetes: kubernetesVersions },
    }),
    rehearse: word('rehearse', ['false', 'true', 'keep'] as const, 'true, false or keep'),
    test,
    testFocus: selection(text('test-focus'), reporter('test-focus')),
    testSkip: selection(text('test-skip'), reporter('test-skip')) || skippedBy(text('test-focus')),
    testReboot: word('test-reboot', rebootWords, 'auto, true or false'),
    testTimeout:
      text('test-timeout') === ''
        ? testMinutes[test]
        : parse.integer(text('test-timeout'), [1, 1440], reporter('test-timeout')),
    keepFailed: yes('keep-failed'),
    parallelBuilds: parse.integer(text('parallel-builds'), [1, 64], reporter('parallel-builds')),
    timeout: parse.integer(text('timeout'), [1, 1440], reporter('timeout')),
    preflight: yes('preflight'),
  }
  checkReach(inputs, reporter)
  if (mistakes.length > 0) throw new UserErrors(mistakes)
  return inputs
}
