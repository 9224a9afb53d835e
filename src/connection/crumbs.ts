import { IncomingMessage } from "node:http"
import type { Socket } from "node:net"

/** Any body may come in so many pieces, whatever their size. */
const FREE_PIECES = 1024
const LEAST_BYTES_PER_PIECE = 64

/**
 * Requests that count the pieces that their bodies come in: HTTP's own chunks may be of one byte each, and every one of
 * them goes through the parser and the stream by itself, which costs far more than what it holds. They are counted where
 * the parser puts them in, for it does not stop within what has been read already: ten thousand of them may lie there.
 *
 * `onCrumbs` is told of the connection, once, when the pieces are seen to be too small. What comes after that is thrown away.
 */
export const countedMessages = (onCrumbs: (socket: Socket) => void): typeof IncomingMessage =>
  class extends IncomingMessage {
    #pieces = 0
    #bytes = 0
    #isCrumbled = false

    override push(piece: Buffer | null, encoding?: BufferEncoding): boolean {
      if (piece === null) return super.push(null)
      if (this.#isCrumbled) return false
      this.#bytes += piece.length
      if ((++this.#pieces - FREE_PIECES) * LEAST_BYTES_PER_PIECE <= this.#bytes) return super.push(piece, encoding)
      this.#isCrumbled = true
      onCrumbs(this.socket)
      return false
    }
  }
