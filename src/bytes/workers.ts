import type { Store } from "../store/store.ts"
import { again, done, later, type Workers } from "../work/job.ts"
import type { Enqueuing } from "../work/work.ts"
import type { Expired } from "./leases.ts"
import { moveNext } from "./moving/move.ts"
import type { Room } from "./room.ts"
import { findNextRow } from "./rows.ts"
import { sweepSome } from "./sweep.ts"

const SWEEP_MILLISECONDS = 60_000
const MOVE = "bytes:move"

/** What a room has done in the background. */
export const workersOf = (room: Room): Workers<unknown> => ({
  "bytes:sweep": {
    everyMilliseconds: SWEEP_MILLISECONDS,
    atOnce: 1,
    async run({ body, signal }) {
      const last = await sweepSome(room, signal, afterOf<Expired>(body))
      // The next sweep begins at the beginning.
      return last === undefined ? later(room.clock.now() + SWEEP_MILLISECONDS, null) : again({ after: last })
    },
  },
  [MOVE]: {
    atOnce: 1,
    async run({ body, signal }) {
      const moved = await moveNext(room, signal, afterOf<string>(body))
      return moved === undefined ? done : again({ after: moved })
    },
  },
})

const afterOf = <T>(body: unknown): T | undefined => (body as { after: T } | null)?.after

/** Has the bodies moved that still lie in rows, where new ones do not. */
export async function beginMoving({ rows }: Room, store: Store, work: Enqueuing): Promise<void> {
  if (!rows || (await store.read((tx) => findNextRow(tx, ""))) === undefined) return
  await store.transact((tx) => work.enqueue(tx, { kind: MOVE, key: "" }))
}
