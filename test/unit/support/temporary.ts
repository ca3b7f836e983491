import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory for each test, removed after it. Call at the top of a test file. */
export function temporaryDirectory(): () => string {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'k8s-test-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))
  return () => directory
}
