/** What is seen of the frames of a connection (RFC 6455, 5.2), which `ws` puts together to messages. */
export interface FrameWatch {
  /** Takes the next bytes; false where a frame is longer than it may be. */
  take(piece: Uint8Array): boolean
  /** Bytes that have come of a message that is not whole. */
  readonly pendingBytes: number
}

const HEAD_BYTES_AT_MOST = 14

/** Messages are bounded by `ws`; how long one frame may be is nothing that it asks. */
export function watchFrames(frameBytes: number): FrameWatch {
  const head = Buffer.alloc(HEAD_BYTES_AT_MOST)
  let known = 0
  let left = 0
  let pendingBytes = 0
  let isControl = false
  let isLast = false
  const endFrame = () => {
    if (isLast && !isControl) pendingBytes = 0
  }
  return {
    get pendingBytes() {
      return pendingBytes
    },
    take(piece) {
      for (let at = 0; at < piece.length; ) {
        if (left > 0) {
          const taken = Math.min(left, piece.length - at)
          left -= taken
          at += taken
          if (!isControl) pendingBytes += taken
          if (left === 0) endFrame()
          continue
        }
        head[known++] = piece[at++]!
        const length = lengthOf(head, known)
        if (length === undefined) continue
        if (length > frameBytes) return false
        known = 0
        left = length
        // A control frame may stand between those of a message, and ends none.
        isControl = (head[0]! & 0x08) !== 0
        isLast = (head[0]! & 0x80) !== 0
        if (left === 0) endFrame()
      }
      return true
    },
  }
}

/** Bytes of the payload; undefined while the head is not whole. */
function lengthOf(head: Buffer, known: number): number | undefined {
  if (known < 2) return undefined
  const short = head[1]! & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const isMasked = (head[1]! & 0x80) !== 0
  if (known < 2 + extended + (isMasked ? 4 : 0)) return undefined
  if (extended === 0) return short
  return extended === 2 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2))
}
