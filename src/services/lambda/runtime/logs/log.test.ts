import assert from "node:assert/strict"
import { PassThrough } from "node:stream"
import { describe, test } from "node:test"
import { eventually } from "../../../../../test/harness/eventually.ts"
import type { RunnableFunction } from "../runtime.ts"
import { createLog } from "./log.ts"

function following() {
  const told: string[] = []
  const target = { onLog: (_stream: string, lines: { text: string }[]) => told.push(...lines.map(({ text }) => text)) }
  const log = createLog(target as unknown as RunnableFunction, "stream", () => 0)
  const output = new PassThrough()
  log.follow(output)
  return { log, output, told }
}

describe("a read of 65,536 empty lines", () => {
  const FLOOD = Buffer.alloc(65_536, "\n")

  test("is taken in turns, and its output waits", async () => {
    const { output, told } = following()
    output.emit("data", FLOOD)
    assert.ok(told.length <= 2_000, `${told.length} in one turn`)
    assert.ok(output.isPaused())
    await eventually(() => told.length === 65_536)
    await eventually(() => !output.isPaused())
  })

  test("is all there when the log is flushed", () => {
    const { log, output, told } = following()
    output.emit("data", Buffer.concat([FLOOD, Buffer.from("the end")]))
    log.flush()
    assert.equal(told.length, 65_537)
    assert.equal(told.at(-1), "the end")
    assert.equal(Buffer.from(log.takeTail()()).subarray(-7).toString(), "the end")
  })

  test("is all there when its writer is gone", async () => {
    const { log, output, told } = following()
    output.emit("data", FLOOD)
    output.destroy()
    await new Promise((resolve) => output.once("close", resolve))
    log.flush()
    assert.equal(told.length, 65_536)
  })
})

test("lines come whole, however they are cut when they come", async () => {
  const { log, output, told } = following()
  for (const bytes of ["one\ntw", "o\n\nthr", "ee", "\nfour"]) output.emit("data", Buffer.from(bytes))
  log.flush()
  assert.deepEqual(told, ["one\n", "two\n", "\n", "three\n", "four"])
})
