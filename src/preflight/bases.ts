/** The base AMIs of a group of images: what features depend on them. Pure. */
import type { BaseFacts, PreflightInputs } from './feature.js'

/** Systems whose AMIs AWS bills a licence for, for base AMIs that are not known. */
const WITH_FEE = /^(rhel|sles)-/

/** Whether an image of the group gets its name by a copy (src/aws/registration.ts). */
export const namesByCopy = ({ os, bases = os.map((key) => ({ os: key })) }: PreflightInputs): boolean =>
  bases.some(({ os: key, needsCopy = WITH_FEE.test(key) }: BaseFacts) => needsCopy)

/** Whether a base AMI of the group is encrypted, so that all its AMIs are. */
export const startsEncrypted = ({ bases = [] }: Pick<PreflightInputs, 'bases'>): boolean =>
  bases.some(({ encrypted = false }) => encrypted)

/** Whether an SSM parameter names a base AMI of the group. */
export const readsParameter = ({ os, arch, operatingSystems }: PreflightInputs): boolean =>
  os.some((key) =>
    arch.some((each) => {
      const { sourceAmi, ssmParameter } = operatingSystems[key]?.arch[each] ?? {}
      return sourceAmi === undefined && ssmParameter !== undefined
    }),
  )
