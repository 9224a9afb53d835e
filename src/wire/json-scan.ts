import type { WireError } from "./errors.ts"
import { serializationError } from "./json-mismatch.ts"
import type { JsonPlan } from "./json-plan.ts"

/** Deeper than any model of AWS goes, and shallow enough for the stack. */
export const MAXIMUM_DEPTH = 256

export const tooDeep = (): WireError => serializationError("Nesting is too deep")
export const tooMany = (): WireError => serializationError("The request has too many values")

/** The bytes of a value that is not parsed: nobody will read it, for its structure does not know the member, or it is a large blob. */
export interface Cut {
  from: number
  to: number
  /** Of a blob: the members that lead to it. Its quotes are cut out too. */
  blob?: readonly string[]
}

export interface Scan {
  /** How many values there are, but for those within the cuts. */
  values: number
  cuts: readonly Cut[]
}

/** What is unknown and holds so many values is cut out; less is not worth it. */
const WORTH_CUTTING = 16
/** A blob of so many bytes is never made a text of the document. */
const LARGE_BLOB_BYTES = 64 * 1024

/**
 * Looks through JSON before anything is built of it: refuses what is no JSON, what is too deep and what has too many
 * values, and finds what no member will hold. Takes a few nanoseconds a byte and no memory.
 */
export function scanJson(bytes: Uint8Array, plan: JsonPlan, mostValues: number): Scan {
  const scanner = new JsonScanner(bytes, mostValues)
  scanner.document(plan)
  return scanner
}

/**
 * What is wrong with bytes as JSON of any kind, of which lists and objects may lie so deep in each other; found without
 * building anything of it. That they are UTF-8 is not looked at.
 */
