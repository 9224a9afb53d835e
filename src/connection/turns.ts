const TURN_MILLISECONDS = 2
const AT_ONCE = 4

const waiting = new Set<() => void>()
let timer: NodeJS.Timeout | undefined

/**
 * Work that nobody waits for is done a little at a time, whoever's it is: a crowd of senders whose bodies are only passed
 * over would else take every turn of the event loop from those who are served.
 */
export function awaitTurn(work: () => void): void {
  waiting.add(work)
  timer ??= setInterval(takeTurns, TURN_MILLISECONDS)
}

export const giveUpTurn = (work: () => void): void => void waiting.delete(work)

function takeTurns(): void {
  let left = AT_ONCE
  for (const work of waiting) {
    if (left-- === 0) return
    waiting.delete(work)
    work()
  }
  if (waiting.size > 0) return
  clearInterval(timer)
  timer = undefined
}
