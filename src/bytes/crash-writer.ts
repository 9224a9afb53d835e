import { writeSync } from "node:fs"
import fs from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { movableClock } from "../base/clock.ts"
import { openSqliteStore } from "../store/sqlite/open.ts"
import type { Store } from "../store/store.ts"
import { drop, type Node, OWNED, some, sweepLater, writeAndKeep } from "./conformance/world.ts"
import { createFilesEngine } from "./files/engine.ts"
import { createRoom } from "./room.ts"
import { migrations } from "./tables.ts"

/** Bodies in files below a directory, and the database beside them. */
export async function openFiles(directory: string): Promise<Node> {
  const clock = movableClock()
  const store = await openSqliteStore({
    path: join(directory, "hallpass.db"),
    migrations: [...migrations, OWNED],
    clock,
  })
  const engine = createFilesEngine(join(directory, "objects"))
  const onFault = (error: unknown) => {
    throw error
  }
  return { store, clock, room: createRoom({ store, clock, engine, onFault }) }
}

/** Has this process killed before its step of that number: a call of the file system, a transaction, a commit. */
async function dieAt(number: number, store: Store): Promise<Store> {
  let steps = 0
  // biome-ignore lint/suspicious/noExplicitAny: whatever the functions take, they are given
  const stepping = (target: any, names: readonly string[]) => {
    for (const name of names) {
      const call = target[name]
      target[name] = function (this: unknown, ...given: unknown[]) {
        if (++steps === number) process.kill(process.pid, "SIGKILL")
        return call.apply(this, given)
      }
    }
  }
  const handle = await fs.open(process.execPath, "r")
  stepping(Object.getPrototypeOf(handle), ["write", "sync"])
  await handle.close()
  stepping(fs, ["open", "rename", "rm", "unlink", "mkdir", "rmdir"])
  syncBuiltinESMExports()
  const stepped = { ...store }
  stepping(stepped, ["transact"])
  return stepped
}

// Synchronously: what is told must have left this process before it is killed.
const tell = (text: string) => void writeSync(1, `${text}\n`)

/** The program that crash.test.ts kills at each of its steps: it tells what it may rely on. */
if (import.meta.main) {
  const { values } = parseArgs({ options: { directory: { type: "string" }, "die-at": { type: "string" } } })
  const opened = await openFiles(values.directory!)
  const store = await dieAt(Number(values["die-at"]), opened.store)
  const engine = createFilesEngine(join(values.directory!, "objects"))
  const node = { ...opened, store, room: createRoom({ ...opened, store, engine, onFault: opened.room.onFault }) }
  const id = await writeAndKeep(node, some(100_000), "family")
  tell(`kept ${id}`)
  await node.room.discard(await node.room.write([some(10)]))
  // From here on it may be there or not.
  tell(`dropped ${id}`)
  await drop(node, "family")
  await sweepLater(node)
  tell("ended")
  await store.close()
}
