import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { systemClock } from "../base/clock.ts"
import { ConfigError, parseFlags, wantsColour } from "../config.ts"
import type { FileResult } from "../policy-tools/cases/report.ts"
import { painter } from "../policy-tools/explanation/format.ts"
import { SourceError } from "../policy-tools/source/node.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"
import { readParameters, TEMPLATE_FLAGS, TEMPLATE_HELP } from "./template-flags.ts"

const HELP = `hallpass test FILE...: unit tests of policies, in people's terms

A file (YAML or JSON) names policies, or a CloudFormation template, and cases like

  cases:
    - alice in Readers may s3:GetObject on arn:aws:s3:::books/dune
    - guest may not dynamodb:PutItem on arn:aws:dynamodb:us-east-1:123456789012:table/Books

which are decided here, without a server: identity pools choose roles, trust policies are asked, and session policies,
boundaries, resource policies and tags count. docs/testing-policies.md describes the form.

  --verbose         tell why the cases that passed did
  --junit FILE      write JUnit XML
  --json            as JSON
${TEMPLATE_HELP}
  --data-dir PATH, --port NUMBER
                    the running server that 'server: true' means

Exit code: 0 all passed, 1 some failed (or the server is not there), 2 a file cannot be understood.

Example: hallpass test permissions.test.yaml --junit results.xml`

export const test = {
  summary: "run unit tests of policies, offline",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...SERVER_FLAGS,
      ...TEMPLATE_FLAGS,
      verbose: { type: "boolean" },
      junit: { type: "string" },
      json: { type: "boolean" },
    })
    if (values.help) return console.log(HELP)
    if (positionals.length === 0) throw new ConfigError("name the files to run. 'hallpass test --help' says more.")
    const { runFile } = await import("../policy-tools/cases/run-file.ts")
    const { explainCheck, formatJunit, formatResults } = await import("../policy-tools/cases/report.ts")
    const results: FileResult[] = []
    for (const file of positionals) {
      const surroundings = {
        clock: systemClock,
        readFile: (path: string) => readFileSync(join(dirname(file), path), "utf8"),
        addServer: async (world: Parameters<typeof addServer>[1]) => addServer(values, world),
        template: readParameters(values),
      }
      const checks = await runFile(readTestFile(file), surroundings).catch((error) => {
        throw error instanceof SourceError ? new ConfigError(placed(file, error)) : error
      })
      results.push({ file, checks })
    }
    if (values.junit !== undefined) writeFileSync(values.junit, formatJunit(results))
    if (values.json) {
      const checks = results.flatMap(({ file, checks: all }) =>
        all.map((check) => ({
          file,
          line: check.line,
          name: check.name,
          passed: check.passed,
          outcome: check.outcome,
          why: explainCheck(check),
        })),
      )
      console.log(JSON.stringify({ checks }, null, 2))
    } else {
      const options = { paint: painter(wantsColour(process.stdout)), verbose: values.verbose ?? false }
      console.log(formatResults(results, options))
    }
    if (results.some(({ checks }) => checks.some(({ passed }) => !passed))) process.exitCode = 1
  },
}

function readTestFile(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new ConfigError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

/** `file:line:column: what is wrong`. Files that a file names are named as it does, seen from here. */
function placed(file: string, { at, file: other, message }: SourceError): string {
  const where = other === undefined ? file : join(dirname(file), other)
  return `${where}:${at.line}:${at.column}: ${message}${message.endsWith("?") ? "" : "."}`
}

async function addServer(
  values: { "data-dir"?: string; port?: string },
  world: import("../policy-tools/cases/world.ts").World,
): Promise<void> {
  const { addServerTo } = await import("../policy-tools/cases/read-server.ts")
  await addServerTo(world, await findServer(values))
}
