import assert from "node:assert/strict"
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { type ZipEntry, zipOf } from "../../../../test/harness/zip.ts"
import { unpack, ZipRefusal } from "./unpack.ts"
import { checkZip } from "./zip-work.ts"

const root = mkdtempSync(join(tmpdir(), "hallpass-unpack-"))
after(() => rmSync(root, { recursive: true, force: true }))

let count = 0
const place = () => join(root, String(count++))
const limits = { unzippedBytes: 1_000_000 }
const LINK = 0o120_777

async function* inPieces(bytes: Uint8Array) {
  const piece = new Uint8Array(7)
  for (let at = 0; at < bytes.length; at += piece.length) {
    const part = bytes.subarray(at, at + piece.length)
    piece.set(part)
    // The memory of a piece is used again.
    yield piece.subarray(0, part.length)
  }
}

test("files, directories, permissions and links are made as the zip has them", async () => {
  const directory = place()
  const zip = zipOf([
    { name: "bin/", mode: 0o040_755 },
    { name: "bin/run", content: "#!/bin/sh\n", mode: 0o100_755 },
    { name: "lib/deep/er/a.txt", content: "a", mode: 0o100_640 },
    { name: "plain", content: "p", mode: 0 },
    { name: "lib/link", content: "deep/er/a.txt", mode: LINK },
    { name: "lib/deep/up", content: "../../plain", mode: LINK },
    { name: "./dotted/./x", content: "x" },
    { name: "back\\slash", content: "s" },
    { name: "empty" },
  ])
  await unpack(inPieces(zip), directory, limits)
  const read = (path: string) => readFileSync(join(directory, path), "utf8")
  const modeOf = (path: string) => statSync(join(directory, path)).mode & 0o7777
  assert.equal(modeOf("bin/run"), 0o755)
  assert.equal(modeOf("lib/deep/er/a.txt"), 0o640)
  assert.equal(modeOf("plain"), 0o644)
  assert.equal(read("lib/link"), "a")
  assert.equal(readlinkSync(join(directory, "lib/deep/up")), "../../plain")
  assert.equal(read("lib/deep/up"), "p")
  assert.equal(read("dotted/x"), "x")
  assert.equal(read("back/slash"), "s")
  assert.equal(read("empty"), "")
  assert.ok(!existsSync(`${directory}.zip`))
})

test("set-user-id and its like are not kept", async () => {
  const directory = place()
  await unpack(inPieces(zipOf([{ name: "x", content: "x", mode: 0o104_755 }])), directory, limits)
  assert.equal(statSync(join(directory, "x")).mode & 0o7777, 0o755)
})

const x = { name: "x", content: "x" }
const REFUSED: [string, ZipEntry[], RegExp][] = [
  ["leads above", [{ name: "../x", content: "x" }], /relative path/],
  ["leads above in the middle", [{ name: "a/../../x", content: "x" }], /relative path/],
  ["leads above by backslashes", [{ name: "..\\x", content: "x" }], /relative path/],
  ["is absolute", [{ name: "/etc/x", content: "x" }], /absolute path/],
  ["is absolute on another system", [{ name: "C:\\x", content: "x" }], /absolute path/],
  ["has a name of nothing", [{ name: "./.", content: "x" }], /no name/],
  ["has a NUL in its name", [{ name: "a\0b", content: "x" }], /name that no file can have/],
  ["has a name that is too long", [{ name: "n".repeat(300), content: "x" }], /name that no file can have/],
  ["is there twice", [x, x], /twice/],
  ["is there twice in other words", [x, { name: "./x", content: "y" }], /twice/],
  ["is a file and a directory", [x, { name: "x/", mode: 0o040_755 }], /twice/],
  ["lies in a file", [x, { name: "x/y", content: "y" }], /no directory/],
  [
    "lies behind a link",
    [
      { name: "l", content: ".", mode: LINK },
      { name: "l/y", content: "y" },
    ],
    /no directory/,
  ],
  ["is a link out", [x, { name: "l", content: "../y", mode: LINK }], /leads outside/],
  ["is a link out, deep", [x, { name: "a/l", content: "../../y", mode: LINK }], /leads outside/],
  ["is a link out through another", [x, { name: "a/l", content: "k/../../y", mode: LINK }], /leads outside/],
  ["is an absolute link", [x, { name: "l", content: "/etc/passwd", mode: LINK }], /leads outside/],
  ["is a link to nothing", [x, { name: "l", content: "", mode: LINK }], /leads outside/],
  ["is a device", [x, { name: "d", mode: 0o020_644 }], /no file/],
  ["is a pipe", [x, { name: "p", mode: 0o010_644 }], /no file/],
  ["is encrypted", [{ ...x, claimed: { flags: 1 } }], /encrypted/],
  ["is compressed by something else", [{ ...x, claimed: { method: 12 } }], /method 12/],
  ["has another checksum", [{ ...x, claimed: { crc32: 1 } }], /checksum/],
  ["is longer than it says", [{ name: "x", content: "xyz", claimed: { size: 1 } }], /longer than declared/],
  ["is shorter than it says", [{ name: "x", content: "x", claimed: { size: 9 } }], /shorter than declared/],
]

