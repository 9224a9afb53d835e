import assert from "node:assert/strict"
import { test } from "node:test"
import { eventually } from "../../../test/harness/eventually.ts"
import type { Change } from "../cache.ts"
import { followChangeLog } from "./change-log.ts"

interface Row extends Change {
  id: string
  changed_at: number
}

const START = 1_700_000_000_000

/** A log that answers as the database does, with a clock that the test moves. */
function follow() {
  const state = { now: START, rows: [] as Row[], isDown: false, pruned: undefined as number | undefined, asked: 0 }
  const evicted: string[] = []
  const query = async (sql: string, [time]: unknown[]): Promise<unknown[]> => {
    if (!sql.startsWith("DELETE")) state.asked++
    if (state.isDown) throw new Error("down")
    if (sql.startsWith("DELETE")) {
      state.pruned = time as number
      return []
    }
    const present = { id: "", kind: "", key: "", changed_at: state.now }
    return [present, ...state.rows.filter((row) => row.changed_at > (time as number))]
  }
  const log = followChangeLog(query, {
    evict: (changes) => evicted.push(...changes.map(({ kind, key }) => `${kind}/${key}`)),
    evictAll: () => evicted.push("all"),
  })
  const record = (key: string, changed_at = state.now) => {
    const row = { id: `id of ${key}`, kind: "kind", key, changed_at }
    state.rows.push(row)
    return row
  }
  /** Resolves when the log was asked once more, and what it then told has been acted upon. */
  const polled = async () => {
    const { asked } = state
    await eventually(() => state.asked > asked + 1)
  }
  return { state, evicted, log, record, polled }
}

/** A machine that leaves the log no turn for a second makes it forget everything, which is never wrong. */
const named = (evicted: string[]) => evicted.filter((what) => what !== "all")

test("each change is acted upon once, one that committed late too, and one of this node not again", async () => {
  const { evicted, log, record, polled } = follow()
  record("first")
  await polled()
  record("late", START - 30_000)
  log.skip([record("own")])
  await polled()
  assert.deepEqual(named(evicted), ["kind/first", "kind/late"])
  log.stop()
})

test("a node that was suspended for longer than changes are kept forgets everything", async () => {
  const { state, evicted, log, polled } = follow()
  await polled()
  state.now += 3_600_000
  await polled()
  assert.deepEqual(new Set(evicted), new Set(["all"]))
  log.stop()
})

test("while the log cannot be read nothing stays cached", async () => {
  const { state, evicted, log, record, polled } = follow()
  await polled()
  state.isDown = true
  await eventually(() => evicted.length > 1)
  assert.deepEqual(new Set(evicted), new Set(["all"]))
  state.isDown = false
  await polled()
  evicted.length = 0
  record("after")
  await polled()
  assert.deepEqual(named(evicted), ["kind/after"])
  log.stop()
})

test("changes that every node has seen are pruned", async () => {
  const { state, log, polled } = follow()
  await polled()
  assert(state.pruned !== undefined && state.pruned <= START - 300_000)
  log.stop()
})
