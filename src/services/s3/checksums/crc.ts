/** A running checksum; `sum` gives the bytes, big-endian, of all that was added so far. */
export interface RunningSum {
  add(bytes: Uint8Array): void
  sum(): Buffer
}

/** CRC-32C (Castagnoli), reflected. */
const CRC32C_POLYNOMIAL = 0x82f63b78

/** CRC-64/NVME, reflected: the high and low halves. */
const CRC64_HIGH = 0x9a6c9329
const CRC64_LOW = 0xac4bc9b5

const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1
  return value
})

export function crc32c(): RunningSum {
  let crc = 0xffffffff
  return {
    add(bytes) {
      let value = crc
      for (let at = 0; at < bytes.length; at++) value = (value >>> 8) ^ crc32cTable[(value ^ bytes[at]!) & 0xff]!
      crc = value >>> 0
    },
    sum() {
      const buffer = Buffer.allocUnsafe(4)
      buffer.writeUInt32BE((crc ^ 0xffffffff) >>> 0)
      return buffer
    },
  }
}

// JavaScript has no fast 64-bit integers: two tables hold the halves, and eight of each let one step take eight bytes.
const highs: Int32Array[] = []
const lows: Int32Array[] = []
for (let slice = 0; slice < 8; slice++) {
  const high = new Int32Array(256)
  const low = new Int32Array(256)
  for (let index = 0; index < 256; index++) {
    let h = slice === 0 ? 0 : highs[slice - 1]![index]!
    let l = slice === 0 ? index : lows[slice - 1]![index]!
    if (slice === 0) {
      for (let bit = 0; bit < 8; bit++) {
        const carry = l & 1
        l = (l >>> 1) | (h << 31)
        h >>>= 1
        if (carry) {
          h ^= CRC64_HIGH
          l ^= CRC64_LOW
        }
      }
    } else {
      const byte = l & 0xff
      l = ((l >>> 8) | (h << 24)) ^ lows[0]![byte]!
      h = (h >>> 8) ^ highs[0]![byte]!
    }
    high[index] = h
    low[index] = l
  }
  highs.push(high)
  lows.push(low)
}

export function crc64nvme(): RunningSum {
  let high = -1
  let low = -1
  const [h0, h1, h2, h3, h4, h5, h6, h7] = highs
  const [l0, l1, l2, l3, l4, l5, l6, l7] = lows
  return {
    add(bytes) {
      let h = high
      let l = low
      let at = 0
      for (const end = bytes.length - 7; at < end; at += 8) {
        const a = (l & 0xff) ^ bytes[at]!
        const b = ((l >>> 8) & 0xff) ^ bytes[at + 1]!
        const c = ((l >>> 16) & 0xff) ^ bytes[at + 2]!
        const d = (l >>> 24) ^ bytes[at + 3]!
        const e = (h & 0xff) ^ bytes[at + 4]!
        const f = ((h >>> 8) & 0xff) ^ bytes[at + 5]!
        const g = ((h >>> 16) & 0xff) ^ bytes[at + 6]!
        const i = (h >>> 24) ^ bytes[at + 7]!
        h = h7![a]! ^ h6![b]! ^ h5![c]! ^ h4![d]! ^ h3![e]! ^ h2![f]! ^ h1![g]! ^ h0![i]!
        l = l7![a]! ^ l6![b]! ^ l5![c]! ^ l4![d]! ^ l3![e]! ^ l2![f]! ^ l1![g]! ^ l0![i]!
      }
      for (; at < bytes.length; at++) {
        const byte = (l ^ bytes[at]!) & 0xff
        l = ((l >>> 8) | (h << 24)) ^ l0![byte]!
        h = (h >>> 8) ^ h0![byte]!
      }
      high = h
      low = l
    },
    sum() {
      const buffer = Buffer.allocUnsafe(8)
      buffer.writeInt32BE(~high, 0)
      buffer.writeInt32BE(~low, 4)
      return buffer
    },
  }
}
