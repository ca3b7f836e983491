/** The wording of all failures in one table. Other tests assert codes, so only this test shows changed words. */
import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

interface Message {
  readonly code: string
  /** As written, with `…` for each value. */
  readonly words: string
  readonly hint: string
}

/** Possible texts of an expression; `…` stands for a value. */
function texts(node: ts.Node | undefined): string[] {
  if (node === undefined) return ['']
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')]
  if (ts.isParenthesizedExpression(node)) return texts(node.expression)
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)]
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return texts(node.left).flatMap((left) => texts(node.right).map((right) => left + right))
  return ['…']
}

/** Names of the functions that collect mistakes in the inputs: `report(message, hint)`, `report(input)(message, hint)`. */
const COLLECTORS = new Set(['report', 'reporter', 'fail'])

/** A reported mistake in the inputs: the call's first text with a space, and the text after it. */
function reported(call: ts.CallExpression): Message | undefined {
  const named = ts.isCallExpression(call.expression) ? call.expression.expression : call.expression
  if (!ts.isIdentifier(named) || !COLLECTORS.has(named.text)) return undefined
  const given = call.arguments.map((each) => texts(each).join(' | '))
  const at = given.findIndex((text) => /\w \S|\S \w/.test(text))
  return at < 0 ? undefined : { code: 'input', words: given[at] ?? '', hint: given[at + 1] ?? '' }
}

/** Every `new UserError(code, message, hint)` of the action, and every mistake in its inputs. */
function messages(): Message[] {
  return globSync('src/**/*.ts')
    .sort()
    .flatMap((path) => {
      const found: Message[] = []
      const visit = (node: ts.Node): void => {
        if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'UserError') {
          const [code, words, hint] = (node.arguments ?? []).map(texts)
          found.push({ code: code?.join(' | ') ?? '', words: words?.join(' | ') ?? '', hint: hint?.join(' | ') ?? '' })
        }
        const mistake = ts.isCallExpression(node) ? reported(node) : undefined
        if (mistake !== undefined) found.push(mistake)
        ts.forEachChild(node, visit)
      }
      visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true))
      return found
    })
}

const all = messages()

test('the words of every failure', () => {
  const lines = all.map(({ code, words, hint }) =>
    [`[${code}] ${words}`, ...(hint === '' ? [] : [`    -> ${hint}`])].join('\n'),
  )
  expect(`\n${[...new Set(lines)].sort().join('\n')}\n`).toMatchSnapshot()
})

test.each(all.map(({ words, hint }) => [words, hint]))('%s: short sentences, in plain words', (words, hint) => {
  for (const sentence of `${words}\n${hint}`.split(/[.:;]\s|\n|\s\|\s/))
    expect(sentence.split(/\s+/).length).toBeLessThanOrEqual(25)
  expect(`${words} ${hint}`).not.toMatch(/\b(told|tells?|shall|dice|all the same|of which|is wanted|to be had)\b/)
})
