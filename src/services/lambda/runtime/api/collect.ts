import type { Body } from "./connection.ts"
import { type Gathered, gather } from "./gathered.ts"

export interface Collected {
  /** The body has more bytes than are taken; what comes after is thrown away. */
  overflow(): void
  end(payload: Buffer, trailers: Readonly<Record<string, string>>): void
}

const NO_BYTES = Buffer.alloc(0)

/** Takes a body whole, of so many bytes at most. Most often it comes in one piece, for which nothing is made. */
export function collect(bytesAtMost: number, { overflow, end }: Collected): Body {
  let first: Buffer | undefined
  let taken: Gathered | undefined
  let length = 0
  let isTooMuch = false

  function take(bytes: Buffer): void {
    if (first === undefined) {
      first = bytes
      return
    }
    if (!taken) {
      taken = gather()
      taken.add(first)
    }
    taken.add(bytes)
  }

  function forget(): void {
    first = undefined
    taken?.takeAll()
    taken = undefined
  }

  return {
    piece(bytes) {
      if (isTooMuch) return
      length += bytes.length
      isTooMuch = length > bytesAtMost
      if (!isTooMuch) return take(bytes)
      forget()
      overflow()
    },
    end(trailers) {
      if (!isTooMuch) end(taken?.takeAll() ?? first ?? NO_BYTES, trailers)
    },
    lost: forget,
  }
}
