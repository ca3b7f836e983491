/** AMIs that do not have their final name yet: they get it when they have passed their test. */

/** On an AMI that was made under a provisional name: its final one. It stays on the AMI that has that name. */
export const NAME_TAG = 'k8s-image:name'

/** What tells whether an AMI has its final name. */
export interface NamedThing {
  readonly name?: string
  readonly tags: Readonly<Record<string, string>>
}

/** The final name of an AMI that does not have it yet; undefined when it has. */
export function nameToCome({ name, tags }: NamedThing): string | undefined {
  const final = tags[NAME_TAG]
  return final === undefined || final === '' || final === name ? undefined : final
}
