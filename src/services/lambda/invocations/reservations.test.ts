import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { movableClock } from "../../../base/clock.ts"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import type { Store } from "../../../store/store.ts"
import { migrations } from "../tables.ts"
import { createReservations } from "./reservations.ts"

const clock = movableClock()
let store: Store
before(async () => {
  store = await openSqliteStore({ path: ":memory:", migrations, clock })
})
after(() => store.close())

/** Two processes, as far as their leases go. */
const two = () => [createReservations(store, clock), createReservations(store, clock)] as const
const leases = () =>
  store.read((tx) => tx.all<{ function_id: string; places: number }>("SELECT function_id, places FROM lambda_leases"))

/** The runtime's timers keep no process alive. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}

test("as many are taken as are reserved, by both together", async () => {
  const [one, other] = two()
  const taken = await Promise.all(
    [one, other, one, other, one, other, one, other].map((process) => process.take("f", 3)),
  )
  assert.equal(taken.filter(Boolean).length, 3)
  await one.close()
  await other.close()
  assert.deepEqual(await leases(), [])
})

test("all that come while it is looked for places have theirs", async () => {
  const [one] = two()
  const first = one.take("g", 5)
  await Promise.resolve()
  await Promise.resolve()
  const taken = await Promise.all([first, ...Array.from({ length: 5 }, () => one.take("g", 5))])
  assert.equal(taken.filter(Boolean).length, 5)
  // What it holds and does not use it takes again without asking.
  one.give("g")
  assert.equal(one.take("g", 5), true)
  await one.close()
})

test("what one does not use any more, the other has", async () => {
  const [one, other] = two()
  for (const process of [one, other, other, one]) {
    assert.equal(await process.take("h", 1), true)
    process.give("h")
  }
  await until(async () => (await leases()).length === 0)
  await one.close()
  await other.close()
})

test("what a process that died held is free when its lease has ended", async () => {
  const [dead, other] = two()
  assert.equal(await dead.take("i", 1), true)
  assert.equal(await other.take("i", 1), false)
  clock.set(clock.now() + 31_000)
  await until(async () => other.take("i", 1))
  await other.close()
})

test("what is under way counts when less is reserved", async () => {
  const [one, other] = two()
  for (const _ of [1, 2, 3]) assert.equal(await one.take("j", 3), true)
  assert.equal(await one.take("j", 1), false)
  assert.deepEqual(await leases(), [{ function_id: "j", places: 3 }])
  assert.equal(await other.take("j", 1), false)
  await one.close()
  await other.close()
})
