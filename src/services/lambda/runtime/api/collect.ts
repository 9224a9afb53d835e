import type { Body } from "./connection.ts"
import { gather } from "./gathered.ts"

export interface Collected {
  /** The body has more bytes than are taken; what comes after is thrown away. */
  overflow(): void
  end(payload: Buffer, trailers: Readonly<Record<string, string>>): void
}

/** Takes a body whole, of so many bytes at most. */
export function collect(bytesAtMost: number, { overflow, end }: Collected): Body {
  const taken = gather()
  let isTooMuch = false
  return {
    piece(bytes) {
      if (isTooMuch) return
      isTooMuch = taken.length + bytes.length > bytesAtMost
      if (!isTooMuch) return taken.add(bytes)
      taken.takeAll()
      overflow()
    },
    end(trailers) {
      if (!isTooMuch) end(taken.takeAll(), trailers)
    },
    lost() {
      taken.takeAll()
    },
  }
}
