import { crc32 } from "node:zlib"

/**
 * One message of `application/vnd.amazon.eventstream`: both lengths and their CRC-32, the headers, the payload, and the
 * CRC-32 of it all. Headers are texts here (type 7). Source: Smithy, "Amazon Event Stream Specification".
 */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const encoded = Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => {
      const [key, text] = [Buffer.from(name), Buffer.from(value)]
      const head = Buffer.alloc(key.length + 4)
      head[0] = key.length
      key.copy(head, 1)
      head[key.length + 1] = TEXT
      head.writeUInt16BE(text.length, key.length + 2)
      return [head, text]
    }),
  )
  const message = Buffer.alloc(PRELUDE + encoded.length + payload.length + CHECKSUM)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(encoded.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  encoded.copy(message, PRELUDE)
  message.set(payload, PRELUDE + encoded.length)
  const end = message.length - CHECKSUM
  message.writeUInt32BE(crc32(message.subarray(0, end)), end)
  return message
}

const PRELUDE = 12
const CHECKSUM = 4
const TEXT = 7

export const encodeEvent = (type: string, contentType: string, payload: Uint8Array): Buffer =>
  encodeMessage({ ":event-type": type, ":content-type": contentType, ":message-type": "event" }, payload)
