import type { RunnableFunction } from "./runtime.ts"

type Target = Pick<RunnableFunction, "id">

/** Functions take turns at what is free: one that is invoked without end leaves room for others. */
export interface Turns {
  /**
   * Of those who wait, for the function that has the fewest environments at work. Of several of these, where they have any,
   * for the version that an environment is `free` for; else for the function whose last turn was longest ago. The versions
   * of a function are one.
   */
  next<W extends { target: Target }>(
    waiting: readonly W[],
    atWork: readonly Target[],
    free: Target | undefined,
  ): W | undefined
  /** A function had its turn. */
  note(target: Target): void
}

/** Of so many functions it is known when they had their turn. */
const KNOWN_AT_MOST = 1_000

export function createTurns(): Turns {
  const turns = new Map<string, number>()
  let turn = 0
  return {
    next(waiting, atWork, free) {
      if (waiting.length < 2) return waiting[0]
      const counts = new Map<string, number>()
      for (const target of atWork) counts.set(functionOf(target), (counts.get(functionOf(target)) ?? 0) + 1)
      const rankOf = ({ target }: { target: Target }) => {
        const name = functionOf(target)
        const count = counts.get(name) ?? 0
        return [count, count > 0 && target.id === free?.id ? -1 : (turns.get(name) ?? 0)] as const
      }
      let next = waiting[0]!
      let best = rankOf(next)
      for (const waiter of waiting) {
        const rank = rankOf(waiter)
        if (rank[0] > best[0] || (rank[0] === best[0] && rank[1] >= best[1])) continue
        next = waiter
        best = rank
      }
      return next
    },
    note(target) {
      if (turns.size >= KNOWN_AT_MOST) turns.clear()
      turns.set(functionOf(target), ++turn)
    },
  }
}

/** The id of a version begins with its function's. */
function functionOf({ id }: Target): string {
  const end = id.indexOf("/")
  return end < 0 ? id : id.slice(0, end)
}
