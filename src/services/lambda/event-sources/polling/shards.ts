import type { Deps } from "../../../../call.ts"
import type { LogShard, OpenLog } from "../../../../peers.ts"
import type { StartingPoint } from "../../../../records/starting-points.ts"
import type { Reading, Writing } from "../../../../store/store.ts"
import { type Mapping, readMapping } from "../record.ts"
import type { Settings } from "../settings.ts"
import { enqueuePolling } from "./jobs.ts"
import { changeLanes } from "./lanes.ts"
import { listPollers, type Poller, putPoller, removePoller } from "./pollers.ts"
import { beginAt, type Progress, putProgress, readProgress } from "./progress.ts"

/** Of one mapping, in one piece. */
const SHARDS_AT_ONCE = 100

/** Has what can be read of a source read: so many shards as one piece may take. Whether there are more. */
export async function followShards(deps: Deps, mapping: Mapping, log: OpenLog): Promise<boolean> {
  const { store, work } = deps
  const shards = await log.listShards()
  const known = new Map((await store.read((tx) => listPollers(tx, mapping.uuid))).map((one) => [one.shard, one]))
  const fresh = shards.filter(({ id }) => !known.has(id))
  const places = new Map<string, Progress>()
  for (const shard of fresh.slice(0, SHARDS_AT_ONCE)) places.set(shard.id, await placeIn(log, shard, mapping))
  const listed = new Set(shards.map(({ id }) => id))
  return store.transact(async (tx) => {
    const present = await readMapping(tx, mapping, mapping.uuid)
    if (!present?.body.isEnabled) return false
    const add = async (shard: LogShard) => {
      const poller = newPoller(shard, present, isPassedOver(shard, present))
      await putPoller(tx, poller)
      for (let lane = 0; lane < poller.lanes; lane++) await putProgress(tx, poller, lane, places.get(shard.id)!)
    }
    for (const shard of fresh.slice(0, SHARDS_AT_ONCE)) await add(shard)
    if (fresh.length > SHARDS_AT_ONCE) return true
    const pollers = await listPollers(tx, present.uuid)
    const changes = [
      // What is not listed any more has nothing left to read.
      ...pollers.filter(({ shard }) => !listed.has(shard)).map((one) => () => removePoller(tx, one)),
      ...pollers
        .filter((one) => one.lanes !== lanesOf(present) && one.status !== "over")
        .map((one) => () => relane(tx, one, lanesOf(present))),
    ]
    for (const change of changes.slice(0, SHARDS_AT_ONCE)) await change()
    if (changes.length > 0) return true
    // All that a shard came of is read to its end first, or was given up by its stream.
    const open = new Set(pollers.filter(({ status }) => status !== "over").map(({ shard }) => shard))
    const ready = pollers.filter((one) => one.status === "waiting" && !one.parents.some((id) => open.has(id)))
    for (const poller of ready.slice(0, SHARDS_AT_ONCE)) {
      await putPoller(tx, { ...poller, status: "reading" })
      await enqueuePolling(work, tx, present, poller)
    }
    return ready.length > SHARDS_AT_ONCE
  })
}

const lanesOf = ({ body }: Pick<Mapping, "body">): number => body.settings.ParallelizationFactor ?? 1

const newPoller = ({ id, key, parents }: LogShard, mapping: Mapping, isOver: boolean): Poller => ({
  mapping: mapping.uuid,
  shard: id,
  shardKey: key,
  lanes: lanesOf(mapping),
  epoch: 0,
  status: isOver ? "over" : "waiting",
  parents,
})

/** Whoever begins with the latest does not look at shards that take nothing any more. */
const isPassedOver = ({ isClosed }: LogShard, { body }: Mapping): boolean =>
  isClosed && !body.hasPlaces && body.settings.StartingPosition === "LATEST"

/** Shards that come later are read from their beginning, wherever the mapping began. */
const placeIn = async (log: OpenLog, { id }: LogShard, { body }: Mapping): Promise<Progress> =>
  beginAt(await log.positionOf(id, body.hasPlaces ? { type: "TRIM_HORIZON" } : startOf(body.settings)))

const startOf = ({ StartingPosition, startingTimestamp = 0 }: Settings): StartingPoint =>
  StartingPosition === "AT_TIMESTAMP"
    ? { type: "AT_TIMESTAMP", timestamp: startingTimestamp * 1000 }
    : { type: StartingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON" }

/** Other lanes go on where those of before stand; what these are at counts for nothing from now on. */
async function relane(tx: Writing, poller: Poller, lanes: number): Promise<void> {
  const current = await progressOfAll(tx, poller)
  const changed: Poller = { ...poller, lanes, epoch: poller.epoch + 1, status: "waiting" }
  await putPoller(tx, changed)
  const progress = changeLanes(current)
  for (let lane = 0; lane < lanes; lane++) await putProgress(tx, changed, lane, progress)
}

async function progressOfAll(tx: Reading, poller: Poller): Promise<Progress[]> {
  const all: Progress[] = []
  for (let lane = 0; lane < poller.lanes; lane++) all.push((await readProgress(tx, poller, lane)) ?? beginAt(0))
  return all
}
