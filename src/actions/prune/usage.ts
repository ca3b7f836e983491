/** Finds uses of AMIs in a region: instances, launch templates, Auto Scaling, SSM parameters. */
import type { AutoScaling, AutoScalingGroup, LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling'
import type { DescribeLaunchTemplateVersionsCommandInput, EC2 } from '@aws-sdk/client-ec2'
import type { SSM } from '@aws-sdk/client-ssm'
import pLimit from 'p-limit'
import { PAGE } from '../../aws/amis.js'
import type { Aws } from '../../aws/clients.js'
import { isNotFound } from '../../aws/errors.js'
import { allItems, chunks } from '../../aws/lists.js'
import { AT_ONCE as NAMES_AT_ONCE } from '../../aws/parameters.js'
import { UserError } from '../../lib/errors.js'
import type { Usage } from './decide.js'

/** Concurrent calls in one region. */
const AT_ONCE = 4
/** Items per page: the most for launch templates, Auto Scaling and parameters. */
const TEMPLATES = 200
const GROUPS = 100
const PARAMETERS = 50
/** EC2 may hide resources of other AWS services. A partition without this parameter refuses the call, and all AMIs stay. */
const MANAGED = { IncludeManagedResources: true }

/** Records that something uses the AMIs in a text. */
type Note = (text: string | undefined, what: string) => void

/**
 * Asks every service that may use an AMI. `unknown` lists failed calls, which do not stop the others. Rejects only for a bug.
 */
export async function readUsage(aws: Aws, region: string): Promise<Usage> {
  const [ec2, autoScaling, ssm] = await Promise.all([aws.ec2(region), aws.autoScaling(region), aws.ssm(region)])
  const uses = new Map<string, string[]>()
  /** Parameters, perhaps with a version, that name an AMI in a launch template, and where. */
  const aliases = new Map<string, string>()
  const note: Note = (text, what) => {
    const alias = /^resolve:ssm:(.+)$/.exec(text ?? '')?.[1]
    if (alias !== undefined) aliases.set(alias, what)
    for (const [id] of (text ?? '').matchAll(/\bami-[0-9a-f]{8,17}\b/g)) {
      const known = uses.get(id) ?? []
      if (!known.includes(what)) uses.set(id, [...known, what])
    }
  }
  const questions: readonly (readonly [string, () => Promise<void>])[] = [
    ['instances', () => instances(ec2, note)],
    ['launch templates', () => launchTemplates(ec2, note)],
    ['Auto Scaling groups', () => groups(autoScaling, ec2, note)],
    ['SSM parameters', () => parameters(ssm, note)],
  ]
  const unknown = (await Promise.all(questions.map(answered))).flat()
  const named = () => values(ssm, [...aliases.keys()], (name, value) => note(value, aliases.get(name) ?? name))
  unknown.push(...(await answered(['SSM parameters that launch templates name', named])))
  return { uses, unknown }
}

/** Makes a call, and records a failure. */
async function answered([what, ask]: readonly [string, () => Promise<void>]): Promise<string[]> {
  try {
    await ask()
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return [`${what} (${error.message})`]
  }
}

async function instances(ec2: EC2, note: Note): Promise<void> {
  const pages = ec2.paginateDescribeInstances({ MaxResults: PAGE, ...MANAGED })
  for (const { Instances = [] } of await allItems(pages, ({ Reservations }) => Reservations))
    for (const { State, ImageId, InstanceId } of Instances)
      if (State?.Name !== 'terminated') note(ImageId, `instance ${InstanceId}`)
}

/** All versions of all templates, since an old one may still be launched. */
async function launchTemplates(ec2: EC2, note: Note): Promise<void> {
  const limit = pLimit(AT_ONCE)
  const pages = ec2.paginateDescribeLaunchTemplates({ MaxResults: TEMPLATES, ...MANAGED })
  const templates = await allItems(pages, ({ LaunchTemplates }) => LaunchTemplates)
  await Promise.all(
    templates.map(({ LaunchTemplateId = '' }) =>
      limit(() => versions(ec2, { LaunchTemplateId }, 'launch template', note)),
    ),
  )
}

async function versions(
  ec2: EC2,
  which: DescribeLaunchTemplateVersionsCommandInput,
  what: string,
  note: Note,
): Promise<void> {
  const pages = ec2.paginateDescribeLaunchTemplateVersions({ MaxResults: TEMPLATES, ...MANAGED, ...which })
  const found = await allItems(pages, (page) => page.LaunchTemplateVersions).catch((error) => {
    // A deleted template or version launches nothing.
    if (isNotFound(error)) return []
    throw error
  })
  for (const { LaunchTemplateName, LaunchTemplateData, VersionNumber } of found)
    note(LaunchTemplateData?.ImageId, `${what} ${LaunchTemplateName} version ${VersionNumber}`)
}

/** Auto Scaling groups, by launch configuration, launch template, and each template of a mixed policy. */
async function groups(autoScaling: AutoScaling, ec2: EC2, note: Note): Promise<void> {
  const page = { MaxRecords: GROUPS }
  const [found, configurations] = await Promise.all([
    allItems(autoScaling.paginateDescribeAutoScalingGroups(page), ({ AutoScalingGroups }) => AutoScalingGroups),
    allItems(autoScaling.paginateDescribeLaunchConfigurations(page), (some) => some.LaunchConfigurations),
  ])
  for (const { ImageId, LaunchConfigurationName } of configurations)
    note(ImageId, `launch configuration ${LaunchConfigurationName}`)
  const limit = pLimit(AT_ONCE)
  await Promise.all(
    found.flatMap((group) => {
      const what = `Auto Scaling group ${group.AutoScalingGroupName}`
      for (const { ImageId } of overridesOf(group)) note(ImageId, what)
      return [...templatesOf(group).values()].map((which) =>
        limit(() => versions(ec2, which, `${what}, launch template`, note)),
      )
    }),
  )
}

const overridesOf = (group: AutoScalingGroup) => group.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []

/** The templates that a group names or its instances came from, each once. */
function templatesOf(group: AutoScalingGroup): Map<string, DescribeLaunchTemplateVersionsCommandInput> {
  const named: readonly (LaunchTemplateSpecification | undefined)[] = [
    group.LaunchTemplate,
    group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification,
    ...overridesOf(group).map(({ LaunchTemplateSpecification: own }) => own),
    ...(group.Instances ?? []).map(({ LaunchTemplate }) => LaunchTemplate),
  ]
  return new Map(
    named.flatMap((one) => {
      const { LaunchTemplateId: id, LaunchTemplateName: name, Version: version = '$Default' } = one ?? {}
      const template = id ? { LaunchTemplateId: id } : { LaunchTemplateName: name }
      return id || name ? [[`${id || name} ${version}`, { ...template, Versions: [version] }] as const] : []
    }),
  )
}

/** Values of all unencrypted parameters: EC2 does not resolve encrypted ones either. */
async function parameters(ssm: SSM, note: Note): Promise<void> {
  const pages = ssm.paginateDescribeParameters({
    MaxResults: PARAMETERS,
    ParameterFilters: [{ Key: 'Type', Option: 'Equals', Values: ['String', 'StringList'] }],
  })
  const found = await allItems(pages, ({ Parameters }) => Parameters)
  const names = found.flatMap(({ Name }) => Name ?? [])
  await values(ssm, names, (name, value) => note(value, `SSM parameter ${name}`))
}

/** Values by name, without missing ones. A name may end in `:VERSION`. */
async function values(ssm: SSM, names: readonly string[], use: (name: string, value: string) => void): Promise<void> {
  const limit = pLimit(AT_ONCE)
  await Promise.all(
    chunks(names, NAMES_AT_ONCE).map((Names) =>
      limit(async () => {
        const { Parameters = [] } = await ssm.getParameters({ Names })
        for (const { Name = '', Selector = '', Value = '' } of Parameters) use(`${Name}${Selector}`, Value)
      }),
    ),
  )
}
