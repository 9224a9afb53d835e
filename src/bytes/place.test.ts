import assert from "node:assert/strict"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { systemClock } from "../base/clock.ts"
import { isStoreError } from "../store/errors.ts"
import { openSqliteStore } from "../store/sqlite/open.ts"
import type { Store } from "../store/store.ts"
import { collect, some } from "./conformance/world.ts"
import { openRoom } from "./open.ts"
import type { Place } from "./place.ts"
import { migrations } from "./tables.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-places-"))
after(() => rmSync(directory, { recursive: true }))

const openStore = () => openSqliteStore({ path: ":memory:", migrations, clock: systemClock })
const placeOf = (name: string): Place => ({ kind: "directory", path: join(directory, name) })
const open = (store: Store, place: Place) => openRoom(place, { store, clock: systemClock, onFault: assert.fail })
const isRefused = (error: unknown) => isStoreError(error, "refused") && /the bytes of the objects/.test(error.message)

test("a database finds its bytes where they were, or where they were copied to, and is refused elsewhere", async () => {
  await using world = { store: await openStore(), [Symbol.asyncDispose]: () => world.store.close() }
  const { store } = world
  const bytes = some(1000)
  const first = await open(store, placeOf("first"))
  const { id } = await first.write([bytes])
  await open(store, placeOf("first"))
  await assert.rejects(open(store, placeOf("second")), isRefused)
  await assert.rejects(open(store, { kind: "rows" }), isRefused)
  cpSync(join(directory, "first"), join(directory, "second"), { recursive: true })
  const second = await open(store, placeOf("second"))
  assert.ok(bytes.equals(await collect(second.read([{ id, size: 1000 }], { start: 0, end: 1000 }))))
})

test("nodes that start at the same moment agree on a new place", async () => {
  await using world = { store: await openStore(), [Symbol.asyncDispose]: () => world.store.close() }
  await Promise.all(Array.from({ length: 4 }, () => open(world.store, placeOf("third"))))
  await open(world.store, placeOf("third"))
})
