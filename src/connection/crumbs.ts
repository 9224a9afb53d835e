import { IncomingMessage } from "node:http"
import type { Socket } from "node:net"

/** Any body may come in so many pieces, whatever their size. */
const FREE_PIECES = 1024
const LEAST_BYTES_PER_PIECE = 64
const LEAST_BYTES_PER_CHUNK = 256

/** Whether a document comes in pieces so small that taking them in costs more than what they hold. */
export const isCrumbled = (pieces: number, bytes: number): boolean =>
  (pieces - FREE_PIECES) * LEAST_BYTES_PER_PIECE > bytes

/**
 * Requests that count the small pieces that come in one packet: HTTP's own chunks may be of one byte each, and every one
 * of them goes through the parser and the stream by itself, which costs far more than what it holds. They are counted where
 * the parser puts them in, for it does not stop within what has been read already: ten thousand of them may lie there.
 * A sender who is slow, and sends little at a time, is none of those.
 *
 * `onCrumbs` is told of the connection, once, when there are too many of them. What comes after that is thrown away.
 */
export const countedMessages = (onCrumbs: (socket: Socket) => void): typeof IncomingMessage =>
  class extends IncomingMessage {
    #crumbs = 0
    #bytes = 0
    /** What the connection had read when the piece before came. */
    #readBytes = 0
    #isCrumbled = false

    override push(piece: Buffer | null, encoding?: BufferEncoding): boolean {
      if (piece === null) return super.push(null)
      if (this.#isCrumbled) return false
      this.#bytes += piece.length
      if (piece.length >= LEAST_BYTES_PER_CHUNK || !this.#isOneTooMany()) return super.push(piece, encoding)
      this.#isCrumbled = true
      onCrumbs(this.socket)
      return false
    }

    #isOneTooMany(): boolean {
      const { bytesRead } = this.socket
      if (bytesRead === this.#readBytes) this.#crumbs++
      this.#readBytes = bytesRead
      return (this.#crumbs - FREE_PIECES) * LEAST_BYTES_PER_CHUNK > this.#bytes
    }
  }
