/** Pieces of any size, laid together into blocks of one size. The memory of a block is used again when it was handed on. */
export interface Blocks {
  /** Hands on each block that is full once more follows it. */
  add(piece: Uint8Array): Promise<void>
  /** The last block, which may be full, or empty where nothing came. */
  last(): Uint8Array
}

export function createBlocks(blockBytes: number, hand: (block: Uint8Array) => Promise<unknown>): Blocks {
  let block: Buffer = Buffer.allocUnsafe(0)
  let filled = 0
  return {
    async add(piece) {
      for (let rest = piece; rest.length > 0; ) {
        if (filled === blockBytes) {
          await hand(block)
          filled = 0
        }
        const taken = rest.subarray(0, blockBytes - filled)
        if (filled + taken.length > block.length) block = grown(block, filled, filled + taken.length, blockBytes)
        block.set(taken, filled)
        filled += taken.length
        rest = rest.subarray(taken.length)
      }
    },
    last: () => block.subarray(0, filled),
  }
}

/** Twice as large until it is whole, so that a small body needs no whole block. */
function grown(block: Buffer, filled: number, needed: number, blockBytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(blockBytes, Math.max(needed, 2 * block.length)))
  block.copy(larger, 0, 0, filled)
  return larger
}
