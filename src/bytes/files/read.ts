import { open } from "node:fs/promises"
import type { Span } from "../bytes.ts"
import { missing } from "../errors.ts"
import { BUFFER_BYTES, type Buffers } from "./buffers.ts"

/**
 * The bytes of a span of a file. Two buffers take turns: while one is passed on, the other is read into. The handle and
 * the buffers are free again when the last piece was taken, or when nobody wants the next.
 */
export async function* readFile(file: string, id: string, span: Span, buffers: Buffers): AsyncGenerator<Uint8Array> {
  const handle = await open(file, "r")
  const own: [Buffer?, Buffer?] = []
  let reading: Promise<Uint8Array> | undefined
  try {
    let turn: 0 | 1 = 0
    let at = span.start
    const readOn = (): Promise<Uint8Array> | undefined => {
      if (at >= span.end) return undefined
      own[turn] ??= buffers.take()
      const buffer = own[turn]!
      const length = Math.min(BUFFER_BYTES, span.end - at)
      const position = at
      at += length
      turn = turn === 0 ? 1 : 0
      const read = readWhole(length, position, buffer)
      // It is waited for when its turn comes; until then nobody listens.
      read.catch(() => {})
      return read
    }
    const readWhole = async (length: number, position: number, buffer: Buffer): Promise<Uint8Array> => {
      for (let filled = 0; filled < length; ) {
        const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
        if (bytesRead === 0) throw missing(id, "its file is too short")
        filled += bytesRead
      }
      return buffer.subarray(0, length)
    }

    reading = readOn()
    while (reading) {
      const piece = await reading
      reading = readOn()
      yield piece
    }
  } finally {
    await reading?.catch(() => {})
    for (const buffer of own) if (buffer) buffers.give(buffer)
    await handle.close()
  }
}
