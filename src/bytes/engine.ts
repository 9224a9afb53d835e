import type { Writing } from "../store/store.ts"
import type { Span } from "./bytes.ts"

/** Where bodies lie. It knows names and bytes; whose they are, and for how long, is the room's business. */
export interface Engine {
  /**
   * Begins a body. Before anything of it lies anywhere it has a lease, by which what a crash leaves is found: see `Lease`.
   * Where `as` is given, it gets that name when it is whole: a body that moves here, and may have been moved already.
   */
  create(id: string, lease: Lease, as?: string): Promise<Sink>
  /** How large a body is that was written to its end; undefined where there is none. */
  find(id: string): Promise<number | undefined>
  /** A span that is not empty. Throws `missing` (errors.ts) where not all of it is there. */
  read(id: string, span: Span): AsyncGenerator<Uint8Array>
  /**
   * Removes a body, whole or begun, or all bodies of a family, and whatever is left of them. True where nothing is left,
   * false where there is more than one piece of work.
   */
  remove(id: string): Promise<boolean>
}

export interface Sink {
  /** The piece is no longer needed when it resolves. */
  write(piece: Uint8Array): Promise<void>
  /** Makes the body whole and durable. What it returns is left to the transaction that keeps the body. */
  finish(): Promise<((tx: Writing) => Promise<unknown>) | undefined>
  /** Removes what was written; after a `finish` that failed as well. */
  abort(): Promise<void>
}

/** The lease of a body that is being written: begun by itself, or as part of a transaction that the engine needs anyway. */
export interface Lease {
  begin(): Promise<void>
  grant(tx: Writing): Promise<void>
}
