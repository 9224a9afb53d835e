import { MAJOR } from "./cbor-read.ts"

const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6
const DOUBLE = 0xfb
/** An epoch-based time (RFC 8949, 3.4.2). */
const TIME = 0xc1

/** Writes CBOR (RFC 8949), one value after the other. */
export class CborWriter {
  #bytes = Buffer.allocUnsafe(256)
  #at = 0

  /** A list of so many elements, or a map of so many keys and values, which come next. */
  begin(kind: "list" | "map", count: number): void {
    this.#head(MAJOR[kind], count)
  }

  text(text: string): void {
    const length = Buffer.byteLength(text)
    this.#head(MAJOR.text, length)
    this.#room(length)
    this.#at += this.#bytes.write(text, this.#at)
  }

  bytes(bytes: Uint8Array): void {
    this.#head(MAJOR.bytes, bytes.length)
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.#room(9)
      this.#bytes[this.#at] = DOUBLE
      this.#at = this.#bytes.writeDoubleBE(value, this.#at + 1)
    } else if (value < 0) this.#head(MAJOR.negative, -1 - value)
    else this.#head(MAJOR.unsigned, value)
  }

  boolean(value: boolean): void {
    this.#byte(value ? TRUE : FALSE)
  }

  null(): void {
    this.#byte(NULL)
  }

  /** In whole milliseconds, as AWS has it where RFC 8949 has seconds. */
  time(date: Date): void {
    this.#byte(TIME)
    this.number(date.getTime())
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #head(major: number, argument: number): void {
    this.#room(9)
    const bytes = this.#bytes
    const first = major << 5
    if (argument < 24) bytes[this.#at++] = first | argument
    else if (argument < 0x100) {
      bytes[this.#at] = first | 24
      this.#at = bytes.writeUInt8(argument, this.#at + 1)
    } else if (argument < 0x10000) {
      bytes[this.#at] = first | 25
      this.#at = bytes.writeUInt16BE(argument, this.#at + 1)
    } else if (argument < 0x100000000) {
      bytes[this.#at] = first | 26
      this.#at = bytes.writeUInt32BE(argument, this.#at + 1)
    } else {
      bytes[this.#at] = first | 27
      this.#at = bytes.writeBigUInt64BE(BigInt(argument), this.#at + 1)
    }
  }

  #byte(byte: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = byte
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + more))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

/** A value that JSON could hold. */
export function writePlain(writer: CborWriter, value: unknown): void {
  if (typeof value === "string") writer.text(value)
  else if (typeof value === "number") writer.number(value)
  else if (typeof value === "boolean") writer.boolean(value)
  else if (Array.isArray(value)) {
    writer.begin("list", value.length)
    for (const element of value) writePlain(writer, element)
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    writer.begin("map", entries.length)
    for (const [key, one] of entries) {
      writer.text(key)
      writePlain(writer, one)
    }
  } else writer.null()
}
