import { setTimeout as sleep } from "node:timers/promises"

const PAUSE_MILLISECONDS = 20
/** What has not come by then does not come, however slow the machine is. */
const PATIENCE_MILLISECONDS = 120_000

/** Looks until something is there: what happens beside the requests has no moment at which it must have happened. */
export async function eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let waited = 0; ; waited += PAUSE_MILLISECONDS) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (waited >= PATIENCE_MILLISECONDS) throw new Error(`it did not come about: ${look}`)
    await sleep(PAUSE_MILLISECONDS)
  }
}
