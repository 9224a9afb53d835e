import { crc32, deflateSync } from "node:zlib"
import { encode } from "uqr"

const PIXELS_PER_MODULE = 6
/** Modules of white around the code (ISO/IEC 18004). */
const QUIET_ZONE = 4

/** A QR code as a picture: PNG, one bit a pixel. */
export function qrCodePng(text: string): Uint8Array {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE })
  const width = size * PIXELS_PER_MODULE
  const bytesPerLine = Math.ceil(width / 8)
  const lines = data.flatMap((modules) => {
    // The first byte of a line says that nothing was filtered. A set bit is white.
    const line = Buffer.alloc(1 + bytesPerLine)
    for (let x = 0; x < width; x++)
      if (!modules[Math.floor(x / PIXELS_PER_MODULE)]) line[1 + (x >> 3)]! |= 0x80 >> (x & 7)
    return Array<Buffer>(PIXELS_PER_MODULE).fill(line)
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  // One bit of grey, and the only methods that there are.
  header[8] = 1
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(lines))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1")

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}
