import type { Socket } from "node:net"
import { gather } from "./gathered.ts"
import { HttpFault, headReader, type RequestHead } from "./head.ts"
import { outgoingTo } from "./outgoing.ts"

/** What a request's body goes to, piece by piece. */
export interface Body {
  /** The piece is good until the promise resolves; the sender waits for it. */
  piece(bytes: Buffer): void | Promise<void>
  /** With the trailers of a chunked body, names in lower case. */
  end(trailers: Readonly<Record<string, string>>): void
  /** The connection was lost before the end. */
  lost(): void
}

/** Where the answer of a request goes; it may come at any later time. */
export interface Exchange {
  /** `headers` are lines that end in CR LF; the length is added. */
  respond(status: string, headers: string, body: Uint8Array | string): void
  readonly isOpen: boolean
}

export interface ConnectionOptions {
  /** Begins a request. Where it returns undefined, the body is read and thrown away. */
  begin(head: RequestHead, exchange: Exchange): Body | undefined
  onClose(): void
  /** Told by how many bytes more, or less, the connection holds of requests; where it answers false it is cut off. */
  holds?(change: number): boolean
}

const HEAD_END = "\r\n\r\n"
/** `Lambda-Runtime-Function-XRay-Error-Cause` alone may have 1 MB. */
const HEAD_BYTES_AT_MOST = 1_200_000
const LINE_BYTES_AT_MOST = 65_536
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n"

type State = "head" | "sized" | "chunkSize" | "chunk" | "chunkEnd" | "trailers" | "waiting"

/**
 * HTTP/1.1 for the Runtime API, on a socket, with as little as it takes: two requests an invocation come by here, so
 * that what node:http does beyond it would be the most of what an invocation costs. Requests are answered in the order
 * in which they come, one at a time, and may be sent before the answer to the one before.
 *
 * Who sends another request before they have an answer does not wait for that answer, and gets it together with the next:
 * a runtime that asks for its next event as it answers is woken once an invocation, and not twice.
 */
