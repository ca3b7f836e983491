/** AMIs with a provisional name. They get their final name when they have passed their test. */

/** Tag with the final name, on AMIs that had a provisional one. The named AMI keeps it. */
export const NAME_TAG = 'k8s-image:name'

/** The properties that show whether an AMI has its final name. */
export interface NamedThing {
  readonly name?: string
  readonly tags: Readonly<Record<string, string>>
}

/** The final name of an AMI that does not have it yet, else undefined. */
export function nameToCome({ name, tags }: NamedThing): string | undefined {
  const final = tags[NAME_TAG]
  return final === undefined || final === '' || final === name ? undefined : final
}
