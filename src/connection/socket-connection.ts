import { isUtf8 } from "node:buffer"
import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"
import type { SocketEvent, SocketOwner } from "../wire/web-socket.ts"
import { type FrameWatch, watchFrames } from "./frames.ts"

/** Developer Guide, "Quotas for configuring and running a WebSocket API"; what is longer ends the connection with 1009. */
export const MESSAGE_BYTES = 128 * 1024
const FRAME_BYTES = 32 * 1024
/** So many messages of one connection are answered at the same time; meanwhile no more of it is read. */
const MESSAGES_AT_ONCE = 8
/** Where a reader has left so much, nothing is added, and nothing more is read from it. */
const UNTAKEN_BYTES = 256 * 1024
/** Ticks of a second: after so many in which a reader has taken nothing of what waits for it, it is cut. */
const SLOW_TICKS = 30
/** A message may be in pieces for so long. */
const UNFINISHED_TICKS = 20

const TOO_LONG = 1009
const POLICY = 1008
const PROTOCOL = 1002
const NOT_TEXT = 1007
const ABNORMAL = 1006

export interface SocketHouse {
  answer(request: HttpRequest): Promise<HttpResponse>
  onFault(error: unknown): void
  /** Of all connections together. */
  held: { bytes: number; atMost: number }
  /** Has what is under way waited for. */
  track(work: Promise<void>): void
  onEnd(connection: SocketConnection): void
}

/** One connection: its bounds, and what comes of its messages. */
export class SocketConnection {
  readonly ended: Promise<void>
  readonly #base: HttpRequest
  readonly #owner: SocketOwner
  readonly #house: SocketHouse
  readonly #frames: FrameWatch = watchFrames(FRAME_BYTES)
  #resolve: () => void
  #webSocket: WebSocket | undefined
  #socket: Duplex | undefined
  /** Why this side has closed it. */
  #closed: { code: number; reason: string } | undefined
  #isOver = false
  #underWay = 0
  #pendingBytes = 0
  #untaken = 0
  #slowTicks = 0
  #unfinishedTicks = 0
  #takenBytes = 0

  constructor(request: HttpRequest, owner: SocketOwner, house: SocketHouse) {
    this.#base = baseOf(request)
    this.#owner = owner
    this.#house = house
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#resolve = resolve
  }

  /** Before `ws` reads: what is too long is seen before it is put together. */
  watch(socket: Duplex): void {
    this.#socket = socket
    socket.on("data", this.#look)
  }

  open(webSocket: WebSocket): void {
    this.#webSocket = webSocket
    webSocket.on("message", (data, isBinary) => this.#receive(data as Buffer, isBinary))
    webSocket.on("error", (error: Error & { code?: string }) => {
      this.#closed ??= { code: CODES[error.code ?? ""] ?? PROTOCOL, reason: "" }
    })
    webSocket.on("close", (code, reason) => this.#end(this.#closed ?? { code, reason: reason.toString("utf8") }))
    this.#owner.opened({
      send: (text) => this.#send(text),
      close: (code, reason) => this.close(code, reason),
    })
  }

  close(code: number, reason: string): void {
    if (this.#isOver) return
    this.#closed ??= { code, reason }
    this.#webSocket?.resume()
    this.#webSocket?.close(code, reason)
  }

  cut(): void {
    this.#webSocket?.terminate()
  }

  /** It never came to be open. */
  fail(): void {
    this.#socket?.destroy()
    this.#end({ code: ABNORMAL, reason: "" })
  }

  tick(): void {
    if (this.#isOver) return
    const taken = this.#takenBytes
    this.#takenBytes = 0
    this.#slowTicks = this.#untaken > 0 && taken === 0 ? this.#slowTicks + 1 : 0
    this.#unfinishedTicks = this.#frames.pendingBytes > 0 ? this.#unfinishedTicks + 1 : 0
    if (this.#slowTicks > SLOW_TICKS) this.cut()
    else if (this.#unfinishedTicks > UNFINISHED_TICKS) this.close(POLICY, "")
    else this.#owner.tick()
  }

  readonly #look = (piece: Buffer): void => {
    if (!this.#frames.take(piece)) this.close(TOO_LONG, "")
    this.#hold(this.#frames.pendingBytes)
    if (this.#house.held.bytes > this.#house.held.atMost) this.cut()
  }

  #hold(pendingBytes: number): void {
    this.#house.held.bytes += pendingBytes - this.#pendingBytes
    this.#pendingBytes = pendingBytes
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#closed || this.#isOver) return
    this.#underWay++
    this.#pace()
    this.#house.track(this.#handle(data, isBinary))
  }

  async #handle(data: Buffer, isBinary: boolean): Promise<void> {
    try {
      const { body } = await this.#ask("MESSAGE", data, { is: "message", owner: this.#owner, isBinary })
      // Whoever sends and does not read what it is answered is cut.
      const isText = typeof body === "string" || body instanceof Uint8Array
      if (isText && body.length > 0 && !this.#send(body) && !this.#closed) this.cut()
    } catch (error) {
      this.#house.onFault(error)
    } finally {
      this.#underWay--
      this.#pace()
    }
  }

  #ask(method: string, body: Uint8Array, socket: SocketEvent): Promise<HttpResponse> {
    return this.#house.answer({ ...this.#base, headers: { ...this.#base.headers }, method, body, socket })
  }

  #send(text: string | Uint8Array): boolean {
    const { held } = this.#house
    const bytes = Buffer.byteLength(text)
    const webSocket = this.#webSocket
    if (!webSocket || this.#closed || this.#isOver || webSocket.readyState !== webSocket.OPEN) return false
    if (this.#untaken > UNTAKEN_BYTES || held.bytes + bytes > held.atMost) return false
    this.#untaken += bytes
    held.bytes += bytes
    webSocket.send(text, { binary: typeof text !== "string" && !isUtf8(text) }, () => {
      this.#untaken -= bytes
      this.#takenBytes += bytes
      held.bytes -= bytes
      this.#pace()
    })
    this.#pace()
    return true
  }

  /** Reads on where there is room for what may come of it. */
  #pace(): void {
    const webSocket = this.#webSocket
    if (!webSocket || this.#isOver || this.#closed) return
    const isFull = this.#underWay >= MESSAGES_AT_ONCE || this.#untaken > UNTAKEN_BYTES
    if (isFull && !webSocket.isPaused) webSocket.pause()
    else if (!isFull && webSocket.isPaused) webSocket.resume()
  }

  #end({ code, reason }: { code: number; reason: string }): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#socket?.off("data", this.#look)
    this.#hold(0)
    const told = this.#ask("DISCONNECT", NOTHING, { is: "end", owner: this.#owner, code, reason })
    this.#house.track(told.then(() => {}, this.#house.onFault))
    this.#owner.ended()
    this.#house.onEnd(this)
    this.#resolve()
  }
}

const NOTHING = new Uint8Array()

/** By `ws`'s names. */
const CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_LONG,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: TOO_LONG,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: POLICY,
  WS_ERR_INVALID_UTF8: NOT_TEXT,
}

/** What of the handshake is said again with each message: by what it was found, and who it came from. No secrets. */
function baseOf({ path, headers, remoteAddress, secure }: HttpRequest): HttpRequest {
  const { host, "user-agent": agent } = headers
  const kept: Record<string, string> = {
    ...(host !== undefined && { host }),
    ...(agent !== undefined && { "user-agent": agent }),
  }
  const rawHeaders = Object.entries(kept).flat()
  return { method: "", path, query: "", headers: kept, rawHeaders, body: NOTHING, remoteAddress, secure }
}
