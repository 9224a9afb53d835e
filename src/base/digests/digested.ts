import { type Digests, startDigests } from "./pool.ts"
import { giveSlab, SLAB_BYTES, takeSlab } from "./slabs.ts"
import { type DigestName, loadSums } from "./sums.ts"

/** Digests of bytes that are here, on this thread. */
export async function digest(bytes: Uint8Array, names: readonly DigestName[]): Promise<Digests> {
  const sums = await loadSums()
  const digests: Digests = {}
  for (const name of names) {
    const running = sums[name]()
    running.add(bytes)
    digests[name] = running.sum()
  }
  return digests
}

/**
 * Passes a large body on while threads compute its digests, which are told when it has ended. It is passed on in pieces
 * of shared memory that are filled again: a piece is good until the next one is asked for. Two of them take turns, so that
 * one arrives while the other is worked on.
 */
export async function* digested(
  body: AsyncIterable<Uint8Array>,
  names: readonly DigestName[],
  tell: (digests: Digests) => void,
): AsyncGenerator<Uint8Array> {
  const slabs = [takeSlab(), takeSlab()] as const
  const inUse: [Promise<void>, Promise<void>] = [Promise.resolve(), Promise.resolve()]
  const digesting = startDigests(names)
  let hasEnded = false
  let turn: 0 | 1 = 0
  let filled = 0

  const hand = (): Uint8Array => {
    const added = digesting.add(slabs[turn], filled)
    // It is waited for before the memory is filled again; until then nobody listens.
    added.catch(() => {})
    inUse[turn] = added
    return new Uint8Array(slabs[turn], 0, filled)
  }

  try {
    for await (const piece of body) {
      for (let rest = piece; rest.length > 0; ) {
        const taken = rest.subarray(0, SLAB_BYTES - filled)
        new Uint8Array(slabs[turn], filled).set(taken)
        filled += taken.length
        rest = rest.subarray(taken.length)
        if (filled < SLAB_BYTES) continue
        yield hand()
        turn = turn === 0 ? 1 : 0
        filled = 0
        await inUse[turn]
      }
    }
    if (filled > 0) yield hand()
    hasEnded = true
    tell(await digesting.end())
  } finally {
    if (!hasEnded) digesting.abandon()
    void Promise.allSettled(inUse).then(() => slabs.forEach(giveSlab))
  }
}
