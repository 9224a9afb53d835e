import type { Body } from "./connection.ts"

export interface Collected {
  /** The body has more bytes than are taken; what comes after is thrown away. */
  overflow(): void
  end(payload: Buffer, trailers: Readonly<Record<string, string>>): void
}

const EMPTY = Buffer.alloc(0)

/** Takes a body whole, of so many bytes at most. */
export function collect(bytesAtMost: number, { overflow, end }: Collected): Body {
  let pieces: Buffer[] = []
  let size = 0
  return {
    piece(bytes) {
      if (size > bytesAtMost) return
      size += bytes.length
      if (size <= bytesAtMost) pieces.push(bytes)
      else {
        pieces = []
        overflow()
      }
    },
    end(trailers) {
      if (size <= bytesAtMost)
        end(pieces.length === 1 ? pieces[0]! : size === 0 ? EMPTY : Buffer.concat(pieces), trailers)
    },
    lost() {},
  }
}
