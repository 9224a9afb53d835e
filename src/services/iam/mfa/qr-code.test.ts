import assert from "node:assert/strict"
import { test } from "node:test"
import { crc32, inflateSync } from "node:zlib"
import { encode } from "uqr"
import { qrCodePng } from "./qr-code.ts"

/** The chunks of a PNG, each found to be whole. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  assert.equal(png.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n")
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const typed = png.subarray(at + 4, at + 8 + length)
    assert.equal(png.readUInt32BE(at + 8 + length), crc32(typed))
    chunks.set(typed.subarray(0, 4).toString("latin1"), typed.subarray(4))
    at += 12 + length
  }
  return chunks
}

test("a QR code is a picture of its modules, with white around them", () => {
  const text = "otpauth://totp/mia%40123456789012?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  const chunks = chunksOf(Buffer.from(qrCodePng(text)))
  const header = chunks.get("IHDR")!
  const width = header.readUInt32BE(0)
  assert.equal(header.readUInt32BE(4), width)
  const { data, size } = encode(text, { ecc: "M", border: 4 })
  const scale = width / size
  assert.ok(Number.isInteger(scale))
  const lines = inflateSync(chunks.get("IDAT")!)
  const bytesPerLine = 1 + Math.ceil(width / 8)
  assert.equal(lines.length, bytesPerLine * width)
  const isWhite = (x: number, y: number) => (lines[y * bytesPerLine + 1 + (x >> 3)]! >> (7 - (x & 7))) & 1
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      assert.equal(isWhite(x, y), data[Math.floor(y / scale)]![Math.floor(x / scale)] ? 0 : 1)
  assert.equal(isWhite(0, 0), 1)
  assert.equal(isWhite(4 * scale, 4 * scale), 0)
})
