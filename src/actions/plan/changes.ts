/** Differences from the last AMI of a kind, by its tags. Pure. */
import { type Ami, BUILT, OS_TAG, STATE_TAG, TESTED_AT_TAG, TESTED_TAG, VERSIONS_TAG } from '../../aws/ec2.js'
import { minorOf } from '../../catalog/versions.js'
import type { Image } from '../../model/plan.js'
import { PART_NAMES } from '../../report/record.js'
import { isUnresolved } from './reads.js'

/** A part that changed. `from` is undefined if the last AMI's tags lack it. */
export interface Change {
  readonly what: string
  readonly from: string | undefined
  readonly to: string
}

/** Words of the tag, as packer/image/locals.pkr.hcl writes them, and the same for people. */
const PARTS: Readonly<Record<string, string | undefined>> = {
  ...PART_NAMES,
  'cni-plugins': PART_NAMES.cniPlugins,
  sandbox: PART_NAMES.sandboxImage,
  base: 'base AMI',
}

/** The parts of an image by the words of the tag, without an unknown base AMI. */
function partsOf(image: Image): Record<string, string> {
  const { node } = image
  return {
    kubernetes: node.kubernetesDeb,
    containerd: node.containerd.version,
    runc: node.runc.version,
    'cni-plugins': node.cniPlugins.version,
    sandbox: node.sandboxImage.replace(/^.*:/, ''),
    ...(isUnresolved(image) ? {} : { base: image.baseAmi.id }),
  }
}

/** `word=value` pairs of a tag. */
function readVersions(tag: string | undefined): Record<string, string> {
  const pairs = (tag ?? '').split(' ').map((pair) => pair.split('=', 2) as [string, string | undefined])
  return Object.fromEntries(pairs.flatMap(([word, value]) => (value === undefined ? [] : [[word, value]])))
}

/** The newest tested and published AMI of the image's system, architecture and Kubernetes minor. */
export function lastTested(image: Image, amis: readonly Ami[]): Ami | undefined {
  const at = ({ tags }: Ami) => tags[TESTED_AT_TAG] ?? ''
  return amis
    .filter(({ state, tags }) => {
      const { arch, kubernetes } = readVersions(tags[VERSIONS_TAG])
      return (
        state === 'available' &&
        tags[STATE_TAG] === BUILT &&
        tags[TESTED_TAG] !== undefined &&
        tags[OS_TAG] === image.os &&
        arch === image.arch &&
        kubernetes !== undefined &&
        minorOf(kubernetes) === minorOf(image.node.kubernetesVersion)
      )
    })
    .sort((a, b) => (at(a) < at(b) ? 1 : -1))[0]
}

/** Parts that differ from an AMI's. If none do, the playbook, the template or the settings may have changed. */
export function changesSince(image: Image, last: Ami): Change[] {
  const before = readVersions(last.tags[VERSIONS_TAG])
  return Object.entries(partsOf(image)).flatMap(([word, to]) =>
    before[word] === to ? [] : [{ what: PARTS[word] ?? word, from: before[word], to }],
  )
}

/** A change for people. */
export function describeChange({ what, from, to }: Change): string {
  return from === undefined ? `${what} ${to}` : `${what} ${from} -> ${to}`
}
