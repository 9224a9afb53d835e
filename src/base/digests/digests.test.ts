import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { test } from "node:test"
import { digest, digested } from "./digested.ts"
import type { Digests } from "./pool.ts"
import { SLAB_BYTES } from "./slabs.ts"
import { type DigestName, loadSums } from "./sums.ts"

/** The check values of the CRC catalogue, and of FIPS 180 and RFC 1321 for the hashes. */
const CHECKS: [DigestName, string, string][] = [
  ["crc32", "123456789", "cbf43926"],
  ["crc32c", "123456789", "e3069283"],
  ["crc64nvme", "123456789", "ae8b14860a799888"],
  ["crc32", "", "00000000"],
  ["crc32c", "", "00000000"],
  ["crc64nvme", "", "0000000000000000"],
  ["md5", "abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  ["sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
]
const NAMES = [...new Set(CHECKS.map(([name]) => name))]

for (const [name, text, expected] of CHECKS)
  test(`${name} of "${text}"`, async () => {
    assert.equal((await digest(Buffer.from(text), [name]))[name]!.toString("hex"), expected)
  })

for (const name of NAMES)
  test(`${name} does not depend on how the bytes arrive, nor on what else is summed`, async () => {
    const bytes = randomBytes(1000)
    const sums = await loadSums()
    const whole = (await digest(bytes, [name]))[name]!
    for (const at of [0, 1, 7, 8, 9, 500, 999, 1000]) {
      const [running, other] = [sums[name](), sums[name]()]
      running.add(bytes.subarray(0, at))
      other.add(randomBytes(at))
      running.add(bytes.subarray(at))
      assert.deepEqual(running.sum(), whole)
    }
  })

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function pass(body: AsyncIterable<Uint8Array>): Promise<{ md5: string; size: number; digests: Digests }> {
  const passed = createHash("md5")
  let [size, digests]: [number, Digests] = [0, {}]
  const tell = (told: Digests) => {
    digests = told
  }
  for await (const piece of digested(body, NAMES, tell)) {
    passed.update(piece)
    size += piece.length
  }
  return { md5: passed.digest("hex"), size, digests }
}

for (const size of [0, 1, SLAB_BYTES, SLAB_BYTES + 1, 5 * SLAB_BYTES - 1])
  for (const piece of [7_919, SLAB_BYTES, 3 * SLAB_BYTES])
    test(`${size} bytes that arrive ${piece} at a time are passed on and summed by a thread`, async () => {
      const bytes = randomBytes(size)
      const [passed, expected] = await Promise.all([pass(inPieces(bytes, piece)), digest(bytes, NAMES)])
      assert.equal(passed.size, size)
      assert.equal(passed.md5, expected.md5!.toString("hex"))
      assert.deepEqual(passed.digests, expected)
    })

test("many bodies at a time do not get into each other's way, whether they end or break off", async () => {
  const gone = async function* () {
    yield randomBytes(SLAB_BYTES + 1)
    throw new Error("gone")
  }
  const all = Array.from({ length: 24 }, async (_, index) => {
    if (index % 3 === 0) return assert.rejects(pass(gone()), { message: "gone" })
    if (index % 3 === 1) {
      for await (const _piece of digested(inPieces(randomBytes(4 * SLAB_BYTES), 65_536), NAMES, () => {})) return
    }
    const bytes = randomBytes(3 * SLAB_BYTES + index)
    return assert.deepEqual((await pass(inPieces(bytes, 65_536))).digests, await digest(bytes, NAMES))
  })
  await Promise.all(all)
})
