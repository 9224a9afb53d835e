import { once } from "node:events"
import { connect, type Socket } from "node:net"

/** Frames of HTTP/2 as no client would send them. */
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
export const TYPE = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const
export const END_STREAM = 1
export const END_HEADERS = 4

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.of()): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Fields of a head, none of them indexed or compressed (RFC 7541, 6.2.2). */
export const fields = (...pairs: [name: string, value: string][]): Buffer =>
  Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]))

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1")
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes])
  const length = [127]
  let left = bytes.length - 127
  for (; left >= 128; left >>>= 7) length.push((left & 127) | 128)
  return Buffer.concat([Buffer.from([...length, left]), bytes])
}

export const REQUEST: [string, string][] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "localhost"],
]

/** A request whose body is still to come. */
export const head = (stream: number, ...more: [string, string][]): Buffer =>
  frame(TYPE.headers, END_HEADERS, stream, fields(...REQUEST, ...more))

export interface RawHttp2 extends AsyncDisposable {
  socket: Socket
  send(...frames: Uint8Array[]): void
  /** The frames that came until now, at least one of them as asked for, or the connection is closed. */
  frames(isIt?: (frame: RawFrame) => boolean): Promise<RawFrame[]>
  closed(): Promise<RawFrame[]>
}

export interface RawFrame {
  type: number
  flags: number
  stream: number
  payload: Buffer
}

/** A connection that has said its preface and its settings. */
export async function rawHttp2(url: string, settings: Uint8Array = Buffer.of()): Promise<RawHttp2> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, "connect")
  socket.on("error", () => {})
  let bytes = Buffer.alloc(0)
  socket.on("data", (more: Buffer) => {
    bytes = Buffer.concat([bytes, more])
  })
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve())
  })
  socket.write(Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0, settings)]))
  return {
    socket,
    send: (...frames) => void socket.write(Buffer.concat(frames)),
    async frames(isIt = () => true) {
      while (!parse(bytes).some(isIt) && !socket.destroyed) await Promise.race([ended, once(socket, "data")])
      return parse(bytes)
    },
    async closed() {
      await ended
      return parse(bytes)
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}

function parse(bytes: Buffer): RawFrame[] {
  const found: RawFrame[] = []
  for (let at = 0; at + 9 <= bytes.length; ) {
    const length = bytes.readUIntBE(at, 3)
    if (at + 9 + length > bytes.length) break
    found.push({
      type: bytes[at + 3]!,
      flags: bytes[at + 4]!,
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, at + 9 + length),
    })
    at += 9 + length
  }
  return found
}

/** The code of the frame that ends a stream, or the connection (stream 0). */
export function codeOf(frames: readonly RawFrame[], stream: number): number | undefined {
  const { reset, goaway } = TYPE
  const found = frames.findLast(({ type, stream: of }) => type === (stream === 0 ? goaway : reset) && of === stream)
  return found?.payload.readUInt32BE(stream === 0 ? 4 : 0)
}
