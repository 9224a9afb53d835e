import assert from "node:assert/strict"
import { it } from "node:test"
import { systemClock as clock } from "../../base/clock.ts"
import type { Store } from "../../store/store.ts"
import { createAppender } from "../appender.ts"
import { bodiesOf, newShard, read, textsOf } from "./world.ts"

const CALLS = 60

export function nodeCases(store: () => Store, open: () => Promise<Store>): void {
  it("keeps one order for several nodes: a reader that follows misses nothing and sees nothing twice", async () => {
    const shard = newShard()
    const nodes = [store(), await open(), await open()]
    let areWriting = true
    const writing = Promise.all(
      nodes.map(async (node, which) => {
        const { append } = createAppender({ store: node, clock })
        for (let call = 0; call < CALLS; call++) await append(shard, bodiesOf(`${which}.${call}`), async () => {})
      }),
    ).finally(() => {
      areWriting = false
    })
    const seen: string[] = []
    for (let from = 0; ; ) {
      const isLast = !areWriting
      const page = await read(nodes[1]!, shard, { from, count: 7 })
      seen.push(...textsOf(page))
      from = page.next
      if (isLast && page.isEnd) break
    }
    await writing
    assert.equal(seen.length, nodes.length * CALLS)
    assert.deepEqual(seen, textsOf(await read(store(), shard)))
    for (const which of nodes.keys())
      assert.deepEqual(
        seen.filter((text) => text.startsWith(`${which}.`)),
        Array.from({ length: CALLS }, (_, call) => `${which}.${call}`),
      )
  })
}
