import { connect, type Socket } from "node:net"
import type { Shape } from "./shape.ts"

export interface Sent {
  /** 0 where the connection was cut without an answer. */
  status: number
  /** How many bytes of the body the server took off the wire. */
  taken: number
  milliseconds: number
}

/** The first line and the headers of a request with so long a body. */
export function headOf({ method, path, headers, httpChunkBytes }: Omit<Shape, "body">, length: number): string {
  const framing = httpChunkBytes ? "transfer-encoding: chunked" : `content-length: ${length}`
  const lines = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}`)
  return `${[`${method} ${path} HTTP/1.1`, ...lines, framing].join("\r\n")}\r\n\r\n`
}

export interface Prepared {
  head: string
  body: Buffer
}

export function prepare(shape: Shape, bytes: number): Prepared {
  const whole = shape.body(bytes)
  const body = shape.httpChunkBytes ? inHttpChunks(whole, shape.httpChunkBytes) : whole
  return { head: headOf(shape, whole.length), body }
}

/** Sends one request on a connection of its own and waits for its answer, or for the end of the connection. */
export function send(url: string, { head, body }: Prepared): Promise<Sent> {
  const socket = open(url)
  const begun = performance.now()
  socket.write(head)
  socket.write(body)
  return new Promise((resolve) => {
    let text = ""
    const end = () => {
      const taken = Math.max(0, socket.bytesWritten - socket.writableLength - Buffer.byteLength(head))
      socket.destroy()
      const status = Number(/^HTTP\/1\.1 ([2-5]\d\d)/.exec(text)?.[1] ?? 0)
      resolve({ status, taken: Math.min(taken, body.length), milliseconds: performance.now() - begun })
    }
    socket.on("data", (more) => {
      text = (text + more.toString("latin1")).replace(/^HTTP\/1\.1 100 .*\r\n\r\n/, "")
      if (text.includes("\r\n\r\n")) end()
    })
    socket.on("close", end)
  })
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on("error", () => {})
  return socket
}

function inHttpChunks(body: Buffer, size: number): Buffer {
  const unit = Buffer.from(`${size.toString(16)}\r\n${"a".repeat(size)}\r\n`)
  const count = Math.ceil(body.length / size)
  const chunks = Buffer.alloc(unit.length * count)
  for (let i = 0; i < count; i++) {
    unit.copy(chunks, i * unit.length)
    body.copy(chunks, i * unit.length + unit.indexOf("\n") + 1, i * size, i * size + size)
  }
  return Buffer.concat([chunks, Buffer.from("0\r\n\r\n")])
}
