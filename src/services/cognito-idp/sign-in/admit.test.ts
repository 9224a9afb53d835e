import assert from "node:assert/strict"
import { test } from "node:test"
import { MasterKey } from "../../../base/master-key.ts"
import type { CallContext } from "../../../call.ts"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import type { Writing } from "../../../store/store.ts"
import { wrongPassword } from "../errors.ts"
import { migrations } from "../tables.ts"
import { parsePool, type UserPool } from "../user-pools/record.ts"
import { nobody, type Person, personOf } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { admit, type Outcomes } from "./admit.ts"
import { putFailures } from "./failures.ts"

const masterKey = new MasterKey(Buffer.alloc(32, 7))

const poolOf = (AdvancedSecurityMode: "AUDIT" | "OFF"): UserPool => {
  const body = { settings: { UserPoolAddOns: { AdvancedSecurityMode } }, schema: [], caseSensitive: true }
  return parsePool({ account: "1", region: "r", id: "r_pool", body: JSON.stringify(body) })
}

const user = (sub: string): Person => personOf({ sub, username: sub, enabled: true } as User)

async function openWorld(pool: UserPool) {
  let now = 1_000_000
  const clock = { now: () => now }
  const store = await openSqliteStore({ path: ":memory:", migrations, clock })
  const deps = { store, clock, request: { remoteAddress: "::1" } } as Pick<CallContext, "store" | "clock" | "request">
  const count = async (table: string) =>
    Number((await store.read((tx) => tx.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)))!.n)
  return {
    guess: (person: Person, isRight = false, right?: Outcomes["right"]) =>
      admit(
        deps,
        pool,
        person,
        isRight,
        { type: "SignIn", challenge: "Password" },
        { wrong: wrongPassword, right },
      ).then(
        () => "right",
        (error: Error) => error.message,
      ),
    rows: async () => [await count("idp_failures"), await count("idp_auth_events")],
    advance: (milliseconds: number) => {
      now += milliseconds
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
}

test("of many guesses at once as many are told as of many in a row", async () => {
  await using world = await openWorld(poolOf("OFF"))
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, n) => world.guess(user("ann"), n === 30)))
  assert.deepEqual(
    outcomes.map(
      (outcome, n) => outcome === (n < 5 ? "Incorrect username or password." : "Password attempts exceeded"),
    ),
    Array(60).fill(true),
  )
  const others = await Promise.all(Array.from({ length: 6 }, (_, n) => world.guess(user("bob"), n === 3)))
  assert.equal(others[3], "right", "where it came in time")
})

test("what goes with a right answer is written where it is told, and nowhere else", async () => {
  await using world = await openWorld(poolOf("OFF"))
  const write = (name: string) => (tx: Writing) =>
    putFailures(tx, "r_pool", name, { failures: 1, lastFailureAt: 1_000_000 })
  assert.equal(await world.guess(user("ann"), true, write("kept")), "right")
  assert.equal((await world.rows())[0], 1)
  await world.guess(user("ann"), false, write("of a wrong one"))
  assert.equal((await world.rows())[0], 2, "the failure alone")
  const late = [...Array(5).fill(false), true].map((isRight) => world.guess(user("bob"), isRight, write("too late")))
  assert.equal((await Promise.all(late))[5], "Password attempts exceeded")
  assert.equal((await world.rows())[0], 3, "the failures alone")
})

test("nobody's failures are written as a user's are, and events of theirs are not kept", async () => {
  const pool = poolOf("AUDIT")
  await using world = await openWorld(pool)
  await world.guess(user("ann"))
  assert.deepEqual(await world.rows(), [1, 1])
  await world.guess(nobody(masterKey, pool, "bob"))
  assert.deepEqual(await world.rows(), [2, 1])
})

test("what failed a quarter of an hour ago is swept, and the names that nobody has are counted under few", async () => {
  const pool = poolOf("OFF")
  await using world = await openWorld(pool)
  for (let n = 0; n < 30; n++) await world.guess(nobody(masterKey, pool, `early${n}`))
  assert.ok((await world.rows())[0]! >= 29)
  world.advance(15 * 60_000 + 1)
  for (let n = 0; n < 2; n++) await world.guess(user(`late${n}`))
  assert.deepEqual(await world.rows(), [2, 0])
  const names = new Set(Array.from({ length: 5000 }, (_, n) => nobody(masterKey, pool, `any${n}`).sub.slice(-4)))
  assert.ok(names.size > 4500 && names.size < 4999, "of 65,536")
})
