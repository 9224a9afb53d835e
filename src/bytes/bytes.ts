import type { Writing } from "../store/store.ts"

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface Span {
  start: number
  end: number
}

/** One of the bodies that make up a content. */
export interface Segment {
  id: string
  size: number
}

/** A body that was written and that nobody owns yet. It stays for as long as its lease: `keep` makes it last. */
export interface Written extends Segment {
  /** What is left to be written, by `keep`. */
  last?: (tx: Writing) => Promise<unknown>
  isLeased: boolean
}

export interface WriteOptions {
  /** The first half of the body's id: bodies of a family can be dropped as one. */
  family?: string
}

/**
 * Where bytes lie that are too many for a row. A body is written once, as a whole, and never changes; it has an id, which
 * whoever owns the body keeps in a record of its own.
 *
 * Pieces of bytes, those that are written and those that are read, are good until the next one is asked for: their memory
 * is used again.
 *
 * Failures of the place are StoreErrors, `unavailable`: disk full, directory not writable, bytes that should be there and
 * are not.
 */
export interface Bytes {
  /**
   * Reads `body` to its end, no faster than it is stored. It is durable then, and seen by nobody. Where `body` throws,
   * nothing is left of it.
   */
  write(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: WriteOptions): Promise<Written>
  /**
   * Makes a body last, as part of the transaction that makes it visible. Throws `swept` (errors.ts) where it had
   * waited for longer than its lease.
   */
  keep(tx: Writing, written: Written): Promise<void>
  /** Removes a body at once that will not be kept; one that was kept after all stays. */
  discard(written: Written): Promise<void>
  /**
   * Gives up the body, or all bodies of a family, as part of the transaction that nothing names them after. Who reads
   * them goes on; when the last lease has run out they are removed.
   */
  drop(tx: Writing, id: string): Promise<void>
  /** Throws where the body is not there, or not as large as it must be. */
  assertThere(segment: Segment): Promise<void>
  /** A span of bodies in a row. They stay while they are read, dropped or not. */
  read(segments: readonly Segment[], span: Span): AsyncGenerator<Uint8Array>
}
