/** What all the bodies that are read whole, and are not answered yet, hold together. */
export interface BodyMemory {
  /** Whether a body that has `size` bytes with these may take them. */
  take(bytes: number, size: number): boolean
  give(bytes: number): void
}

/**
 * Eight of the longest requests that any operation takes (DynamoDB's of 16 MiB): a server with its own needs stays within
 * half a gibibyte.
 */
const MOST_BYTES = 128 * 1024 * 1024
/** Bodies up to this size are what nearly all requests have: a part of the memory is theirs alone. */
const SMALL_BYTES = 64 * 1024
const OF_SMALL_BYTES = MOST_BYTES / 4

export function createBodyMemory(mostBytes = MOST_BYTES, ofSmallBytes = OF_SMALL_BYTES): BodyMemory {
  let held = 0
  return {
    take(bytes, size) {
      if (held + bytes > (size > SMALL_BYTES ? mostBytes - ofSmallBytes : mostBytes)) return false
      held += bytes
      return true
    },
    give(bytes) {
      held -= bytes
    },
  }
}
