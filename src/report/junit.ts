import type { BuildResult } from '../model/result.js'

/** The tests of all images as JUnit XML, in the dialect that GitHub's and Jenkins's readers share: one suite per image. */
export function junit(results: readonly BuildResult[]): string {
  const suites = results.filter(wasTested).map(suite)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`
}

type Tested = BuildResult & { readonly test: NonNullable<BuildResult['test']> }

/** Whether this run tested the image: AMIs of earlier runs have no checks. */
export function wasTested(result: BuildResult): result is Tested {
  const { test } = result
  return test !== undefined && (test.checks.length > 0 || !test.passed)
}

function suite({ image, failures, test }: Tested): string {
  const cases = test.checks.map((check) => {
    const head = `    <testcase classname="${xml(`${image.key}.${check.level}`)}" name="${xml(check.name)}" time="${check.seconds}"`
    return check.passed ? `${head}/>\n` : `${head}>${failure(check.message, check.evidence)}</testcase>\n`
  })
  // Checks that were not reached have no case, but the failure before them has one.
  const early = !test.passed && test.checks.every(({ passed }) => passed)
  if (early) {
    const [first] = failures
    cases.push(
      `    <testcase classname="${xml(image.key)}" name="reached" time="${test.seconds}">${failure(first?.message ?? 'not tested to the end', first?.evidence ?? '')}</testcase>\n`,
    )
  }
  const failed = test.checks.filter(({ passed }) => !passed).length + (early ? 1 : 0)
  return `  <testsuite name="${xml(image.key)}" tests="${cases.length}" failures="${failed}" errors="0" skipped="0" time="${test.seconds}" timestamp="${test.at}">\n${cases.join('')}  </testsuite>\n`
}

function failure(message: string, evidence: string): string {
  return `<failure message="${xml(message)}">${xml(evidence)}</failure>`
}

/** Characters that XML 1.0 does not allow at all are left out. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
}
