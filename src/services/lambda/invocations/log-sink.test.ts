import assert from "node:assert/strict"
import { test } from "node:test"
import type { LogBatch } from "../../../peers.ts"
import { StoreError } from "../../../store/errors.ts"
import { createLogSink } from "./log-sink.ts"

const actor = {
  roleArn: "arn:aws:iam::123456789012:role/r",
  sessionName: "f",
  region: "eu-west-1",
  onBehalfOf: "f",
  context: {},
}
const batch = (stream: string, texts: readonly string[]): LogBatch => ({
  ...{ actor, account: "123456789012", group: "/aws/lambda/f", stream },
  lines: texts.map((text) => ({ time: 1, text })),
})
const numbers = (count: number) => Array.from({ length: count }, (_, at) => `${at}`)

/** The lines of each stream in the order in which they were kept. */
function keeper(fails: (call: number) => boolean = () => false) {
  const calls: number[] = []
  const kept = new Map<string, string[]>()
  return {
    calls,
    kept,
    async keepLogs(batches: readonly LogBatch[]) {
      calls.push(batches.reduce((sum, { lines }) => sum + lines.length, 0))
      if (fails(calls.length)) throw new StoreError("unavailable", "gone")
      for (const { stream, lines } of batches) {
        const all = kept.get(stream) ?? []
        kept.set(stream, all)
        for (const { text } of lines) all.push(text)
      }
    },
  }
}

test("hundreds of thousands of lines are kept a few at a time, in their order", async () => {
  const { keepLogs, calls, kept } = keeper()
  const sink = createLogSink({ keepLogs })
  const lines = numbers(30_000)
  sink.add(batch("s", lines))
  sink.add(batch("s", lines))
  await sink.settle()
  assert.deepEqual(kept.get("s"), [...lines, ...lines].slice(0, kept.get("s")!.length))
  assert.ok(kept.get("s")!.length > 25_000)
  assert.ok(Math.max(...calls) <= 500, `${Math.max(...calls)}`)
})

test("a line of one stream is not held up by a flood in another", async () => {
  const { keepLogs, kept } = keeper()
  let before: number | undefined
  const sink = createLogSink({
    async keepLogs(batches) {
      await keepLogs(batches)
      if (kept.has("other")) before ??= kept.get("flood")!.length
    },
  })
  sink.add(batch("flood", numbers(200_000)))
  sink.add(batch("other", ["one"]))
  await sink.settle()
  assert.ok(before! <= 500, `${before}`)
  assert.ok(kept.get("flood")!.length > 10_000)
})

test("what a store that is out of reach did not take is kept later, in its order", async () => {
  const { keepLogs, kept } = keeper((call) => call === 2)
  const sink = createLogSink({ keepLogs })
  sink.add(batch("s", numbers(2_000)))
  await sink.settle()
  sink.add(batch("s", ["last"]))
  await sink.settle()
  assert.deepEqual(kept.get("s"), [...numbers(2_000), "last"])
})
