import { serializationError } from "./json-mismatch.ts"
import { MAXIMUM_DEPTH, tooDeep, tooMany } from "./json-scan.ts"
import { parseUtf8 } from "./text.ts"

/** The major types of RFC 8949, 3.1. */
export const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6, simple: 7 } as const

const BREAK = 0xff
const INDEFINITE = 31
const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6
const UNDEFINED = 0xf7
const HALF = 0xf9
const SINGLE = 0xfa
const DOUBLE = 0xfb

/**
 * Reads CBOR (RFC 8949) from its beginning to its end, one value after the other: nothing is built that nobody asked for. What is
 * no CBOR, is too deep or has too many values is refused when it is come to, without a text, as bad JSON is.
 */
export class CborReader {
  readonly #bytes: Buffer
  readonly #mostValues: number
  #at = 0
  #values = 0

  constructor(bytes: Uint8Array, mostValues: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#mostValues = mostValues
  }

  /** Comes to the next value, whose major type it is. Tags say nothing that its shape does not. */
  next(): number {
    this.#count()
    return this.#untagged()
  }

  #count(): void {
    if (++this.#values > this.#mostValues) throw tooMany()
  }

  #untagged(): number {
    while (this.#first() >> 5 === MAJOR.tag) this.#argument()
    return this.#first() >> 5
  }

  assertEnd(): void {
    if (this.#at !== this.#bytes.length) throw serializationError()
  }

  /** Whether the value is null or undefined, which is then passed over. */
  takeNull(): boolean {
    const first = this.#first()
    if (first !== NULL && first !== UNDEFINED) return false
    this.#at++
    return true
  }

  /** Undefined where it is none. */
  boolean(): boolean | undefined {
    const first = this.#first()
    if (first !== TRUE && first !== FALSE) return undefined
    this.#at++
    return first === TRUE
  }

  /** Undefined where it is none. A whole number beyond 2^53 has no more digits than a double. */
  number(): { value: number; isFloat: boolean } | undefined {
    const first = this.#first()
    const major = first >> 5
    if (major === MAJOR.unsigned) return { value: this.#argument(), isFloat: false }
    if (major === MAJOR.negative) return { value: -1 - this.#argument(), isFloat: false }
    if (first !== HALF && first !== SINGLE && first !== DOUBLE) return undefined
    const length = first === HALF ? 2 : first === SINGLE ? 4 : 8
    this.#at++
    const at = this.#take(length)
    const bytes = this.#bytes
    const value =
      length === 2 ? half(bytes.readUInt16BE(at)) : length === 4 ? bytes.readFloatBE(at) : bytes.readDoubleBE(at)
    return { value, isFloat: true }
  }

  bytes(): Buffer {
    return this.#string(MAJOR.bytes)
  }

  text(): string {
    const text = parseUtf8(this.#string(MAJOR.text))
    if (text === undefined) throw serializationError()
    return text
  }

  /** Calls `each` for every element of a list, or for every key of a map, which is read already; it reads the value. */
  list(depth: number, each: () => void): void {
    this.#elements(depth, each)
  }

  map(depth: number, each: (key: string) => void): void {
    this.#elements(depth, () => {
      if (this.#untagged() !== MAJOR.text) throw serializationError()
      each(this.text())
    })
  }

  /** Passes over a value that nobody asks for, which counts like any. */
  skip(depth: number): void {
    const major = this.next()
    if (major === MAJOR.list) this.#elements(depth, () => this.skip(depth + 1))
    else if (major === MAJOR.map)
      this.#elements(depth, () => {
        this.skip(depth + 1)
        this.skip(depth + 1)
      })
    else if (major === MAJOR.bytes || major === MAJOR.text) this.#string(major)
    else if (this.boolean() === undefined && !this.takeNull() && !this.number()) throw serializationError()
  }

  #elements(depth: number, each: () => void): void {
    if (depth >= MAXIMUM_DEPTH) throw tooDeep()
    const count = this.#length()
    for (let i = 0; count === undefined ? !this.#takeBreak() : i < count; i++) each()
  }

  /** Chunks are put together (RFC 8949, 3.2.3). */
  #string(major: number): Buffer {
    const length = this.#length()
    if (length !== undefined) return this.#slice(length)
    const chunks: Buffer[] = []
    while (!this.#takeBreak()) {
      if (this.#first() >> 5 !== major) throw serializationError()
      const size = this.#length()
      if (size === undefined) throw serializationError()
      // They may be of one byte each.
      this.#count()
      chunks.push(this.#slice(size))
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  }

  #slice(length: number): Buffer {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  #takeBreak(): boolean {
    if (this.#first() !== BREAK) return false
    this.#at++
    return true
  }

  #first(): number {
    const first = this.#bytes[this.#at]
    if (first === undefined) throw serializationError()
    return first
  }

  /** Undefined of what ends with a break. */
  #length(): number | undefined {
    if ((this.#first() & 31) !== INDEFINITE) return this.#argument()
    this.#at++
    return undefined
  }

  #argument(): number {
    const short = this.#first() & 31
    this.#at++
    if (short < 24) return short
    if (short > 27) throw serializationError()
    const size = 1 << (short - 24)
    const at = this.#take(size)
    return size === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, size)
  }

  #take(length: number): number {
    const at = this.#at
    if (length > this.#bytes.length - at) throw serializationError()
    this.#at = at + length
    return at
  }
}

/** RFC 8949, appendix D. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent < 31) return sign * (fraction + 1024) * 2 ** (exponent - 25)
  return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
}
