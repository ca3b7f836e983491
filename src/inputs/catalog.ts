/** The user's own operating systems: merges the file in the input `catalog` over our catalogue. */

import { firstLine } from '../lib/errors.js'
import { checkShape, isMap, type Report, type Schema } from '../lib/schema.js'
import type { OperatingSystem } from '../model/system.js'

/**
 * The catalogue with the user's entries. An entry with one of our keys changes ours, member by member. It then counts as the user's own,
 * without our facts about its tests.
 *
 * @param schema of catalog/operating-systems.json. Only our entries need sources.
 */
export function mergeCatalog(
  content: string,
  systems: Readonly<Record<string, OperatingSystem>>,
  schema: Schema,
  report: Report,
): Readonly<Record<string, OperatingSystem>> {
  let own: unknown
  try {
    own = JSON.parse(content)
  } catch (error) {
    report(`is not JSON: ${firstLine(error)}`, 'write {"my-os-1": {"family": "debian", …}}')
    return systems
  }
  if (!isMap(own)) {
    report('is not a map of operating systems', 'write {"my-os-1": {"family": "debian", …}}')
    return systems
  }
  const merged = Object.fromEntries(
    Object.entries(own).map(([key, entry]) => {
      if (!isMap(entry)) return [key, entry]
      const { key: _, facts, ownerElsewhere, ...known } = untested(systems[key])
      // An owner in the user's entry applies to all partitions.
      const ours = 'owner' in entry || ownerElsewhere === undefined ? known : { ...known, ownerElsewhere }
      return [key, { name: key, ...over(ours, entry) }]
    }),
  )
  checkShape(merged, lenient(schema), report)
  checkBases(merged, report)
  const usable = Object.entries(merged).filter(([, entry]) => isMap(entry))
  return {
    ...systems,
    ...Object.fromEntries(usable.map(([key, entry]) => [key, { ...(entry as object), key } as OperatingSystem])),
  }
}

/** Reports architectures without a base AMI (name, ID or parameter). */
function checkBases(systems: Readonly<Record<string, unknown>>, report: Report): void {
  for (const [key, entry] of Object.entries(systems)) {
    const arches = isMap(entry) && isMap(entry.arch) ? entry.arch : {}
    for (const [arch, own] of Object.entries(arches))
      if (isMap(own) && ARCHES.includes(arch) && !BASES.some((name) => Object.hasOwn(own, name)))
        report(`${key}.arch.${arch} has no nameFilter`, `write one of ${BASES.join(', ')}`)
  }
}

const ARCHES = ['amd64', 'arm64']
const BASES = ['nameFilter', 'sourceAmi', 'ssmParameter']

/** The schema without the requirements for our own entries. */
function lenient(schema: Schema): Schema {
  const strip = (part: Schema): Schema => ({
    ...part,
    ...(part.required && {
      required: part.required.filter((name) => !['facts', 'tested', 'distribution', 'nameFilter'].includes(name)),
    }),
    ...(part.properties && {
      properties: Object.fromEntries(Object.entries(part.properties).map(([name, own]) => [name, strip(own)])),
    }),
    ...(part.additionalProperties && { additionalProperties: strip(part.additionalProperties) }),
  })
  return strip(schema)
}

function untested(system: OperatingSystem | undefined): Readonly<Record<string, unknown>> {
  if (system === undefined) return {}
  const arch = Object.entries(system.arch).map(([name, { tested: _, ...rest }]) => [name, rest])
  return { ...system, arch: Object.fromEntries(arch) }
}

/** Merges `changes` over `base`, map by map. */
function over(base: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>>) {
  const result: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(changes)) {
    const before = result[name]
    result[name] = isMap(before) && isMap(value) ? over(before, value) : value
  }
  return result
}
