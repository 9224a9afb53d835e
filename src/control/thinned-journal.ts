import { createBudget } from "../base/budget.ts"
import type { Clock } from "../base/clock.ts"
import { createJournal, type Journal, type JournalBounds } from "./journal.ts"

export interface ThinnedBounds {
  /** Always there. */
  newest: JournalBounds
  /** What is older; of a flood, no more than so many in a second. */
  older: JournalBounds & { perSecond: number }
}

/**
 * A journal that a flood does not wash out. Whoever asks why they were refused asks of what they just did, or of one call
 * among few: the newest records are always there, and of what is older, a flood leaves some of each second instead of all of
 * its last moment. It also costs less: records that each live for half a second grow old in the heap, and lie about there
 * until the whole of it is collected.
 */
export function createThinnedJournal({ newest, older }: ThinnedBounds, clock: Clock): Journal {
  const budget = createBudget(clock, { perSecond: older.perSecond, most: older.calls })
  const kept = createJournal(older)
  const last = createJournal(newest, (record) => {
    if (budget.spend(1)) kept.add(record)
  })
  return {
    add: last.add,
    find: (requestId) => last.find(requestId) ?? kept.find(requestId),
    list(limit) {
      const young = last.list(limit)
      return young.length < limit ? [...young, ...kept.list(limit - young.length)] : young
    },
    bytes: () => last.bytes() + kept.bytes(),
    clear() {
      last.clear()
      kept.clear()
    },
  }
}
