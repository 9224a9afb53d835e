import type { Deps } from "../../../call.ts"
import type { Addressed } from "../functions/name.ts"
import type { Target } from "../functions/runnable.ts"
import { EVENT, type Event } from "./event.ts"

export interface Accepting {
  target: Target
  address: Addressed
  payload: Uint8Array
  traceId: string
  requestId: string
}

/** Resolves when the event is certain not to be lost. */
export async function acceptEvent(
  { store, work, clock }: Pick<Deps, "store" | "work" | "clock">,
  { target, address, payload, traceId, requestId }: Accepting,
): Promise<void> {
  const body: Event = {
    ...address,
    functionId: target.record.id,
    requestId,
    traceId,
    payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"),
    acceptedAt: clock.now(),
    attempts: 0,
    throttles: 0,
  }
  await store.transact((tx) => work.enqueue(tx, { kind: EVENT, key: requestId, body, lane: target.record.id }))
}
