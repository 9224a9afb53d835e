import type { Due } from "./queue.ts"

/** What this node does at the moment: how many of a kind, and which. */
export interface Slots {
  /** Whether a job of the kind may begin. */
  hasRoom(kind: string): boolean
  holds(job: Due): boolean
  take(job: Due): void
  leave(job: Due): void
  readonly size: number
}

/** `atOnce` of a kind; 0 of one that has no worker here. */
export function createSlots(atOnce: (kind: string) => number): Slots {
  const byKind = new Map<string, Set<string>>()
  const of = (kind: string): Set<string> => byKind.get(kind) ?? new Set()
  let size = 0
  return {
    hasRoom: (kind) => of(kind).size < atOnce(kind),
    holds: ({ kind, key }) => of(kind).has(key),
    take({ kind, key }) {
      byKind.set(kind, of(kind).add(key))
      size++
    },
    leave({ kind, key }) {
      if (of(kind).delete(key)) size--
    },
    get size() {
      return size
    },
  }
}

/** Somebody waits for the first piece of a job. */
export interface Expectation extends Due {
  go(): void
}

export interface Expected {
  wait(job: Due): Promise<void>
  /** A piece of the job was done. */
  meet(job: Due): void
  list(): readonly Expectation[]
  /** Lets those go on that wait for nothing. */
  forget(expectations: readonly Expectation[]): void
}

export function createExpected(): Expected {
  const waiting = new Set<Expectation>()
  const list = () => [...waiting]
  function forget(expectations: readonly Expectation[]) {
    for (const expectation of expectations) if (waiting.delete(expectation)) expectation.go()
  }
  return {
    list,
    forget,
    wait: ({ kind, key }) => new Promise((go) => waiting.add({ kind, key, go })),
    meet(job) {
      if (waiting.size > 0) forget(list().filter(({ kind, key }) => kind === job.kind && key === job.key))
    },
  }
}
