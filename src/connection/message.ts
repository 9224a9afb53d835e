import { IncomingMessage } from "node:http"
import { release } from "../wire/body.ts"
import { countCrumbs } from "./crumbs.ts"

/** A request of `node:http` that may be rid of its body. */
export class Message extends IncomingMessage {
  /** Told once, where the body comes in too many crumbs. What comes after that is thrown away. */
  onCrumbs: (() => void) | undefined
  #crumbs = countCrumbs()
  #isCrumbled = false
  #onThrownAway: ((bytes: number) => void) | undefined

  /**
   * Nobody wants the body any more. What is here is thrown away, and each piece to come as well, before the stream gets to
   * hold it; after each the connection is not read until somebody resumes it.
   */
  throwAway(onPiece: (bytes: number) => void): void {
    this.#onThrownAway = onPiece
    // While it flows, it is read as it came, piece by piece, and not as a copy of all.
    this.resume()
    for (let piece = this.read(); piece !== null; piece = this.read()) release(piece)
  }

  override push(piece: Buffer | null, encoding?: BufferEncoding): boolean {
    if (piece === null) return super.push(null)
    if (this.#isCrumbled) return false
    if (this.#crumbs.add(piece.length, this.socket.bytesRead)) {
      this.#isCrumbled = true
      this.onCrumbs?.()
      return false
    }
    if (!this.#onThrownAway) return super.push(piece, encoding)
    const { length } = piece
    release(piece)
    this.#onThrownAway(length)
    return false
  }
}