export function serveConnection(socket: Socket, options: ConnectionOptions): void {
  let state: State = "head"
  const pending = gather()
  let told = 0
  let remaining = 0
  let body: Body | undefined
  let keepsAlive = true
  let trailers: Record<string, string> = {}
  let isRunning = false
  let isClosed = false
  const outgoing = outgoingTo(socket)
  const parseHead = headReader()

  socket.setNoDelay(true)
  socket.on("data", (bytes: Buffer) => {
    pending.add(bytes)
    if (state === "waiting" && pending.length > HEAD_BYTES_AT_MOST) socket.destroy()
    else advance()
  })
  socket.on("error", () => socket.destroy())
  socket.on("close", () => {
    isClosed = true
    options.holds?.(-told)
    const lost = body
    body = undefined
    if (state !== "waiting" && state !== "head") lost?.lost()
    options.onClose()
  })

  /** Says what is still held when all that could be taken has been. */
  function tell(): void {
    const change = pending.length - told
    told = pending.length
    if (change !== 0 && options.holds?.(change) === false) socket.destroy()
  }

  function advance(): void {
    if (isRunning) return
    isRunning = true
    try {
      while (!isClosed) {
        const more = hasUnread() ? drained() : step()
        if (more instanceof Promise) return void goOnAfter(more)
        if (!more) break
      }
    } catch (error) {
      refuse(error)
    }
    isRunning = false
    if (isClosed) return
    if (state !== "waiting") outgoing.flush()
    tell()
  }

  function goOnAfter(more: Promise<unknown>): void {
    outgoing.flush()
    socket.pause()
    more.then(
      () => {
        isRunning = false
        socket.resume()
        advance()
      },
      (error: unknown) => {
        isRunning = false
        refuse(error)
      },
    )
  }

  /** Who does not read the answers is asked nothing more. */
  const hasUnread = (): boolean => state === "head" && socket.writableNeedDrain

  const drained = (): Promise<boolean> =>
    new Promise((resolve) => {
      const settle = () => {
        socket.off("drain", settle)
        socket.off("close", settle)
        resolve(true)
      }
      socket.on("drain", settle)
      socket.on("close", settle)
    })

  /** Takes what can be taken; false where more bytes are needed first. */
  function step(): boolean | Promise<boolean> {
    switch (state) {
      case "head":
        return takeHead()
      case "sized":
      case "chunk":
        return takeBytes()
      case "chunkSize":
        return takeLine(beginChunk)
      case "chunkEnd":
        return takeLine(endChunk)
      case "trailers":
        return takeLine(takeTrailer)
      case "waiting":
        return false
    }
  }

  function takeHead(): boolean {
    const end = pending.indexOf(HEAD_END)
    if (end < 0) {
      if (pending.length > HEAD_BYTES_AT_MOST) throw new HttpFault("431 Request Header Fields Too Large")
      return false
    }
    const head = parseHead(pending.takeText(end, HEAD_END.length))
    keepsAlive = head.keepsAlive
    trailers = {}
    state = head.isChunked ? "chunkSize" : "sized"
    remaining = head.length
    if (head.expectsContinue) {
      outgoing.put(CONTINUE, "")
      outgoing.flush()
    }
    body = options.begin(head, exchange())
    if (!head.isChunked && remaining === 0) endBody()
    return true
  }

  function takeBytes(): boolean | Promise<boolean> {
    if (pending.length === 0) return false
    const bytes = pending.take(Math.min(pending.length, remaining))
    remaining -= bytes.length
    const taken = body?.piece(bytes)
    return taken instanceof Promise ? taken.then(endBytes) : endBytes()
  }

  function endBytes(): boolean {
    if (remaining > 0) return true
    if (state === "chunk") state = "chunkEnd"
    else endBody()
    return true
  }

  function takeLine(take: (line: string) => void): boolean {
    const end = pending.indexOf("\r\n")
    if (end < 0) {
      if (pending.length > LINE_BYTES_AT_MOST && state !== "trailers") throw new HttpFault("400 Bad Request")
      if (pending.length > HEAD_BYTES_AT_MOST) throw new HttpFault("431 Request Header Fields Too Large")
      return false
    }
    take(pending.takeText(end, 2))
    return true
  }

  function beginChunk(line: string): void {
    const [, size] = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line) ?? []
    if (size === undefined) throw new HttpFault("400 Bad Request")
    remaining = Number.parseInt(size, 16)
    state = remaining === 0 ? "trailers" : "chunk"
  }

  function endChunk(line: string): void {
    if (line !== "") throw new HttpFault("400 Bad Request")
    state = "chunkSize"
  }

  function takeTrailer(line: string): void {
    if (line === "") {
      endBody()
      return
    }
    const at = line.indexOf(":")
    if (at > 0 && Object.keys(trailers).length < 16)
      trailers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim()
  }

  function endBody(): void {
    const ended = body
    body = undefined
    if (state !== "waiting") state = isAnswered ? "head" : "waiting"
    ended?.end(trailers)
  }

  let isAnswered = false
  function exchange(): Exchange {
    isAnswered = false
    let isMine = true
    return {
      get isOpen() {
        return isMine && !isClosed
      },
      respond(status, headers, content) {
        if (!isMine || isClosed) return
        isMine = false
        isAnswered = true
        const length = typeof content === "string" ? Buffer.byteLength(content) : content.length
        outgoing.put(
          `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${length}\r\n${keepsAlive ? "" : "Connection: close\r\n"}\r\n`,
          content,
        )
        if (!keepsAlive) {
          outgoing.flush()
          socket.end()
        }
        // What comes of the body after its answer is read and thrown away.
        if (state === "waiting") state = "head"
        advance()
      },
    }
  }

  function refuse(error: unknown): void {
    const status = error instanceof HttpFault ? error.message : "500 Internal Server Error"
    outgoing.flush()
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    socket.destroySoon()
  }
}
