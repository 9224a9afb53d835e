// Everything that must hold: types, lint, and every test. Prints what was run and what was not.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { run } from "node:test"
import { spec } from "node:test/reporters"
import { filesBelow, root } from "./sources.ts"

const bin = (name: string) => join(root, "node_modules", ".bin", name)

function check(title: string, command: string, args: string[]): boolean {
  console.log(`\n# ${title}`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
  if (status !== 0) console.log(`${title}: failed`)
  return status === 0
}

const wanted = process.argv.slice(2)
const checked =
  wanted.length > 0 ||
  [check("Types", bin("tsc"), ["--noEmit"]), check("Lint", bin("biome"), ["check", "--error-on-warnings", "."])].every(
    Boolean,
  )

console.log("\n# Tests")
const files = ["src", "tools", "test", "bench", "examples"]
  .flatMap(filesBelow)
  .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
const count = { passed: 0, failed: 0, skipped: 0 }
const skipped: string[] = []
const stream = run({ files: files.map((file) => join(root, file)), concurrency: 2, timeout: 15 * 60_000 })
stream.on("test:pass", ({ name, skip, details }) => {
  if (details.type === "suite") return
  if (skip === undefined) count.passed++
  else {
    count.skipped++
    skipped.push(`${name}${typeof skip === "string" ? `: ${skip}` : ""}`)
  }
})
stream.on("test:fail", ({ details }) => {
  if (details.type !== "suite") count.failed++
})
stream.compose(new spec()).pipe(process.stdout)
stream.on("end", () => {
  process.nextTick(() => {
    for (const what of skipped) console.log(`SKIPPED ${what}`)
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
    if (!checked) console.log("Types or lint failed: see above.")
    const mustRunAll = process.env.CI === "true" && count.skipped > 0
    if (mustRunAll) console.log("In CI every test must run: the skipped ones count as failures.")
    process.exitCode = count.failed > 0 || !checked || mustRunAll || count.passed === 0 ? 1 : 0
  })
})
