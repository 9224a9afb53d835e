/** A reflected CRC whose register starts and ends inverted. */
export interface CrcParameters {
  width: bigint
  polynomial: bigint
}

export const CRC_PARAMETERS = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<string, CrcParameters>

/** The product of two polynomials modulo the CRC's; the highest bit is x^0. */
function multiply(left: bigint, right: bigint, { width, polynomial }: CrcParameters): bigint {
  let product = 0n
  let factor = right
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}

/** x^exponent modulo the CRC's polynomial. */
function powerOfX(exponent: number, parameters: CrcParameters): bigint {
  let result = 1n << (parameters.width - 1n)
  let square = 1n << (parameters.width - 2n)
  for (let rest = BigInt(exponent); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square, parameters)
    square = multiply(square, square, parameters)
  }
  return result
}

/** The CRC of two byte strings in a row, from those of each and the length of the second: zlib's `crc32_combine`. */
export function combineCrc(first: Uint8Array, second: Uint8Array, secondLength: number, parameters: CrcParameters) {
  const shifted = multiply(powerOfX(8 * secondLength, parameters), toInteger(first), parameters)
  const hex = (shifted ^ toInteger(second)).toString(16).padStart(Number(parameters.width) / 4, "0")
  return Buffer.from(hex, "hex")
}

const toInteger = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`)