export function findJsonFault(bytes: Uint8Array, deepest: number): "syntax" | "depth" | undefined {
  try {
    new JsonScanner(bytes, Number.POSITIVE_INFINITY, deepest).document(ANY)
    return undefined
  } catch (error) {
    return (error as Error).message === tooDeep().message ? "depth" : "syntax"
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const LETTER_E = 0x65
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_MAP = 0x7b
const CLOSE_MAP = 0x7d
const ANY: JsonPlan = { kind: "any" }

class JsonScanner implements Scan {
  values = 0
  readonly cuts: Cut[] = []
  readonly #bytes: Uint8Array
  readonly #mostValues: number
  readonly #deepest: number
  #at = 0
  /** Within something that is unknown nothing counts, and nothing more is cut. */
  #isUnknown = false
  /** The members of structures that lead here; a blob in a list or a map is not cut out. */
  readonly #path: string[] = []
  #elementsDepth = 0

  constructor(bytes: Uint8Array, mostValues: number, deepest = MAXIMUM_DEPTH) {
    this.#bytes = bytes
    this.#mostValues = mostValues
    this.#deepest = deepest
  }

  document(plan: JsonPlan): void {
    this.#space()
    this.#value(plan, 0)
    this.#space()
    if (this.#at < this.#bytes.length) throw serializationError()
  }

  #value(plan: JsonPlan, depth: number): void {
    if (++this.values > this.#mostValues && !this.#isUnknown) throw tooMany()
    const first = this.#bytes[this.#at]
    if (depth >= this.#deepest && (first === OPEN_MAP || first === OPEN_LIST)) throw tooDeep()
    if (first === OPEN_MAP) this.#map(plan, depth + 1)
    else if (first === OPEN_LIST) this.#list(plan, depth + 1)
    else if (first === QUOTE) {
      if (plan.kind !== "blob" || this.#elementsDepth > 0 || this.#isUnknown || !this.#largeBlob()) this.#text()
    } else this.#word()
  }

  /** Passes over it as fast as memory is read. What is not base64 in it is found where it is decoded. */
  #largeBlob(): boolean {
    const from = this.#at
    const end = this.#bytes.indexOf(QUOTE, from + 1)
    if (end - from < LARGE_BLOB_BYTES || this.#bytes.subarray(from, end).includes(BACKSLASH)) return false
    this.#at = end + 1
    this.cuts.push({ from, to: this.#at, blob: [...this.#path] })
    return true
  }

  #map(plan: JsonPlan, depth: number): void {
    this.#at++
    if (this.#endsAt(CLOSE_MAP)) return
    for (;;) {
      if (this.#bytes[this.#at] !== QUOTE) throw serializationError()
      const from = this.#at
      const isPlain = this.#text()
      const to = this.#at
      this.#expect(COLON)
      if (plan.kind === "structure") {
        const key = this.#keyOf(from, to, isPlain)
        const member = plan.members.get(key)
        this.#path.push(key)
        if (member) this.#value(member(), depth)
        else this.#unknown(depth)
        this.#path.pop()
      } else {
        this.#elementsDepth++
        this.#value(plan.kind === "elements" ? plan.element() : ANY, depth)
        this.#elementsDepth--
      }
      if (this.#endsAt(CLOSE_MAP)) return
      this.#expect(COMMA)
    }
  }

  #list(plan: JsonPlan, depth: number): void {
    const element = plan.kind === "elements" ? plan.element() : ANY
    this.#at++
    if (this.#endsAt(CLOSE_LIST)) return
    this.#elementsDepth++
    for (;;) {
      this.#value(element, depth)
      if (this.#endsAt(CLOSE_LIST)) break
      this.#expect(COMMA)
    }
    this.#elementsDepth--
  }

  #unknown(depth: number): void {
    if (this.#isUnknown) {
      this.#value(ANY, depth)
      return
    }
    const valuesBefore = this.values
    const from = this.#at
    this.#isUnknown = true
    this.#value(ANY, depth)
    this.#isUnknown = false
    if (this.values - valuesBefore >= WORTH_CUTTING) {
      this.cuts.push({ from, to: this.#at })
      this.values = valuesBefore + 1
    }
    if (this.values > this.#mostValues) throw tooMany()
  }

  #keyOf(from: number, to: number, isPlain: boolean): string {
    const { buffer, byteOffset } = this.#bytes
    const text = Buffer.from(buffer, byteOffset + from, to - from).toString("utf8")
    return isPlain ? text.slice(1, -1) : JSON.parse(text)
  }

  /** Whether it was written without escapes. */
  #text(): boolean {
    const bytes = this.#bytes
    let at = this.#at + 1
    let isPlain = true
    for (;;) {
      let byte = bytes[at]
      while (byte !== undefined && byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20) byte = bytes[++at]
      if (byte === QUOTE) break
      if (byte !== BACKSLASH) throw serializationError()
      isPlain = false
      at = this.#escapeAt(at + 1)
    }
    this.#at = at + 1
    return isPlain
  }

  /** Where the escape ends of which this is the letter. */
  #escapeAt(at: number): number {
    const letter = this.#bytes[at]
    if (letter === 0x75) {
      for (let i = 1; i <= 4; i++) if (!isHex(this.#bytes[at + i])) throw serializationError()
      return at + 5
    }
    if (letter === undefined || !ESCAPES.has(letter)) throw serializationError()
    return at + 1
  }

  /** A number, or one of the three words. */
  #word(): void {
    const bytes = this.#bytes
    const word = WORDS.get(bytes[this.#at] ?? 0)
    if (word === undefined) {
      this.#number()
      return
    }
    for (let i = 0; i < word.length; i++) if (bytes[this.#at + i] !== word[i]) throw serializationError()
    this.#at += word.length
  }

  #number(): void {
    if (this.#bytes[this.#at] === MINUS) this.#at++
    // What begins with a zero is no more than that.
    if (this.#bytes[this.#at] === ZERO) this.#at++
    else this.#digits()
    if (this.#bytes[this.#at] === POINT) {
      this.#at++
      this.#digits()
    }
    if (((this.#bytes[this.#at] ?? 0) | 0x20) !== LETTER_E) return
    const sign = this.#bytes[++this.#at]
    if (sign === PLUS || sign === MINUS) this.#at++
    this.#digits()
  }

  #digits(): void {
    const bytes = this.#bytes
    const from = this.#at
    let at = from
    for (let byte = bytes[at]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[++at]);
    if (at === from) throw serializationError()
    this.#at = at
  }

  #endsAt(close: number): boolean {
    this.#space()
    if (this.#bytes[this.#at] !== close) return false
    this.#at++
    return true
  }

  #expect(mark: number): void {
    this.#space()
    if (this.#bytes[this.#at] !== mark) throw serializationError()
    this.#at++
    this.#space()
  }

  #space(): void {
    const bytes = this.#bytes
    let byte = bytes[this.#at]
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.#at]
  }
}

const ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)))
const WORDS: ReadonlyMap<number, Uint8Array> = new Map(
  ["true", "false", "null"].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
)

const isHex = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66))
