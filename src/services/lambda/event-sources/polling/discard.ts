import type { Writing } from "../../../../store/store.ts"
import { again, type Outcome } from "../../../../work/job.ts"
import { EVENT, type Event } from "../../asynchronous/event.ts"
import { traceIdOf } from "../../invocations/trace.ts"
import { eventText } from "./event.ts"
import { type Discarded, failureDelivery } from "./failure-record.ts"
import type { Gathered, Taken } from "./gather.ts"
import { commit, type OpenLane } from "./lane.ts"
import { withoutPast } from "./lanes.ts"

/** Passes over the first so many of a batch, which are too old. */
export async function discardOld(lane: OpenLane, { taken, next }: Gathered, count: number): Promise<Outcome> {
  const { progress } = lane
  const [range] = progress.failed
  const position = taken[count]?.entry.position ?? next
  const moved = { ...progress, position, failed: progress.failed.filter(({ end }) => end > position) }
  const also = (tx: Writing) => tellDiscarded(lane, tx, taken.slice(0, count), { why: "RecordAgeExceeded", range })
  await commit(lane, withoutPast(moved), { also })
  return again()
}

/**
 * Has the mapping's destination told of what is not tried any more, in the transaction that passes over it. It goes out as the results of
 * events do: as the function's role, and again where it did not arrive.
 */
export async function tellDiscarded(
  { deps, mapping, poller, frame, target }: OpenLane,
  tx: Writing,
  taken: readonly Taken[],
  { why, range }: Pick<Discarded, "why" | "range">,
): Promise<void> {
  const to = mapping.body.settings.DestinationConfig?.OnFailure?.Destination
  if (!to) return
  const now = deps.clock.now()
  const { requestId, delivery } = failureDelivery(to, {
    why,
    range,
    mapping: { uuid: mapping.uuid, functionArn: mapping.functionArn, sourceArn: mapping.body.source.arn },
    shard: poller.shard,
    entries: taken.map(({ entry }) => entry),
    event: eventText(
      taken.map(({ text }) => text),
      frame,
    ),
    now,
  })
  const { account, region, name, id } = target.record
  const body: Event = {
    ...{ account, region, name, functionId: id, requestId, payload: "" },
    traceId: traceIdOf(undefined, now),
    acceptedAt: now,
    attempts: 0,
    throttles: 0,
    deliveries: [delivery],
  }
  await deps.work.enqueue(tx, { kind: EVENT, key: `${mapping.uuid}/${requestId}`, body, lane: id })
}
