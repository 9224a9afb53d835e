import type { IncomingMessage } from "node:http"
import { release } from "../wire/body.ts"
import { isCrumbled } from "./crumbs.ts"
import type { Exchange } from "./exchange.ts"
import { awaitTurn, giveUpTurn } from "./turns.ts"

/** How much of a body that nobody wants is read, so that its sender hears the answer, before the connection is cut. */
const UNWANTED_BYTES = 64 * 1024 * 1024
/** As long as nginx lingers (`lingering_timeout`, `lingering_time`). */
const SILENT_MILLISECONDS = 5_000
const ALL_MILLISECONDS = 30_000

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
    const silence = setTimeout(done, SILENT_MILLISECONDS)
    const all = setTimeout(done, ALL_MILLISECONDS)
    function onData(piece: Buffer) {
      bytes += piece.length
      release(piece)
      silence.refresh()
      if (bytes > UNWANTED_BYTES || isCrumbled(++pieces, bytes)) return done()
      incoming.pause()
      awaitTurn(readOn)
    }
    function readOn() {
      incoming.resume()
    }
    function done() {
      clearTimeout(silence)
      clearTimeout(all)
      giveUpTurn(readOn)
      exchange.stopWaiting = undefined
      incoming.removeListener("data", onData)
      if (!incoming.readableEnded) throwAway(incoming)
      resolve()
    }
    if (exchange.isBroken || exchange.body.isHopeless || incoming.destroyed) return done()
    exchange.stopWaiting = done
    incoming.on("error", done).on("end", done).on("close", done).on("data", onData)
    readOn()
  })
}

/** What had come before its sender went away. While it flows, it is read as it came, piece by piece. */
function throwAway(incoming: IncomingMessage): void {
  incoming.resume()
  for (let piece = incoming.read(); piece !== null; piece = incoming.read()) release(piece)
  incoming.pause()
}
