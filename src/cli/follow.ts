import { setTimeout as sleep } from "node:timers/promises"

const POLL_MILLISECONDS = 500

/** Tells what comes, each once and as it comes, until the server or the reader is gone. `list` gives the oldest first. */
export async function follow<T>(list: () => Promise<readonly T[]>, idOf: (one: T) => string, tell: (one: T) => void) {
  let known = new Set<string>()
  let isGone = false
  process.stdout.once("error", () => {
    isGone = true
  })
  while (!isGone) {
    const listed = await list()
    for (const one of listed) if (!known.has(idOf(one))) tell(one)
    known = new Set(listed.map(idOf))
    await sleep(POLL_MILLISECONDS)
  }
}
