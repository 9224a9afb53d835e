import type { Span } from "../bytes.ts"
import type { Engine } from "../engine.ts"
import { MissingError, missing } from "../errors.ts"
import { familyOf } from "../ids.ts"
import { endLease, isLeased } from "../leases.ts"
import type { Room } from "../room.ts"
import { findNextRow } from "../rows.ts"

/**
 * Moves the next body after the id `after` out of the rows of the database, to where new ones are written. Returns its id,
 * or undefined where there was none.
 *
 * It is whole in its new place before it leaves the old one, so a move that is cut off, or made twice at a time, loses
 * nothing. What nobody owns is left to the sweep.
 */
export async function moveNext(room: Room, signal: AbortSignal, after = ""): Promise<string | undefined> {
  const { store, rows, holds } = room
  if (!rows) return undefined
  const { id, isOwned } = await store.read(async (tx) => {
    const next = await findNextRow(tx, after)
    return {
      id: next,
      isOwned: next !== undefined && !(await isLeased(tx, next)) && !(await isLeased(tx, familyOf(next))),
    }
  })
  if (id === undefined || !isOwned) return id
  const hold = holds.hold([id, familyOf(id)])
  try {
    const size = await rows.find(id)
    if (size !== undefined) await move(room, rows, id, { start: 0, end: size }, signal).catch(leaveDamaged)
  } finally {
    hold.release()
  }
  return id
}

async function move(room: Room, rows: Engine, id: string, span: Span, signal: AbortSignal): Promise<void> {
  const copied = await room.write(copy(rows, id, span, signal), { as: id })
  await room.store.transact((tx) => endLease(tx, copied.id))
  while (!(await rows.remove(id))) {}
}

async function* copy(rows: Engine, id: string, span: Span, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of rows.read(id, span)) {
    signal.throwIfAborted()
    yield piece
  }
  // Who was out of reach for so long that the body was dropped and swept meanwhile must not bring it back.
  if ((await rows.find(id)) !== span.end) throw missing(id, "it has gone while it was moved")
}

/** Who reads it is told. It does not keep the others. */
function leaveDamaged(error: unknown): void {
  if (!(error instanceof MissingError)) throw error
}
