import { isCrumbled } from "./crumbs.ts"
import type { Exchange } from "./exchange.ts"
import { type Place, Queue } from "./queue.ts"
import { awaitTurn } from "./turns.ts"

/** How much of a body that nobody wants is read, so that its sender hears the answer, before the connection is cut. */
const UNWANTED_BYTES = 64 * 1024 * 1024
/** As long as nginx lingers (`lingering_timeout`, `lingering_time`). */
const SILENT_MILLISECONDS = 5_000
const ALL_MILLISECONDS = 30_000
/**
 * Each costs some ten kilobytes, and what lives when the young generation is collected is left for a collection of the whole
 * heap. Of more, the first is cut: it has had the longest time to hear its answer.
 */
const MOST_AT_ONCE = 64
/** In the order in which they began. */
const lingering = new Queue<() => void>()

/**
 * Reads on and keeps nothing until the sender has ended or gone away, or one of the bounds is reached. A connection that is
 * closed while bytes are still on their way to it is reset, and with that the answer may be lost that its sender has not
 * read yet (RFC 9112, 9.6).
 */
export function linger(exchange: Exchange): Promise<void> {
  const { incoming } = exchange
  return new Promise((resolve) => {
    let bytes = 0
    let pieces = 0
    let place: Place<unknown> | undefined
    let turn: Place<unknown> | undefined
    const silence = setTimeout(done, SILENT_MILLISECONDS)
    const all = setTimeout(done, ALL_MILLISECONDS)
    function onPiece(length: number) {
      bytes += length
      silence.refresh()
      if (bytes > UNWANTED_BYTES || isCrumbled(++pieces, bytes)) return done()
      turn?.leave()
      turn = awaitTurn(readOn)
    }
    function readOn() {
      incoming.socket.resume()
    }
    function done() {
      place?.leave()
      clearTimeout(silence)
      clearTimeout(all)
      turn?.leave()
      exchange.stopWaiting = undefined
      if (!incoming.readableEnded) {
        incoming.throwAway(() => {})
        incoming.pause()
        incoming.socket.pause()
      }
      resolve()
    }
    if (exchange.isBroken || exchange.body.isHopeless || incoming.destroyed) return done()
    exchange.stopWaiting = done
    for (const cut of lingering) if (lingering.size >= MOST_AT_ONCE) cut()
    place = lingering.enter(done)
    incoming.on("error", done).on("end", done).on("close", done)
    incoming.throwAway(onPiece)
  })
}