for (const [what, entries, message] of REFUSED)
  test(`a zip of which an entry ${what} is refused when it comes and when it is unpacked`, async () => {
    const isRefusal = (error: Error) => {
      assert.ok(error instanceof ZipRefusal, String(error))
      assert.equal(error.kind, "broken")
      assert.match(error.message, message)
      return true
    }
    await assert.rejects(checkZip(zipOf(entries), limits), isRefusal)
    const directory = join(place(), "inside")
    await assert.rejects(unpack(inPiecesAtOnce(zipOf(entries)), directory, limits), Error)
    assert.ok(!existsSync(join(directory, "../x")) && !existsSync(join(directory, "../y")))
  })

async function* inPiecesAtOnce(bytes: Uint8Array) {
  yield bytes
}

test("a zip that would grow beyond the limit is refused, whatever it says of itself", async () => {
  const bomb = zipOf([{ name: "zeros", content: Buffer.alloc(2_000_000) }])
  await assert.rejects(checkZip(bomb, limits), { kind: "tooLarge" })
  const liar = zipOf([{ name: "zeros", content: Buffer.alloc(2_000_000), claimed: { size: 10 } }])
  await assert.rejects(checkZip(liar, limits), { kind: "broken" })
  const several = zipOf([1, 2, 3].map((i) => ({ name: `${i}`, content: Buffer.alloc(400_000) })))
  await assert.rejects(checkZip(several, limits), { kind: "tooLarge" })
})

test("what is no zip, or has no files, is told apart", async () => {
  for (const bytes of [Buffer.from("nothing of the kind"), zipOf([x]).subarray(0, 40), Buffer.alloc(100)])
    await assert.rejects(checkZip(Buffer.from(bytes), limits), { kind: "broken" })
  await assert.rejects(checkZip(zipOf([]), limits), { kind: "empty" })
  await assert.rejects(checkZip(zipOf([{ name: "d/", mode: 0o040_755 }]), limits), { kind: "empty" })
})

test("files that are there are not written over, and zips may lie in files", async () => {
  const directory = place()
  const file = `${directory}-kept.zip`
  writeFileSync(file, zipOf([x]))
  await unpack(file, directory, limits)
  writeFileSync(join(directory, "x"), "mine")
  await assert.rejects(unpack(file, directory, limits), /EEXIST/)
  assert.equal(readFileSync(join(directory, "x"), "utf8"), "mine")
  assert.deepEqual(readdirSync(directory), ["x"])
  assert.ok(existsSync(file))
})

test("many zips at a time are each answered for themselves", async () => {
  const all = Array.from({ length: 20 }, (_, i) =>
    i % 2 === 0 ? checkZip(zipOf({ [`f${i}`]: "x".repeat(i) }), limits) : checkZip(Buffer.from(`no zip ${i}`), limits),
  )
  const ends = await Promise.allSettled(all)
  ends.forEach((end, i) => {
    assert.equal(end.status, i % 2 === 0 ? "fulfilled" : "rejected")
    if (end.status === "fulfilled") assert.equal(end.value.checked.unzippedBytes, i)
  })
})

test("whatever is done to the bytes of a zip, it is read or refused", async () => {
  const zip = zipOf([{ name: "a/b", content: "x".repeat(500) }, { name: "l", content: "a/b", mode: LINK }, x])
  let seed = 1
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  for (let round = 0; round < 300; round++) {
    const altered = Buffer.from(zip)
    for (let i = 0; i <= round % 4; i++) altered[next(altered.length)] = next(256)
    const cut = round % 5 === 0 ? altered.subarray(next(20), altered.length - next(60)) : altered
    await checkZip(Buffer.from(cut), limits).catch((error) => assert.ok(error instanceof ZipRefusal, String(error)))
  }
})
