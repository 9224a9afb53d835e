import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { runTestFile } from "./test-file.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-test-file-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const IMPORTS = `import { describe, test } from "node:test"\n`

async function runText(name: string, text: string, silenceSeconds = 60) {
  const file = join(directory, `${name}.test.ts`)
  writeFileSync(file, IMPORTS + text)
  const { results, fault } = await runTestFile(file, silenceSeconds)
  return { results: results.map(({ name, result }) => `${name}: ${result}`), fault }
}

test("passed, failed and skipped tests are told apart; suites are not counted", async () => {
  const text = `describe("all", () => {
    test("good", () => {})
    test("bad", () => { throw new Error("no") })
    test("later", { skip: "not here" }, () => {})
  })`
  assert.deepEqual(await runText("kinds", text), {
    results: ["good: passed", "bad: failed", "later: skipped"],
    fault: undefined,
  })
})

const FAULTS: [string, string, RegExp][] = [
  ["crashes at load", `throw new Error("at load")`, /ended with 1/],
  ["ends the process", `test("one", () => process.exit(3))`, /ended with 3/],
  ["dies", `process.kill(process.pid, "SIGKILL")`, /ended with SIGKILL/],
  ["is no module", `test("one", `, /ended with 1/],
  ["has no tests", "", /has no tests/],
]
for (const [what, text, fault] of FAULTS)
  test(`a file that ${what} has failed`, async () => {
    assert.match((await runText(what.replaceAll(" ", "-"), text)).fault ?? "", fault)
  })

test("a file that takes longer is not ended while it gets on", async () => {
  const text = `import { setTimeout as sleep } from "node:timers/promises"
    test("talks", async () => {
      for (let i = 0; i < 9; i++) {
        console.log(i)
        await sleep(1000)
      }
    })`
  assert.deepEqual(await runText("talks", text, 6), { results: ["talks: passed"], fault: undefined })
})

test("a file that stands still is ended, and what it started too", async () => {
  const told = join(directory, "port")
  const listen = `const server = require("node:net").createServer().listen(0, "127.0.0.1", () =>
    require("node:fs").writeFileSync(${JSON.stringify(told)}, String(server.address().port)))`
  const text = `import { spawn } from "node:child_process"
    import { existsSync } from "node:fs"
    spawn(process.execPath, ["-e", ${JSON.stringify(listen)}], { stdio: "inherit" })
    test("one", async () => {
      while (!existsSync(${JSON.stringify(told)})) await new Promise((wait) => setTimeout(wait, 10))
    })`
  assert.deepEqual(await runText("endless", text, 6), {
    results: ["one: passed"],
    fault: "stood still for 6 seconds",
  })
  await assert.rejects(once(connect(Number(readFileSync(told, "utf8")), "127.0.0.1"), "connect"), {
    code: "ECONNREFUSED",
  })
})
