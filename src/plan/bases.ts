/** The base AMI of each system: from the lock, or the newest that its publisher has. */
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import type { Inputs } from '../model/inputs.js'
import type { LockedAmi } from '../model/lock.js'
import type { Arch, OperatingSystem, SystemArch } from '../model/system.js'
import type { PlanFacts } from './facts.js'
import { lockedBase, moved } from './locked.js'
import { publishedBy } from './regions.js'
import { checkRootVolume } from './volume.js'

/** The base AMI of one system and architecture. */
export interface Base {
  readonly system: OperatingSystem
  readonly arch: Arch
  readonly ami: LockedAmi
}

/** Finds all base AMIs of the inputs. @throws UserError, or UserErrors with all mistakes */
export async function readBases(inputs: Inputs, facts: PlanFacts): Promise<readonly Base[]> {
  const { file, mode } = inputs.lock
  const pairs = inputs.os.flatMap((os) => inputs.arch.map((arch) => ({ os, arch })))
  return gather(
    pairs.map(async ({ os, arch }): Promise<Base> => {
      const system = inputs.operatingSystems[os]
      const filter = system?.arch[arch]
      if (system === undefined || filter === undefined) throw new Error(`inputs accepted ${os} on ${arch}`)
      const locked = lockedBase(inputs, `${os}-${arch}`, filter)
      if (locked !== undefined && mode === 'use') {
        checkRootVolume(`${os}-${arch}`, locked, inputs)
        await checkPublished(system, arch, locked, inputs, facts)
        return { system, arch, ami: locked }
      }
      const { owner, hint } = publishedBy(system, inputs.region)
      const ami = await facts.ec2.newestAmi({
        ...{ owner, arch, ...baseOf(filter) },
        ...(system.order && { order: system.order }),
      })
      if (ami === undefined)
        throw new UserError(
          'base-ami',
          `${os}-${arch}: there is no base AMI in ${inputs.region}: ${filter.sourceAmi ?? filter.ssmParameter ?? `owner ${owner}, name ${filter.nameFilter}`}`,
          filter.sourceAmi === undefined && filter.ssmParameter === undefined ? hint : NAMED,
        )
      if (EKS.test(ami.name)) throw eksRefusal(`${os}-${arch}`, ami.name)
      checkRootVolume(`${os}-${arch}`, ami, inputs)
      // Without an account, the newest base AMI is unknown.
      if (locked !== undefined && ami.id === '') return { system, arch, ami: locked }
      if (locked !== undefined && locked.id !== ami.id)
        throw moved(file, [`base AMI of ${os}-${arch} ${locked.name} (${locked.id}) -> ${ami.name} (${ami.id})`])
      return { system, arch, ami }
    }),
  )
}

/** How an entry names its base AMI: the first of these members. */
function baseOf({
  sourceAmi,
  ssmParameter,
  nameFilter = '',
}: Partial<SystemArch>): Pick<SystemArch, 'sourceAmi' | 'ssmParameter' | 'nameFilter'> {
  if (sourceAmi !== undefined) return { sourceAmi }
  return ssmParameter === undefined ? { nameFilter } : { ssmParameter }
}

const NAMED = 'name an AMI that is available in this region and of this architecture, with its root volume on EBS'

/** Names of AMIs for EKS, by EKS and Canonical. */
const EKS = /^(amazon|ubuntu)-eks\b/

const eksRefusal = (image: string, name: string) =>
  new UserError(
    'base-ami',
    `${image}: the base AMI ${name} is EKS-optimised: nodeadm configures its kubelet and containerd, and this image would replace both`,
    "build from the distribution's own AMI, which EKS nodes cannot use",
  )

/**
 * Checks that a locked base AMI is one that the catalogue would find: whoever edits the lock could name any public AMI. An entry with an ID
 * is compared before. An SSM parameter may name an AMI of the publisher or of the account.
 */
async function checkPublished(
  system: OperatingSystem,
  arch: Arch,
  { id, name }: LockedAmi,
  { region, lock: { file } }: Inputs,
  { ec2 }: PlanFacts,
): Promise<void> {
  const { nameFilter, sourceAmi } = baseOf(system.arch[arch] ?? {})
  if (sourceAmi !== undefined) return
  const { owner } = publishedBy(system, region)
  for (const each of nameFilter === undefined ? [owner, 'self'] : [owner]) {
    const found = await ec2.newestAmi({ owner: each, arch, nameFilter: nameFilter ?? '*', sourceAmi: id })
    // Without an account, nothing is known.
    if (found?.id === '' || found?.name === name) return
  }
  const holds = `${file} holds the base AMI ${name} (${id}) of ${system.key}-${arch}, but`
  throw nameFilter === undefined
    ? new UserError(
        'lock',
        `${holds} neither ${owner} nor the account has it in ${region}`,
        'if nobody edited the file, the AMI is gone: rewrite it (lock: write); if another account shares it, name that account as `owner` in the file that `catalog` names',
      )
    : new UserError(
        'lock',
        `${holds} ${owner} has no such AMI named ${nameFilter} in ${region}`,
        'if nobody edited the file, the publisher has removed the AMI: rewrite it (lock: write)',
      )
}
