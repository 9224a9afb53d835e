import type { ServerHttp2Stream } from "node:http2"
import { Readable } from "node:stream"
import type { TLSSocket } from "node:tls"
import { countCrumbs } from "../crumbs.ts"

/** The body of a request as it comes in frames. */
export interface Arriving {
  /** All bytes of it that have come until now. */
  readonly bytesRead: number
  /** What comes from now on is thrown away. */
  throwAway(): void
}

/**
 * Frames may be of one byte each, and each is put into the stream by itself whether somebody reads or not: they are counted
 * where they are put in, as HTTP/1.1's chunks are. `onCrumbs` is told once; what comes after that is thrown away.
 */
export function watchArriving(stream: ServerHttp2Stream, { socket, onCrumbs }: Watch): Arriving {
  const crumbs = countCrumbs()
  let isUnwanted = false
  const arriving = {
    bytesRead: 0,
    throwAway() {
      isUnwanted = true
    },
  }
  stream.push = (piece: Buffer | null) => {
    if (piece === null) return Readable.prototype.push.call(stream, null)
    arriving.bytesRead += piece.length
    // Whoever asks for no more of what is thrown away stops its sender, whom the flow control then keeps waiting.
    if (isUnwanted) return false
    if (!crumbs.add(piece.length, socket.bytesRead)) return Readable.prototype.push.call(stream, piece)
    isUnwanted = true
    onCrumbs()
    return false
  }
  return arriving
}

interface Watch {
  socket: Pick<TLSSocket, "bytesRead">
  onCrumbs(): void
}
