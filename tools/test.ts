/**
 * Everything that must hold: types, lint, and every test. `node tools/test.ts PART...` runs the files alone whose paths
 * hold one of the parts. The last line is `N passed, N failed, N skipped`; types and lint count as one each.
 */
import { spawnSync } from "node:child_process"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { installPrograms } from "../test/harness/debian.ts"
import { filesBelow, root } from "./sources.ts"
import { type FileRun, killAll, runTestFile } from "./test-file.ts"

const AT_ONCE = Math.min(2, availableParallelism())
/** What neither prints nor ends a test for so long hangs. A slow machine is no fault: nothing else is limited. */
const SILENCE_SECONDS = 10 * 60

const count = { passed: 0, failed: 0, skipped: 0 }
const faults: string[] = []
const skipped: string[] = []

const parts = process.argv.slice(2)
// Those over the wire take longest, and come first: none is waited for alone in the end.
const files = ["test", "src", "tools", "bench", "examples"]
  .flatMap(filesBelow)
  .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    killAll()
    faults.push(`${signal} ended the run before its time`)
    count.failed++
    report()
    process.exit(1)
  })

if (parts.length === 0) {
  installPrograms()
  check("Types", "tsc", ["--noEmit"])
  for (const example of ["books", "group-folders"])
    check(`Types of examples/${example}`, "tsc", ["--noEmit", "-p", `examples/${example}`])
  check("Lint", "biome", ["check", "--error-on-warnings", "."])
}
await Promise.all(Array.from({ length: AT_ONCE }, runFiles))
report()

async function runFiles(): Promise<void> {
  for (let file = files.shift(); file !== undefined; file = files.shift())
    take(file, await runTestFile(file, SILENCE_SECONDS))
}

function take(file: string, { results, fault, output, seconds }: FileRun): void {
  const of = (wanted: string) => results.filter(({ result }) => result === wanted)
  const failed = of("failed")
  count.passed += of("passed").length
  count.failed += failed.length + (fault === undefined ? 0 : 1)
  count.skipped += of("skipped").length
  for (const { name } of failed) faults.push(`${file}: ${name}`)
  if (fault !== undefined) faults.push(`${file} ${fault}`)
  for (const { name, reason } of of("skipped")) skipped.push(`${file}: ${name}${reason ? ` (${reason})` : ""}`)
  const isGood = failed.length === 0 && fault === undefined
  console.log(`${isGood ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${file}  ${results.length} tests`)
  if (!isGood) console.log(`${output}${fault === undefined ? "" : `\n${file} ${fault}\n`}`)
}

function check(title: string, program: string, args: string[]): void {
  const { status } = spawnSync(join(root, "node_modules/.bin", program), args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: SILENCE_SECONDS * 1000,
  })
  count[status === 0 ? "passed" : "failed"]++
  if (status !== 0) faults.push(title)
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${title}`)
}

function report(): void {
  const mustRunAll = process.env.CI === "true"
  if (skipped.length > 0) console.log(`\nSkipped:\n  ${skipped.join("\n  ")}`)
  if (faults.length > 0) console.log(`\nFailed:\n  ${faults.join("\n  ")}`)
  if (mustRunAll && skipped.length > 0) {
    console.log("In CI every test must run: those that were skipped have failed.")
    count.failed += count.skipped
    count.skipped = 0
  }
  if (count.passed === 0) process.exitCode = 1
  if (count.failed > 0) process.exitCode = 1
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
}
