/** Any body may come in so many pieces, whatever their size. */
const FREE_PIECES = 1024
const LEAST_BYTES_PER_PIECE = 64
const LEAST_BYTES_PER_CHUNK = 256

/** Whether a document comes in pieces so small that taking them in costs more than what they hold. */
export const isCrumbled = (pieces: number, bytes: number): boolean =>
  (pieces - FREE_PIECES) * LEAST_BYTES_PER_PIECE > bytes

/** The small pieces of one body that come in one packet. */
export interface CrumbCount {
  /** Whether this piece is one too many; `readBytes` is what the connection has read until now. */
  add(bytes: number, readBytes: number): boolean
}

/**
 * HTTP's own chunks may be of one byte each, and every one of them goes through the parser and the stream by itself, which
 * costs far more than what it holds. They are counted where the parser puts them in, for it does not stop within what has
 * been read already: ten thousand of them may lie there. A sender who is slow, and sends little at a time, is none of those.
 */
export function countCrumbs(): CrumbCount {
  let crumbs = 0
  let bytes = 0
  /** What the connection had read when the piece before came. */
  let readBefore = 0
  return {
    add(length, readBytes) {
      bytes += length
      if (length >= LEAST_BYTES_PER_CHUNK) return false
      if (readBytes === readBefore) crumbs++
      readBefore = readBytes
      return (crumbs - FREE_PIECES) * LEAST_BYTES_PER_CHUNK > bytes
    },
  }
}
