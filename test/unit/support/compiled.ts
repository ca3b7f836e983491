/** Compiles src/ to a separate directory, for tests that need their own process. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'

/** Transpiles src/ into `directory`/src, and copies the catalogue that it imports. */
export function compile(directory: string): void {
  for (const name of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    const from = join('src', name)
    const to = join(directory, 'src', name)
    mkdirSync(dirname(to), { recursive: true })
    if (name.endsWith('.json')) cpSync(from, to)
    if (!name.endsWith('.ts')) continue
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024, verbatimModuleSyntax: true }
    const { outputText } = ts.transpileModule(readFileSync(from, 'utf8'), { compilerOptions, fileName: from })
    writeFileSync(to.replace(/\.ts$/, '.js'), outputText)
  }
  cpSync('catalog', join(directory, 'catalog'), { recursive: true })
  writeFileSync(join(directory, 'package.json'), '{"type": "module"}')
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'))
}
