/** A reflected CRC whose register starts and ends inverted, of 32 or 64 bits. */
interface Parameters {
  bytes: 4 | 8
  /** Its first and its last 32 bits; those of 32 bits have nothing in the last. */
  polynomial: Polynomial
}

/**
 * A polynomial modulo the CRC's, the coefficient of x^0 first. Two halves rather than a BigInt: an upload may have ten
 * thousand parts.
 */
interface Polynomial {
  first: number
  last: number
}

const bitOf = ({ first, last }: Polynomial, index: number): number =>
  index < 32 ? (first >>> (31 - index)) & 1 : (last >>> (63 - index)) & 1

function multiply(left: Polynomial, right: Polynomial, { bytes, polynomial }: Parameters): Polynomial {
  const width = 8 * bytes
  let [productFirst, productLast] = [0, 0]
  let { first, last } = right
  for (let index = 0; index < width; index++) {
    if (bitOf(left, index)) {
      productFirst ^= first
      productLast ^= last
    }
    // Times x: what is shifted out stands for x^width.
    const isOver = (width === 32 ? first : last) & 1
    if (width === 64) last = (last >>> 1) | (first << 31)
    first >>>= 1
    if (isOver) {
      first ^= polynomial.first
      last ^= polynomial.last
    }
  }
  return { first: productFirst >>> 0, last: productLast >>> 0 }
}

/** The CRC of two byte strings in a row, from those of each and the length of the second: zlib's `crc32_combine`. */
type Combine = (first: Buffer, second: Buffer, secondLength: number) => Buffer

function combiner(parameters: Parameters): Combine {
  /** x^(2^n) by n. */
  const squares: Polynomial[] = [{ first: 2 ** 30, last: 0 }]
  /** Most parts of an upload have one length. */
  let [lastLength, lastPower]: [number, Polynomial] = [0, ONE]

  function powerOfX(exponent: number): Polynomial {
    let power = ONE
    for (let rest = exponent, n = 0; rest > 0; rest = Math.floor(rest / 2), n++) {
      squares[n] ??= multiply(squares[n - 1]!, squares[n - 1]!, parameters)
      if (rest % 2 === 1) power = multiply(power, squares[n]!, parameters)
    }
    return power
  }

  return (first, second, secondLength) => {
    if (secondLength !== lastLength) [lastLength, lastPower] = [secondLength, powerOfX(8 * secondLength)]
    const shifted = multiply(lastPower, read(first), parameters)
    const added = read(second)
    const combined = Buffer.alloc(parameters.bytes)
    combined.writeUInt32BE((shifted.first ^ added.first) >>> 0, 0)
    if (parameters.bytes === 8) combined.writeUInt32BE((shifted.last ^ added.last) >>> 0, 4)
    return combined
  }
}

const ONE: Polynomial = { first: 2 ** 31, last: 0 }

const read = (crc: Buffer): Polynomial => ({
  first: crc.readUInt32BE(0),
  last: crc.length > 4 ? crc.readUInt32BE(4) : 0,
})

export const COMBINE = {
  CRC32: combiner({ bytes: 4, polynomial: { first: 0xedb88320, last: 0 } }),
  CRC32C: combiner({ bytes: 4, polynomial: { first: 0x82f63b78, last: 0 } }),
  CRC64NVME: combiner({ bytes: 8, polynomial: { first: 0x9a6c9329, last: 0xac4bc9b5 } }),
} as const satisfies Record<string, Combine>
