import { once } from "node:events"
import { connect, type Socket } from "node:net"

/** A connection on which bytes are sent as no client would. */
export interface RawConnection extends AsyncDisposable {
  socket: Socket
  send(text: string | Uint8Array): void
  /** All that came until now and until the other side closed, or so many answers had begun. */
  answers(count: number): Promise<RawAnswer[]>
  /** Resolves when the other side has closed. */
  closed(): Promise<string>
}

export interface RawAnswer {
  status: number
  head: string
  body: string
}

export async function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, "connect")
  socket.on("error", () => {})
  let text = ""
  socket.setEncoding("latin1").on("data", (more: string) => {
    text += more
  })
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve())
  })
  const next = () => Promise.race([ended, once(socket, "data")])
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    async answers(count) {
      let found = parseAnswers(text)
      while (found.length < count && !socket.destroyed) {
        await next()
        found = parseAnswers(text)
      }
      return found
    },
    async closed() {
      await ended
      return text
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}

/** Answers that are all there; those without a length have no body. */
function parseAnswers(text: string): RawAnswer[] {
  const found: RawAnswer[] = []
  for (let at = 0; ; ) {
    const end = text.indexOf("\r\n\r\n", at)
    if (end < 0) return found
    const head = text.slice(at, end)
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
    const length = status < 200 ? 0 : Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
    const isHead = status === 100
    at = end + 4 + (isHead ? 0 : length)
    if (at > text.length) return found
    found.push({ status, head, body: text.slice(end + 4, at) })
  }
}
