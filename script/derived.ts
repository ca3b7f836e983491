/** Generates files from action.yml: the inputs of plan/action.yml, and the schema of the config file. Run by `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { jobInputNames, outsideConfig } from '../src/inputs/names.ts'

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>
}

/** plan/action.yml with the inputs of action.yml. */
export function withInputs(planYml: string, actionYml: string): string {
  const block = (text: string) => {
    const match = /^inputs:\n[\s\S]*?(?=^outputs:)/m.exec(text)
    if (match === null) throw new Error('no inputs: followed by outputs:')
    return match[0]
  }
  return planYml.replace(block(planYml), () => block(actionYml))
}

const ofTheJob: readonly string[] = jobInputNames
/** Inputs with a fixed list of words. */
const lists = (catalogue: Readonly<Record<string, unknown>>, minors: readonly string[]) => ({
  os: Object.keys(catalogue),
  arch: ['amd64', 'arm64'],
  'kubernetes-version': minors,
})

/**
 * The JSON Schema of the config file (docs/config-file.md). It gives editors names and examples. The action checks the values: it knows
 * the catalogue and the place of a mistake.
 */
export function configSchema(actionYml: string, systems: string, kubernetes: string): string {
  const { inputs } = parse(actionYml) as Action
  const examples: Readonly<Record<string, readonly string[]>> = lists(
    JSON.parse(systems),
    Object.keys(JSON.parse(kubernetes)),
  )
  const word = { type: ['string', 'number', 'boolean'] }
  const settings = Object.entries(inputs)
    .filter(([name]) => !outsideConfig.includes(name))
    .map(([name, input]) => {
      const about = {
        description: input.description,
        ...(input.default === '' ? {} : { default: input.default }),
        ...(examples[name] === undefined ? {} : { examples: examples[name] }),
      }
      if (name === 'ansible-extra-vars') return [name, { ...about, type: ['object', 'string'] }] as const
      return [name, { ...about, $ref: '#/$defs/value' }] as const
    })
  const map = (properties: Readonly<Record<string, unknown>>) => ({
    type: 'object',
    additionalProperties: false,
    properties,
  })
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://raw.githubusercontent.com/org/k8s-image-action/v1/config.schema.json',
    title: 'Images of k8s-image-action',
    description: 'What `.github/k8s-image.yml` may hold.',
    ...map({
      defaults: { description: 'Settings of all images.', ...map(Object.fromEntries(settings)) },
      images: {
        description: 'One entry per image, or per group of images with the same settings.',
        type: 'array',
        minItems: 1,
        items: map({
          name: {
            description: 'Comes before the names of its images; needed where two entries make the same image.',
            type: 'string',
            pattern: '^[a-z0-9][a-z0-9-]{0,30}$',
          },
          required: {
            description: 'Whether a release needs this image. If its build fails, its job fails either way.',
            type: 'boolean',
            default: true,
          },
          ...Object.fromEntries(settings.filter(([name]) => !ofTheJob.includes(name))),
        }),
      },
    }),
    required: ['images'],
    $defs: {
      value: { anyOf: [word, { type: 'array', items: word }, { type: 'object', additionalProperties: word }] },
    },
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

if (import.meta.main) {
  const at = (...parts: string[]) => join(import.meta.dirname, '..', ...parts)
  const read = (...parts: string[]) => readFileSync(at(...parts), 'utf8')
  writeFileSync(at('plan/action.yml'), withInputs(read('plan/action.yml'), read('action.yml')))
  const schema = configSchema(
    read('action.yml'),
    read('catalog/operating-systems.json'),
    read('catalog/kubernetes.json'),
  )
  writeFileSync(at('config.schema.json'), schema)
}
