import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { test } from "node:test"
import { keepRunning } from "./keep-running.ts"

const PATIENCE = { firstMilliseconds: 1, longestMilliseconds: 4, steadyMilliseconds: 600_000, attempts: 4 }
const run = (code: string) => spawn(process.execPath, ["-e", code], { stdio: "ignore" })

function listener() {
  const told: string[] = []
  const { promise, resolve } = Promise.withResolvers<string>()
  return { told, reason: promise, tell: (line: string) => void told.push(line), gaveUp: resolve }
}

test("what ends again and again is begun again, after longer pauses, and then given up", async () => {
  const heard = listener()
  let begun = 0
  const begin = () => {
    begun++
    return run("process.exit(3)")
  }
  keepRunning(run("process.kill(process.pid, 'SIGKILL')"), begin, heard, PATIENCE)
  assert.equal(await heard.reason, "A worker ended with 3, as 4 in a row did soon after they had begun.")
  assert.equal(begun, 3)
  assert.deepEqual(heard.told, [
    "A worker was ended by SIGKILL by itself. Another takes its place in 0.002 seconds.",
    "A worker ended with 3 by itself. Another takes its place in 0.004 seconds.",
    "A worker ended with 3 by itself. Another takes its place in 0.004 seconds.",
  ])
})

test("what has lived for a while is begun again however often", async () => {
  const heard = listener()
  const { promise, resolve } = Promise.withResolvers<void>()
  let begun = 0
  const begin = () => {
    if (++begun === 6) resolve()
    return run(begun < 6 ? "process.exit(1)" : "setInterval(() => {}, 1000)")
  }
  const place = keepRunning(run("process.exit(0)"), begin, heard, { ...PATIENCE, steadyMilliseconds: 0 })
  await promise
  await place.end("SIGTERM")
  assert.equal(heard.told.length, 6)
})

test("what cannot even be begun is tried again, and given up", async () => {
  const heard = listener()
  const begin = () => spawn("/no/such/program", { stdio: "ignore" })
  keepRunning(begin(), begin, heard, PATIENCE)
  assert.match(await heard.reason, /could not be begun \(spawn \/no\/such\/program ENOENT\), as 4 in a row/)
})

test("what was asked to end is not begun again, nor is what waits for its turn", async () => {
  const heard = listener()
  const child = run("setInterval(() => {}, 1000)")
  await once(child, "spawn")
  const place = keepRunning(child, () => assert.fail("begun again"), heard, PATIENCE)
  await place.end("SIGTERM")
  assert.equal(child.signalCode, "SIGTERM")
  const gone = run("process.exit(0)")
  const other = keepRunning(gone, () => assert.fail("begun again"), heard, {
    ...PATIENCE,
    firstMilliseconds: 60_000,
    longestMilliseconds: 60_000,
  })
  await once(gone, "exit")
  await other.end("SIGTERM")
  assert.equal(heard.told.length, 1)
})
