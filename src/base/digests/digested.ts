import { type Digesting, type Digests, startDigests } from "./pool.ts"
import { giveSlab, SLAB_BYTES, takeSlab } from "./slabs.ts"
import { type DigestName, loadSums } from "./sums.ts"

/** What fits in here is digested at once, on this thread; of what is larger a thread takes the work. */
const HERE_BYTES = 256 * 1024

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
 * Passes a body on while its digests are computed, which are told when it has ended. It is passed on in pieces of
 * `SLAB_BYTES`; one that is smaller is the last. Their memory is filled again: a piece is good until the next one is asked
 * for. Two take turns, so that one is filled while the other is worked on.
 */
export async function* digested(
  body: AsyncIterable<Uint8Array>,
  names: readonly DigestName[],
  tell: (digests: Digests) => void,
): AsyncGenerator<Uint8Array> {
  const slabs: [SharedArrayBuffer?, SharedArrayBuffer?] = []
  const inUse: [Promise<void>?, Promise<void>?] = []
  let digesting: Digesting | undefined
  let turn: 0 | 1 = 0
  let filled = 0

  const slab = (): SharedArrayBuffer => {
    slabs[turn] ??= takeSlab()
    return slabs[turn]!
  }
  const piece = () => new Uint8Array(slab(), 0, filled)
  const hand = (): void => {
    if (names.length === 0) return
    digesting ??= startDigests(names)
    const added = digesting.add(slab(), filled)
    // It is waited for before the memory is filled again; until then nobody listens.
    added.catch(() => {})
    inUse[turn] = added
  }

  try {
    for await (const arrived of body)
      for (let rest = arrived; rest.length > 0; ) {
        if (filled === SLAB_BYTES) {
          hand()
          yield piece()
          turn = turn === 0 ? 1 : 0
          await inUse[turn]
          filled = 0
        }
        const taken = rest.subarray(0, SLAB_BYTES - filled)
        new Uint8Array(slab(), filled).set(taken)
        filled += taken.length
        rest = rest.subarray(taken.length)
      }
    const here = !digesting && filled <= HERE_BYTES ? await digest(piece(), names) : undefined
    if (!here) hand()
    if (filled > 0) yield piece()
    const digests = here ?? (await digesting?.end()) ?? {}
    digesting = undefined
    tell(digests)
  } finally {
    digesting?.abandon()
    void Promise.allSettled(inUse).then(() => {
      for (const one of slabs) if (one) giveSlab(one)
    })
  }
}
