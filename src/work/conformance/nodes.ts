import assert from "node:assert/strict"
import { test } from "node:test"
import { movableClock } from "../../base/clock.ts"
import { again, done, type Job } from "../job.ts"
import { deferred, LEASE_MILLISECONDS, type Worlds } from "./world.ts"

/** Several nodes on one store. */
export function nodeCases(worlds: () => Worlds): void {
  const world = () => worlds().world()

  test("each job is done by one of them, and what one enqueues another that is free does", async () => {
    const first = await world()
    const second = worlds().another(first.clock)
    const ran: string[] = []
    const one = (name: string) => async (job: Job) => {
      ran.push(`${name} ${job.key}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      return done
    }
    await first.start(one("first"))
    await second.start(one("second"))
    for (let i = 0; i < 40; i++) await first.enqueue(`${i}`)
    await first.work.idle()
    await second.work.idle()
    assert.deepEqual(
      ran.map((line) => Number(line.split(" ")[1])).sort((a, b) => a - b),
      [...Array(40).keys()],
    )
    await first.work.stop()
    await first.enqueue("left")
    await second.work.idle()
    assert.equal(ran.at(-1), "second left")
  })

  test("what a node that died had claimed is taken over when its lease has run out", async () => {
    const first = await world()
    const begun = deferred()
    const never = deferred()
    await first.start(async () => {
      begun.resolve()
      await never.promise
      return again("too late")
    })
    await first.enqueue("one", "body")
    await begun.promise
    const second = worlds().another(movableClock(first.clock))
    const ran: unknown[] = []
    await second.start(({ key, body, attempt }) => {
      ran.push([key, body, attempt])
      return done
    })
    await second.enqueue("two")
    while (ran.length === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(ran, [["two", null, 1]])
    await second.advance(LEASE_MILLISECONDS + 1)
    assert.deepEqual(ran.slice(1), [["one", "body", 2]])
    never.resolve()
    await first.work.idle()
    assert.deepEqual(await worlds().store.read((tx) => tx.all("SELECT key FROM work_jobs")), [])
  })
}
