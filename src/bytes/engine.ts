import type { Writing } from "../store/store.ts"
import type { Span } from "./bytes.ts"

/** Where bodies lie. It knows names and bytes; whose they are, and for how long, is the room's business. */
export interface Engine {
  /**
   * Begins a body. Before anything of it lies anywhere it has a lease, by which what a crash leaves is found: it was granted
   * before, unless the engine grants leases in transactions of its own.
   */
  create(id: string, options?: CreateOptions): Promise<Sink>
  readonly grantsLeases?: true
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

export interface CreateOptions {
  /** The name that it gets when it is whole, in place of its own: of a body that moves here, and may have been moved already. */
  as?: string | undefined
  /** Grants the lease, where the engine does that. */
  grant?: (tx: Writing) => Promise<void>
}
