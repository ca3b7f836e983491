/** What uses AMIs in a region: instances, launch templates, Auto Scaling, SSM parameters. */
import pLimit from 'p-limit'
import type { AwsCalls } from '../../aws/calls.js'
import type { Call, JsonCall } from '../../aws/client.js'
import { errorCode } from '../../aws/errors.js'
import { allItems, chunks } from '../../aws/lists.js'
import { type Element, itemsAt, textAt } from '../../aws/query.js'
import { UserError } from '../../lib/errors.js'
import type { Usage } from './decide.js'

/** Calls of one region at once. */
const AT_ONCE = 4
/** Names that GetParameters takes. */
const PARAMETERS = 10

/** Notes that something uses an AMI. Text that names no AMI is passed over; one that names several counts for each. */
type Note = (text: string | undefined, what: string) => void

/**
 * Asks all that may use an AMI. A question that is refused or fails does not end the others: it is told in `unknown`.
 * Rejects only with what is a mistake of ours.
 */
export async function readUsage(calls: AwsCalls, region: string): Promise<Usage> {
  const ec2 = calls.query('ec2', region)
  const ssm = calls.json('ssm', region)
  const uses = new Map<string, string[]>()
  /** Parameters, perhaps with a version, that stand for an AMI in a launch template, and where. */
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
    ['Auto Scaling groups', () => autoScaling(calls.query('autoscaling', region), ec2, note)],
    ['SSM parameters', () => parameters(ssm, note)],
  ]
  const unknown = (await Promise.all(questions.map(answered))).flat()
  const named = () => values(ssm, [...aliases.keys()], (name, value) => note(value, aliases.get(name) ?? name))
  unknown.push(...(await answered(['SSM parameters that launch templates name', named])))
  return { uses, unknown }
}

/** Asks, and tells what could not be answered. */
async function answered([what, ask]: readonly [string, () => Promise<void>]): Promise<string[]> {
  try {
    await ask()
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return [`${what} (${error.message})`]
  }
}

async function instances(ec2: Call, note: Note): Promise<void> {
  for (const reservation of await allItems(ec2, 'DescribeInstances', 'reservationSet', { MaxResults: '1000' })) {
    for (const instance of itemsAt(reservation, 'instancesSet')) {
      if (textAt(instance, 'instanceState', 'name') === 'terminated') continue
      note(textAt(instance, 'imageId'), `instance ${textAt(instance, 'instanceId')}`)
    }
  }
}

/** Every version of every template: an old one may be what somebody launches. */
async function launchTemplates(ec2: Call, note: Note): Promise<void> {
  const limit = pLimit(AT_ONCE)
  const templates = await allItems(ec2, 'DescribeLaunchTemplates', 'launchTemplates', { MaxResults: '200' })
  await Promise.all(
    templates.map((template) =>
      limit(() =>
        versions(ec2, { LaunchTemplateId: textAt(template, 'launchTemplateId') ?? '' }, 'launch template', note),
      ),
    ),
  )
}

async function versions(
  ec2: Call,
  which: { readonly [name: string]: string | readonly string[] },
  what: string,
  note: Note,
): Promise<void> {
  const found = await allItems(ec2, 'DescribeLaunchTemplateVersions', 'launchTemplateVersionSet', {
    MaxResults: '200',
    ...which,
  }).catch((error) => {
    // A template or version that is gone launches nothing.
    if (/NotFound(Exception)?$/.test(errorCode(error instanceof UserError ? error.cause : error))) return []
    throw error
  })
  for (const version of found) {
    const name = textAt(version, 'launchTemplateName')
    note(
      textAt(version, 'launchTemplateData', 'imageId'),
      `${what} ${name} version ${textAt(version, 'versionNumber')}`,
    )
  }
}

/** Groups by what they launch: their launch configuration, their launch template, and each of a mixed policy. */
async function autoScaling(autoscaling: Call, ec2: Call, note: Note): Promise<void> {
  const members = async (action: string, list: string): Promise<Element[]> => {
    const items: Element[] = []
    for (let NextToken: string | undefined; ; ) {
      const answer = await autoscaling(action, { NextToken, MaxRecords: '100' })
      const result = answer.children.find(({ name }) => name === `${action}Result`)
      if (result === undefined) throw new Error(`an answer of ${action} without a result`)
      items.push(...itemsAt(result, list))
      NextToken = textAt(result, 'NextToken') || undefined
      if (NextToken === undefined) return items
    }
  }
  const [groups, configurations] = await Promise.all([
    members('DescribeAutoScalingGroups', 'AutoScalingGroups'),
    members('DescribeLaunchConfigurations', 'LaunchConfigurations'),
  ])
  for (const one of configurations)
    note(textAt(one, 'ImageId'), `launch configuration ${textAt(one, 'LaunchConfigurationName')}`)
  const limit = pLimit(AT_ONCE)
  await Promise.all(
    groups.flatMap((group) => {
      const what = `Auto Scaling group ${textAt(group, 'AutoScalingGroupName')}, launch template`
      // Overrides of a mixed policy may name an AMI or a template of their own.
      for (const id of within(group, 'ImageId')) note(id.text, what.replace(', launch template', ''))
      const specifications = [...within(group, 'LaunchTemplate'), ...within(group, 'LaunchTemplateSpecification')]
      const wanted = new Map(specifications.flatMap((one) => specification(one)))
      return [...wanted.values()].map((which) => limit(() => versions(ec2, which, what, note)))
    }),
  )
}

/** What DescribeLaunchTemplateVersions takes for a template that a group names; none for what only holds one. */
function specification(element: Element): [string, { readonly [name: string]: string | readonly string[] }][] {
  const id = textAt(element, 'LaunchTemplateId')
  const name = textAt(element, 'LaunchTemplateName')
  if (!id && !name) return []
  const version = textAt(element, 'Version') || '$Default'
  const template = id ? { LaunchTemplateId: id } : { LaunchTemplateName: name ?? '' }
  return [[`${id || name} ${version}`, { ...template, LaunchTemplateVersion: [version] }]]
}

/** All elements of a name, at any depth. */
function within(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...within(child, name)])
}

/** Values of all parameters that are not encrypted: EC2 itself does not resolve an encrypted one either. */
async function parameters(ssm: JsonCall, note: Note): Promise<void> {
  const names: string[] = []
  for (let NextToken: string | undefined; ; ) {
    const page = (await ssm('DescribeParameters', {
      MaxResults: 50,
      ParameterFilters: [{ Key: 'Type', Option: 'Equals', Values: ['String', 'StringList'] }],
      NextToken,
    })) as { Parameters?: { Name?: string }[]; NextToken?: string }
    names.push(...(page.Parameters ?? []).flatMap(({ Name }) => Name ?? []))
    NextToken = page.NextToken
    if (!NextToken) break
  }
  await values(ssm, names, (name, value) => note(value, `SSM parameter ${name}`))
}

/** Values by name; what is not there is passed over. A name may end in `:VERSION`. */
async function values(
  ssm: JsonCall,
  names: readonly string[],
  use: (name: string, value: string) => void,
): Promise<void> {
  const limit = pLimit(AT_ONCE)
  await Promise.all(
    chunks(names, PARAMETERS).map((Names) =>
      limit(async () => {
        const { Parameters = [] } = (await ssm('GetParameters', { Names })) as {
          Parameters?: { Name?: string; Selector?: string; Value?: string }[]
        }
        for (const { Name = '', Selector = '', Value = '' } of Parameters) use(`${Name}${Selector}`, Value)
      }),
    ),
  )
}
