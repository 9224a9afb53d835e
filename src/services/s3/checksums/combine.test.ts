import assert from "node:assert/strict"
import { test } from "node:test"
import { digest } from "../../../base/digests/digested.ts"
import { ALGORITHMS, type Algorithm } from "./algorithms.ts"
import { COMBINE } from "./combine.ts"

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 31 + 7) & 0xff))

async function sum(algorithm: Algorithm, piece: Uint8Array): Promise<Buffer> {
  const name = ALGORITHMS[algorithm].digest
  return (await digest(piece, [name]))[name]!
}

for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME"] as const)
  test(`${algorithm} of a whole is combined from its parts`, async () => {
    for (const at of [0, 1, 13, 13, 512, 1000]) {
      const [first, second] = [bytes.subarray(0, at), bytes.subarray(at)]
      const combined = COMBINE[algorithm](await sum(algorithm, first), await sum(algorithm, second), second.length)
      assert.deepEqual(combined, await sum(algorithm, bytes))
    }
  })
