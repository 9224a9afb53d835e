import type { Explanation, StatementExplanation } from "../../policy/index.ts"
import { formatPolicy, type Paint } from "../explanation/format.ts"
import type { Check } from "./run-case.ts"

/** The checks of one file. */
export interface FileResult {
  file: string
  checks: readonly Check[]
}

export interface ReportOptions {
  paint: Paint
  /** Those that passed as well, with their reasons. */
  verbose: boolean
}

/** What people read. */
export function formatResults(results: readonly FileResult[], { paint, verbose }: ReportOptions): string {
  const lines = results.flatMap(({ file, checks }) =>
    checks.flatMap((check) => {
      const { passed, name, line } = check
      if (passed) return verbose ? [`${paint("green", "✓")} ${name}`, ...whyOf(check, paint)] : []
      return [`${paint("red", "✗")} ${name}`, paint("dim", `  ${file}:${line}`), ...whyOf(check, paint), ""]
    }),
  )
  const checks = results.flatMap((result) => result.checks)
  const failed = checks.filter(({ passed }) => !passed).length
  return [...lines, `${checks.length - failed} passed, ${failed} failed.`].join("\n")
}

/** Why it came as it did. */
function whyOf({ outcome, explanation, refused }: Check, paint: Paint): string[] {
  const decided = explanation ?? refused?.trust
  const because = refused?.because === undefined ? [] : [`  ${JSON.stringify(refused.because)}`]
  return [`  ${outcome}`, ...because, ...(decided ? formatRelevant(decided, paint) : [])]
}

/**
 * Of a missing Allow, the statements that are about the action and what keeps them from applying: what was asked may have
 * been meant by one of them. Of everything else, the statements that made it so.
 */
function formatRelevant({ policies, because }: Explanation, paint: Paint): string[] {
  if (because.reason !== "no allow")
    return policies.flatMap((policy) => {
      const statements = policy.statements.filter(({ applies }) => applies)
      return statements.length > 0 ? formatPolicy({ ...policy, statements }, paint) : []
    })
  const missing = policies.filter(({ policyType }) => policyType === because.policyType)
  if (missing.length === 0) return [`  There is no ${because.policyType} policy.`]
  return missing.flatMap((policy) => {
    const statements = policy.statements.filter(isAboutAction)
    const [title, ...lines] = formatPolicy({ ...policy, statements }, paint)
    return statements.length > 0 ? [title!, ...lines] : [`${title} allows nothing of this action`]
  })
}

const isAboutAction = ({ effect, mismatches }: StatementExplanation): boolean =>
  effect === "Allow" && mismatches.every(({ element }) => element !== "Action" && element !== "NotAction")

/** The same without colours, for JUnit and JSON. */
export const explainCheck = (check: Check): string =>
  whyOf(check, (_, text) => text)
    .join("\n")
    .trim()

/** What CI systems read: JUnit's XML. */
export function formatJunit(results: readonly FileResult[]): string {
  const count = (checks: readonly Check[]) =>
    `tests="${checks.length}" failures="${checks.filter(({ passed }) => !passed).length}"`
  const suites = results.map(({ file, checks }) => {
    const cases = checks.map((check) => {
      const head = `    <testcase name="${escapeXml(check.name)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" line="${check.line}"`
      if (check.passed) return `${head}/>`
      return `${head}>\n      <failure message="${escapeXml(check.outcome)}">${escapeXml(explainCheck(check))}</failure>\n    </testcase>`
    })
    return [`  <testsuite name="${escapeXml(file)}" ${count(checks)} errors="0">`, ...cases, "  </testsuite>"].join(
      "\n",
    )
  })
  const all = results.flatMap(({ checks }) => checks)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="hallpass test" ${count(all)} errors="0">\n${suites.join("\n")}\n</testsuites>\n`
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
}

/** XML 1.0 has no way to write the other control characters. */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const escapeXml = (text: string): string =>
  text.replace(UNWRITABLE, "\ufffd").replace(/[&<>"']/g, (one) => ESCAPES[one]!)
