import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import {
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { movableClock } from "../../base/clock.ts"
import { isStoreError } from "../../store/errors.ts"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { inPieces, type Node, OWNED, readWhole, some, writeAndKeep } from "../conformance/world.ts"
import { createRoom } from "../room.ts"
import { migrations } from "../tables.ts"
import { createFilesEngine } from "./engine.ts"
import { placeOf } from "./places.ts"

const MEBIBYTE = 1024 * 1024
const directory = mkdtempSync(join(tmpdir(), "hallpass-files-"))
const store = await openSqliteStore({ path: ":memory:", migrations: [...migrations, OWNED], clock: movableClock() })
after(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

let places = 0

function openPlace(): Node & { root: string } {
  const root = join(directory, "places", String(places++))
  const onFault = (error: unknown) => {
    throw error
  }
  const clock = movableClock()
  return { root, store, clock, room: createRoom({ store, clock, engine: createFilesEngine(root), onFault }) }
}

const namesBelow = (path: string) => readdirSync(path, { recursive: true, encoding: "utf8" })
const openFiles = (root: string): string[] =>
  readdirSync("/proc/self/fd")
    .flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/self/fd/${descriptor}`)]
      } catch {
        return []
      }
    })
    .filter((path) => path.startsWith(root))

const isTold = (what: RegExp) => (error: unknown) => isStoreError(error, "unavailable") && what.test(error.message)

test("files and directories are for their owner alone", async () => {
  const node = openPlace()
  await writeAndKeep(node, some(100), "family")
  for (const name of ["", ...namesBelow(node.root)]) {
    const stats = statSync(join(node.root, name))
    assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, name)
  }
})

test("who reads and who goes away leaves no file open", { skip: process.platform !== "linux" && "/proc" }, async () => {
  const node = openPlace()
  const bytes = some(3 * MEBIBYTE)
  const id = await writeAndKeep(node, bytes)
  const span = { start: 0, end: bytes.length }
  await readWhole(node, id, bytes.length)
  const begun = node.room.read([{ id, size: bytes.length }], span)
  await begun.next()
  assert.equal(openFiles(node.root).length, 1)
  await begun.return(undefined)
  // Asked for and left before the first piece came.
  const left = node.room.read([{ id, size: bytes.length }], span)
  const first = left.next()
  await left.return(undefined)
  await first
  const broken = async function* () {
    yield some(10)
    throw new Error("gone")
  }
  await assert.rejects(node.room.write(broken()), { message: "gone" })
  assert.deepEqual(openFiles(node.root), [])
})

test("a file that is missing, or was cut short, is told of", async () => {
  const node = openPlace()
  const ids = [await writeAndKeep(node, some(2 * MEBIBYTE)), await writeAndKeep(node, some(2 * MEBIBYTE))]
  rmSync(join(node.root, placeOf(ids[0]!)))
  truncateSync(join(node.root, placeOf(ids[1]!)), MEBIBYTE)
  for (const [index, what] of [/nothing is there/, /1048576 bytes in place of 2097152/].entries())
    await assert.rejects(node.room.assertThere({ id: ids[index]!, size: 2 * MEBIBYTE }), isTold(what))
  for (const [index, what] of [/its file is not there/, /its file is too short/].entries())
    await assert.rejects(readWhole(node, ids[index]!, 2 * MEBIBYTE), isTold(what))
})

test("a directory that goes away in the middle of a body is told of, and nothing of it stays", async () => {
  const node = openPlace()
  const away = `${node.root}-away`
  const slow = async function* () {
    yield some(MEBIBYTE)
    renameSync(node.root, away)
    yield some(MEBIBYTE)
  }
  await assert.rejects(node.room.write(slow()), isTold(/bytes cannot be written: ENOENT/))
  renameSync(away, node.root)
  await writeAndKeep(node, some(10))
})

test("a directory that cannot be written to is told of", async () => {
  const node = openPlace()
  await writeAndKeep(node, some(10))
  rmSync(node.root, { recursive: true })
  writeFileSync(node.root, "not a directory")
  await assert.rejects(node.room.write(inPieces(some(10), 10)), isTold(/bytes cannot be written: E(NOTDIR|EXIST)/))
})

test("a file that grows no further, as on a full disk, is told of and removed", async () => {
  // A process may be told that its files end at a size: the same way as a disk's end is met.
  const program = `
    import { createFilesEngine } from ${JSON.stringify(new URL("./engine.ts", import.meta.url).href)}
    const sink = await createFilesEngine(process.argv[1]).create("id")
    try {
      for (let mebibytes = 0; mebibytes < 8; mebibytes++) await sink.write(Buffer.alloc(${MEBIBYTE}))
    } catch (error) {
      console.log(error.reason + ": " + error.message)
      await sink.abort()
    }`
  const root = join(directory, "full")
  const command = `ulimit -f 4096; exec "$0" --input-type=module -e "$1" "$2"`
  const output = execFileSync("bash", ["-c", command, process.execPath, program, root], { encoding: "utf8" })
  assert.match(output, /^unavailable: bytes cannot be written: EFBIG/)
  assert.deepEqual(
    namesBelow(root).filter((name) => statSync(join(root, name)).isFile()),
    [],
  )
})
