import type { Writing } from "../store/store.ts"

/** One thing to do in the background, as its worker sees it. */
export interface Job {
  kind: string
  key: string
  /** What JSON can hold; given at its enqueueing or by the piece before. */
  body: unknown
  /** 1 unless pieces before this one threw, one after the other. */
  attempt: number
  /**
   * Keeps what the next piece begins with, in the transaction that does this one: both are there or neither is. Where
   * another node has taken the job over meanwhile, the transaction fails.
   */
  save(tx: Writing, body: unknown): Promise<void>
  /** Aborted when the server stops: what waits for something else should then throw. */
  signal: AbortSignal
}

export interface NewJob {
  /** `<service>:<what>`, which a field of that service names the worker of. */
  kind: string
  /** There is one job of a kind and key at a time. */
  key: string
  /** Left out, a job that waits already keeps its own. */
  body?: unknown
  /** Milliseconds since the epoch; at once where left out. */
  dueAt?: number
  /**
   * Whom it is for, of a kind whose worker has `inLanes`: those of one lane, however many, do not hold up those of others.
   * The empty text where left out.
   */
  lane?: string
}

/**
 * What a piece of work comes to. A throw is an outcome too: the piece is tried again after a pause that grows, and in the
 * end given up.
 */
export type Outcome =
  | { readonly is: "done" }
  | { readonly is: "again"; readonly body?: unknown }
  | { readonly is: "later"; readonly dueAt: number; readonly body?: unknown }

/** Nothing is left to do. */
export const done: Outcome = { is: "done" }

/** The next piece, as soon as others have had their turn; with another body, or the same. */
export const again = (body?: unknown): Outcome => ({ is: "again", ...(body !== undefined && { body }) })

/** The next piece at that time, in milliseconds since the epoch; sooner where somebody enqueues the job. */
export const later = (dueAt: number, body?: unknown): Outcome => ({
  is: "later",
  dueAt,
  ...(body !== undefined && { body }),
})

/** Does the jobs of one kind. */
export interface Worker<D> {
  /**
   * One bounded piece: a few hundred rows, a few milliseconds of the main thread. It may run again though it was done
   * (the process died before that was written down), and on two nodes at once where one of them was out of reach, so it
   * does nothing that may not be done twice.
   */
  run(job: Job, deps: D): Promise<Outcome>
  /** There is always one such job, with the key `""`, and what is done is due again after so long. */
  everyMilliseconds?: number
  /** How many of the kind a node does at the same time; 4 unless told. */
  atOnce?: number
  /** Lanes take turns, and one alone has half of what the others leave: somebody who comes later finds room. */
  inLanes?: boolean
  /** After so many throws, one after the other, a job is given up; 20 unless told. What recurs never is. */
  attempts?: number
}

/** By the kind of the jobs. */
export type Workers<D> = Readonly<Record<string, Worker<D>>>
