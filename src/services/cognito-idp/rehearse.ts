import type { Store, Writing } from "../../store/store.ts"

const REHEARSED = new Error("It would have been written.")

/**
 * Does what is about to be written, and writes nothing: throws what the writing would throw. Functions are not asked about
 * what cannot be done: a name that is taken, a session that was used up.
 */
export async function rehearse(store: Store, work: (tx: Writing) => Promise<unknown>): Promise<void> {
  const writing = store.transact(async (tx) => {
    await work(tx)
    throw REHEARSED
  })
  await writing.catch((error: unknown) => {
    if (error !== REHEARSED) throw error
  })
}
