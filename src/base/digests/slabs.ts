/** What threads are handed at a time. Smaller ones cost more messages, larger ones hold more memory for each body. */
export const SLAB_BYTES = 512 * 1024

/** Fresh memory costs more than what is done with it: what was given back is taken again. */
const KEPT_AT_MOST = 32
const kept: SharedArrayBuffer[] = []

/** Shared memory of `SLAB_BYTES`, with whatever it held before in it. */
export const takeSlab = (): SharedArrayBuffer => kept.pop() ?? new SharedArrayBuffer(SLAB_BYTES)

export function giveSlab(slab: SharedArrayBuffer): void {
  if (kept.length < KEPT_AT_MOST) kept.push(slab)
}
