import assert from "node:assert/strict"
import { generateKeyPairSync, randomBytes } from "node:crypto"
import { test } from "node:test"
import { type Opener, openStream, SealedStreamError, sealStream } from "./sealed-stream.ts"

async function* one<T>(...pieces: T[]): AsyncGenerator<T> {
  yield* pieces
}
async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const kept: Uint8Array[] = []
  for await (const piece of pieces) kept.push(piece)
  return Buffer.concat(kept)
}
const pair = generateKeyPairSync("x25519")
const OPENERS: [Opener, Opener][] = [
  [{ key: pair.publicKey }, { key: pair.privateKey }],
  [{ passphrase: "long and secret" }, { passphrase: "long and secret" }],
]

test("what was sealed is opened, of any length, however it comes", async () => {
  for (const [to, by] of OPENERS)
    for (const length of [0, 1, 65_536, 65_537, 200_000]) {
      const text = randomBytes(length).toString("hex").slice(0, length)
      const sealed = await all(sealStream(one(text.slice(0, 7), text.slice(7)), to))
      assert.ok(length < 16 || !sealed.includes(text.slice(0, 16)))
      assert.equal((await all(openStream(one(sealed), by))).toString(), text)
      const crumbs = Array.from({ length: Math.ceil(sealed.length / 50_000) }, (_, n) =>
        sealed.subarray(n * 50_000, (n + 1) * 50_000),
      )
      assert.equal((await all(openStream(one(...crumbs), by))).toString(), text)
      if (to !== OPENERS[0]![0]) break
    }
})

test("by another key, cut, turned, longer or changed it is not opened", async () => {
  const [to, by] = OPENERS[0]!
  const sealed = await all(sealStream(one("x".repeat(150_000)), to))
  const head = sealed.indexOf("\n") + 1
  const piece = 65_536 + 16
  const pieces = [
    sealed.subarray(head, head + piece),
    sealed.subarray(head + piece, head + 2 * piece),
    sealed.subarray(head + 2 * piece),
  ]
  const changed = Buffer.from(sealed)
  changed[head + 100]! ^= 1
  const begun = sealed.subarray(0, head)
  for (const [what, bytes, opener] of [
    ["another key", sealed, { key: generateKeyPairSync("x25519").privateKey }],
    ["a passphrase", sealed, { passphrase: "p" }],
    ["cut", sealed.subarray(0, -1), by],
    ["cut at a piece", sealed.subarray(0, head + 2 * piece), by],
    ["turned", Buffer.concat([begun, pieces[1]!, pieces[0]!, pieces[2]!]), by],
    ["longer", Buffer.concat([sealed, Buffer.alloc(1)]), by],
    ["changed", changed, by],
    ["another head", Buffer.from(sealed.toString("latin1").replace("X25519", "scrypt"), "latin1"), by],
    ["nothing", Buffer.alloc(0), by],
    ["no head", Buffer.alloc(2_000, "x"), by],
  ] as const)
    await assert.rejects(all(openStream(one(bytes), opener)), SealedStreamError, what)
})
