/** The Systems Manager agent, the variable `base_ssm_agent`: one package for all images of the inputs. */

import { isMap, type Report } from '../lib/schema.js'
import type { Arch, Family, OperatingSystem } from '../model/system.js'

const PACKAGES: Readonly<Partial<Record<Family, string>>> = { debian: '.deb', redhat: '.rpm' }

/**
 * Reports systems and architectures that the agent's package does not fit. `checkFlatcar` reports systems without packages.
 *
 * @param known keys of our own catalogue; only users know what their own systems have
 */
export function checkAgent(
  agent: unknown,
  { os, arch }: { readonly os: readonly string[]; readonly arch: readonly Arch[] },
  systems: Readonly<Record<string, OperatingSystem>>,
  known: readonly string[],
  report: Report,
): void {
  if (!isMap(agent) || Object.keys(agent).length === 0) return
  const { url } = agent
  const others = 'remove it there: a config file can set it per image'
  const snaps = os.filter((key) => known.includes(key) && systems[key]?.distribution === 'ubuntu')
  if (snaps.length > 0)
    report(`base_ssm_agent: AMIs of ${snaps.join(', ')} have the agent as a snap, which refuses the package`, others)
  for (const [family, ending] of Object.entries(PACKAGES)) {
    const unfit = os.filter((key) => !snaps.includes(key) && systems[key]?.family === family)
    if (unfit.length > 0 && typeof url === 'string' && !url.endsWith(ending))
      report(
        `base_ssm_agent: ${unfit.join(', ')} cannot install ${url.replace(/.*\//, '')}`,
        `name a ${ending} package`,
      )
  }
  if (arch.length > 1)
    report(
      `base_ssm_agent: one package does not fit ${arch.join(' and ')}`,
      'write an entry for each architecture into a config file',
    )
}
