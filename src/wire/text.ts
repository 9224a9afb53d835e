import { isUtf8 } from "node:buffer"

/** Undefined where the bytes are not UTF-8: nothing is replaced, so nothing is read that was not sent. */
export function parseUtf8(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
}
