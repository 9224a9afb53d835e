import { type Place, Queue } from "./queue.ts"

const TURN_MILLISECONDS = 2
const AT_ONCE = 4

const waiting = new Queue<() => void>()
let timer: NodeJS.Timeout | undefined

/**
 * Work that nobody waits for is done a little at a time, whoever's it is: a crowd of senders whose bodies are only passed
 * over would else take every turn of the event loop from those who are served. It leaves its place before it is done.
 */
export function awaitTurn(work: () => void): Place<unknown> {
  timer ??= setInterval(takeTurns, TURN_MILLISECONDS)
  const place = waiting.enter(() => {
    place.leave()
    work()
  })
  return place
}

function takeTurns(): void {
  let left = AT_ONCE
  for (const work of waiting) {
    if (left-- === 0) return
    work()
  }
  if (waiting.size > 0) return
  clearInterval(timer)
  timer = undefined
}
