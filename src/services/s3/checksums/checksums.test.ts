import assert from "node:assert/strict"
import { test } from "node:test"
import { ALGORITHMS, type Algorithm } from "./algorithms.ts"
import { CRC_PARAMETERS, combineCrc } from "./combine.ts"

/** The check values of the CRC catalogue, and of FIPS 180 for the hashes. */
const CHECKS: [Algorithm, string, string][] = [
  ["CRC32", "123456789", "cbf43926"],
  ["CRC32C", "123456789", "e3069283"],
  ["CRC64NVME", "123456789", "ae8b14860a799888"],
  ["CRC32", "", "00000000"],
  ["CRC64NVME", "", "0000000000000000"],
  ["SHA1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  ["SHA256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
]

for (const [algorithm, text, expected] of CHECKS)
  test(`${algorithm} of "${text}"`, () => {
    const running = ALGORITHMS[algorithm].start()
    running.add(Buffer.from(text))
    assert.equal(running.sum().toString("hex"), expected)
  })

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 31 + 7) & 0xff))

function sum(algorithm: Algorithm, ...pieces: Uint8Array[]): Buffer {
  const running = ALGORITHMS[algorithm].start()
  for (const piece of pieces) running.add(piece)
  return running.sum()
}

for (const algorithm of Object.keys(ALGORITHMS) as Algorithm[])
  test(`${algorithm} does not depend on how the bytes arrive`, () => {
    const whole = sum(algorithm, bytes)
    for (const at of [0, 1, 7, 8, 9, 500, 999, 1000])
      assert.deepEqual(sum(algorithm, bytes.subarray(0, at), bytes.subarray(at)), whole)
  })

for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME"] as const)
  test(`${algorithm} of a whole is combined from its parts`, () => {
    for (const at of [0, 1, 13, 512, 1000]) {
      const [first, second] = [bytes.subarray(0, at), bytes.subarray(at)]
      const combined = combineCrc(
        sum(algorithm, first),
        sum(algorithm, second),
        second.length,
        CRC_PARAMETERS[algorithm],
      )
      assert.deepEqual(combined, sum(algorithm, bytes))
    }
  })
