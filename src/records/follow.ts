import type { Store } from "../store/store.ts"
import { onAppended } from "./signals.ts"

/** Follows one shard for as long as somebody reads it. */
export interface Following {
  /**
   * Resolves when something was appended on this node since it was last asked, or after so many milliseconds: whether something
   * was. At once where it is over.
   */
  appended(milliseconds: number): Promise<boolean>
  end(): void
}

/** Listen first, and then read: what is appended in between is not missed. */
export function follow(store: Store, shard: string): Following {
  let isNew = false
  let isOver = false
  let wake = () => {}
  const stop = onAppended(store, shard, () => {
    isNew = true
    wake()
  })
  return {
    async appended(milliseconds) {
      if (!isNew && !isOver)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      const wasNew = isNew
      isNew = false
      return wasNew
    },
    end() {
      isOver = true
      stop()
      wake()
    },
  }
}
