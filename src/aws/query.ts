/** The query protocol of EC2 and Auto Scaling: parameters as a form, answers as XML. Pure. */
import type { Protocol } from './client.js'

/** Parameters of a call; a list is numbered from 1 (`Filter.1.Name`), an undefined value is left out. */
export type Params = { readonly [name: string]: Param }
type Param = string | boolean | undefined | Params | readonly Param[]

/** The versions of the APIs that are spoken. */
const VERSIONS = { ec2: '2016-11-15', autoscaling: '2011-01-01', sts: '2011-06-15' } as const

/** Services that speak it. */
export type QueryService = keyof typeof VERSIONS

/** How its calls are written and read. */
export const query = (service: QueryService): Protocol<Params, Element> => ({
  request: (action, params) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: encodeCall(action, params, VERSIONS[service]),
  }),
  answer: parseXml,
  error: errorIn,
})

/** A call as the body of a POST. */
export function encodeCall(action: string, params: Params, version: string = VERSIONS.ec2): string {
  const form = new URLSearchParams({ Action: action, Version: version })
  const add = (name: string, value: Param): void => {
    if (value === undefined) return
    if (Array.isArray(value)) for (const [at, item] of value.entries()) add(`${name}.${at + 1}`, item)
    else if (typeof value === 'object') for (const [key, part] of Object.entries(value)) add(`${name}.${key}`, part)
    else form.append(name, String(value))
  }
  for (const [name, value] of Object.entries(params)) add(name, value)
  return form.toString()
}

/** An element of an answer: its text, and its children in order. */
export interface Element {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
}

/**
 * Reads the XML that EC2 answers with: elements and text, no attributes of interest, no mixed content.
 *
 * @throws Error when it is not that
 */
export function parseXml(xml: string): Element {
  interface Open {
    name: string
    text: string
    children: Element[]
  }
  const top: Open = { name: '', text: '', children: [] }
  const open: Open[] = [top]
  const pattern = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^<>]*?(\/?)>|([^<]+)/gy
  let end = 0
  for (let match = pattern.exec(xml); match !== null; match = pattern.exec(xml)) {
    end = pattern.lastIndex
    const [, closing, name, empty, text] = match
    const current = open.at(-1) ?? top
    if (text !== undefined) current.text += decode(text)
    else if (name === undefined) continue
    else if (closing) {
      if (current.name !== name || open.length < 2) throw new Error(`unexpected </${name}> in an answer of EC2`)
      open.pop()
    } else {
      const element: Open = { name, text: '', children: [] }
      current.children.push(element)
      if (!empty) open.push(element)
    }
  }
  const [root] = top.children
  if (end !== xml.length || open.length !== 1 || root === undefined) throw new Error('an answer of EC2 is no XML')
  return root
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
  })
}

/** The text below a path of names; undefined where there is none. */
export function textAt(element: Element, ...path: readonly string[]): string | undefined {
  let current: Element | undefined = element
  for (const name of path) current = current?.children.find((child) => child.name === name)
  return current === undefined ? undefined : current.text.trim()
}

/** The items of a list, such as `imagesSet`; none when it is not there. */
export function itemsAt(element: Element, name: string): readonly Element[] {
  return element.children.find((child) => child.name === name)?.children ?? []
}

/** Code and message of an error answer; undefined when it is none. */
export function errorIn(body: string): { code: string; message: string } | undefined {
  const code = /<Code>([^<]+)<\/Code>/.exec(body)?.[1]
  if (code === undefined) return undefined
  return { code: decode(code), message: decode(/<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? '') }
}
