import type { Due, JobName } from "./queue.ts"

/** What this node does at the moment: how many of a kind, and which. */
export interface Slots {
  /** Whether any job of the kind may begin. */
  hasRoom(kind: string): boolean
  /** Whether this one may. */
  hasRoomFor(job: Due): boolean
  holds(job: JobName): boolean
  /** How many of its lane are under way. */
  countOfLane(job: Omit<Due, "key">): number
  take(job: Due): void
  leave(job: Due): void
  readonly size: number
}

export interface SlotsOfKind {
  /** 0 of a kind that has no worker here. */
  atOnce: number
  inLanes: boolean
}

export function createSlots(settingsOf: (kind: string) => SlotsOfKind): Slots {
  /** The lane of each job that is held, by its key. */
  const byKind = new Map<string, Map<string, string>>()
  const lanes = new Map<string, number>()
  const of = (kind: string) => byKind.get(kind) ?? new Map<string, string>()
  const laneOf = ({ kind, lane }: Omit<Due, "key">) => `${kind} ${lane}`
  const countOfLane = (job: Omit<Due, "key">) => lanes.get(laneOf(job)) ?? 0
  let size = 0

  function count(job: Due, change: number): void {
    size += change
    const now = countOfLane(job) + change
    if (now === 0) lanes.delete(laneOf(job))
    else lanes.set(laneOf(job), now)
  }

  return {
    hasRoom: (kind) => of(kind).size < settingsOf(kind).atOnce,
    hasRoomFor(job) {
      const { atOnce, inLanes } = settingsOf(job.kind)
      const all = of(job.kind).size
      if (!inLanes || all >= atOnce) return all < atOnce
      const own = countOfLane(job)
      return own < Math.ceil((atOnce - (all - own)) / 2)
    },
    holds: ({ kind, key }) => of(kind).has(key),
    countOfLane,
    take(job) {
      byKind.set(job.kind, of(job.kind).set(job.key, job.lane))
      count(job, 1)
    },
    leave(job) {
      if (of(job.kind).delete(job.key)) count(job, -1)
    },
    get size() {
      return size
    },
  }
}

/** Jobs that are to begin before their time. */
export interface Hastened {
  readonly size: number
  add(job: JobName): void
  has(job: JobName): boolean
  list(): JobName[]
  forget(job: JobName): void
}

export function createHastened(): Hastened {
  const jobs = new Map<string, JobName>()
  const nameOf = ({ kind, key }: JobName) => `${kind} ${key}`
  return {
    get size() {
      return jobs.size
    },
    add: ({ kind, key }) => void jobs.set(nameOf({ kind, key }), { kind, key }),
    has: (job) => jobs.has(nameOf(job)),
    list: () => [...jobs.values()],
    forget: (job) => void jobs.delete(nameOf(job)),
  }
}

/** Somebody waits for the first piece of a job. */
export interface Expectation extends JobName {
  go(): void
}

export interface Expected {
  wait(job: JobName): Promise<void>
  /** A piece of the job was done. */
  meet(job: JobName): void
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
