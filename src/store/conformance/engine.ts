import type { Migration, Store } from "../store.ts"

/** Somewhere that a store can be opened, closed and opened again. */
export interface Place {
  open(migrations: readonly Migration[], options?: { workLimitMilliseconds?: number }): Promise<Store>
  remove(): Promise<void>
}

export interface Engine {
  createPlace(): Promise<Place>
  /** Whether a place keeps what was written when its store is closed. */
  isKept: boolean
  /** Whether several stores can be open at the same place at the same time. */
  isShared: boolean
}
