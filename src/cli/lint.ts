import { ConfigError, parseFlags, wantsColour } from "../config.ts"
import type { Finding } from "../policy-tools/lint/lint.ts"
import type { LintKind } from "../policy-tools/lint/policy.ts"
import { readPolicyFiles } from "./policy-files.ts"
import { readParameters, TEMPLATE_FLAGS, TEMPLATE_HELP } from "./template-flags.ts"

const HELP = `hallpass lint PATH...: find what is wrong in policies, and what is worth a second look

A file is YAML or JSON: a policy document, a CloudFormation template, or anything that policies stand in (answers of the
AWS CLI, 'terraform show -json'). Of a directory, the files below it that hold policies. - is standard input. Every finding has an id, its place and what to do; docs/lint.md lists them.

  --kind KIND       what the policies are: identity, managed, trust, bucket, resource (guessed)
  --guest           they are of guests of an identity pool
${TEMPLATE_HELP}
  --strict          warnings fail too
  --json            as JSON

Exit code: 0 nothing wrong, 1 errors (with --strict: or warnings), 2 wrongly given.

Example: hallpass lint --strict policies/*.json template.yaml`

const KINDS: readonly string[] = ["identity", "managed", "trust", "bucket", "resource"] satisfies LintKind[]

export const lint = {
  summary: "find what is wrong in policies, with the place and what to do",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...TEMPLATE_FLAGS,
      kind: { type: "string" },
      guest: { type: "boolean" },
      strict: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    })
    if (values.help) return console.log(HELP)
    if (positionals.length === 0) throw new ConfigError("name the files to look at. 'hallpass lint --help' says more.")
    if (values.kind !== undefined && !KINDS.includes(values.kind))
      throw new ConfigError(`--kind '${values.kind}' is none of ${KINDS.join(", ")}.`)
    // The catalogue of AWS's actions is large, and only this command needs it.
    const { lint: lintFile } = await import("../policy-tools/lint/lint.ts")
    const options = {
      template: readParameters(values),
      kind: values.kind as LintKind | undefined,
      forGuests: values.guest,
    }
    const files = readPolicyFiles(positionals)
    const findings = files.flatMap(({ file, text }) => lintFile(file, text, options))
    if (values.json) console.log(JSON.stringify({ findings }, null, 2))
    else console.log(format(findings, files.length, wantsColour(process.stdout)))
    const fails = findings.some(({ severity }) => severity === "error" || (values.strict && severity === "warning"))
    if (fails) process.exitCode = 1
  },
}

const COLOURS = { error: 31, warning: 33, note: 36 } as const

/** `file:line:column` first, so that terminals and editors can go there. */
function format(findings: readonly Finding[], files: number, colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const lines = findings.map(
    ({ file, line, column, severity, id, policy, message, fix }) =>
      `${file}:${line}:${column}: ${paint(COLOURS[severity], severity)} ${id}${policy ? ` in ${policy}` : ""}: ${message}\n    ${fix}`,
  )
  return [...lines, summary(findings, files)].join("\n")
}

function summary(findings: readonly Finding[], files: number): string {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : `${count} ${severity}${count === 1 ? "" : "s"}`
  })
  const where = files === 1 ? "1 file" : `${files} files`
  return counts.length === 0 ? `Nothing found in ${where}.` : `${counts.join(", ")} in ${where}.`
}
