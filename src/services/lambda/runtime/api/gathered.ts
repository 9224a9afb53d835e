const FIRST_CAPACITY = 4096
const NO_BYTES = Buffer.alloc(0)

/** Bytes that come in pieces of any size, held as one: what is held costs what it is long, however small the pieces were. */
export interface Gathered {
  readonly length: number
  add(bytes: Buffer): void
  /** From where the text stands, or -1; what was looked through before is not looked through again. */
  indexOf(text: string): number
  /** The first bytes, which are held no longer. They are never written over. */
  take(length: number): Buffer
  /** The first bytes as a text of one character each; so many behind them are held no longer either. */
  takeText(length: number, behind: number): string
  /** All of it, for good; nothing is held any more. */
  takeAll(): Buffer
}

export function gather(): Gathered {
  // What is held are the bytes from `start` to `end`; those behind are free where the buffer is of one's own.
  let bytes: Buffer = NO_BYTES
  let start = 0
  let end = 0
  let isOwn = false
  let sought = ""
  let lookedTo = 0

  function forget(): void {
    bytes = NO_BYTES
    start = end = lookedTo = 0
    isOwn = false
  }

  return {
    get length() {
      return end - start
    },
    add(more) {
      const length = end - start
      if (length === 0) {
        // Most often there is one piece: it is not copied.
        bytes = more
        start = lookedTo = 0
        end = more.length
        isOwn = false
        return
      }
      if (!isOwn || end + more.length > bytes.length) {
        const room = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, 2 * (length + more.length)))
        bytes.copy(room, 0, start, end)
        lookedTo = Math.max(0, lookedTo - start)
        bytes = room
        start = 0
        end = length
        isOwn = true
      }
      more.copy(bytes, end)
      end += more.length
    },
    indexOf(text) {
      if (text !== sought) {
        sought = text
        lookedTo = start
      }
      const held = end === bytes.length ? bytes : bytes.subarray(0, end)
      const at = held.indexOf(text, Math.max(start, lookedTo), "latin1")
      lookedTo = at < 0 ? Math.max(start, end - text.length + 1) : at
      return at < 0 ? -1 : at - start
    },
    take(length) {
      const taken = bytes.subarray(start, start + length)
      start += length
      if (start === end) forget()
      return taken
    },
    takeText(length, behind) {
      const text = bytes.toString("latin1", start, start + length)
      start += length + behind
      if (start === end) forget()
      return text
    },
    takeAll() {
      const held = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end)
      const all = isOwn && bytes.length > 2 * held.length ? Buffer.from(held) : held
      forget()
      return all
    },
  }
}
