/** Several bodies in one row: each behind its length, four bytes, big-endian. */
export function packFrames(bodies: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const body of bodies) length += LENGTH + body.length
  const packed = Buffer.allocUnsafe(length)
  let at = 0
  for (const body of bodies) {
    at = packed.writeUInt32BE(body.length, at)
    packed.set(body, at)
    at += body.length
  }
  return packed
}

/** The inverse of `packFrames`: views of the row's bytes. */
export function unpackFrames(packed: Uint8Array): Uint8Array[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const bodies: Uint8Array[] = []
  for (let at = 0; at < packed.length; ) {
    const length = view.getUint32(at)
    bodies.push(packed.subarray(at + LENGTH, at + LENGTH + length))
    at += LENGTH + length
  }
  return bodies
}

const LENGTH = 4
