/** The user's template variables. */
import type { Inputs } from './inputs.js'

type Variables = Pick<Inputs, 'vars' | 'varFile'>

/** The value of a template variable, if the user gave one: `vars` override `var-file`. */
export const templateVariable = ({ vars, varFile }: Variables, name: string): unknown => vars[name] ?? varFile[name]

/** The instance profile; undefined for none. */
export const profileOf = (inputs: Variables): string | undefined =>
  String(templateVariable(inputs, 'iam_instance_profile') ?? '') || undefined
