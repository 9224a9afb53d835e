import type { Deps } from "../../call.ts"
import type { LogBatch } from "../../peers.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { type GroupName, streamArn } from "./arns.ts"
import { insertEvents } from "./events/insert.ts"
import { createGroup, findGroup, readGroup } from "./groups/record.ts"
import { createStream, findStream } from "./streams/record.ts"

/** A batch as far as its actor may have it kept. */
interface Permitted {
  batch: LogBatch
  mayCreateGroup: boolean
  mayCreateStream: boolean
  mayPut: boolean
}

/** Keeps what programs of other services write: all of it in one transaction, each batch as far as its actor may. */
export async function keepLogs(batches: readonly LogBatch[], deps: Deps): Promise<void> {
  const permitted: Permitted[] = []
  for (const batch of batches) permitted.push(await permissionsOf(batch, deps))
  if (!permitted.some(({ mayCreateGroup, mayCreateStream, mayPut }) => mayCreateGroup || mayCreateStream || mayPut))
    return
  const now = deps.clock.now()
  await deps.store.transact(async (tx) => {
    for (const one of permitted) await keep(tx, one, now)
  })
}

/** What is there is not asked for. */
async function permissionsOf(batch: LogBatch, { store, peers }: Deps): Promise<Permitted> {
  const name = groupOf(batch)
  const may = (action: string, resource: string) => peers.mayAct(batch.actor, { action, resource })
  const group = await findGroup(store, name)
  const stream = group && (await store.read((tx: Reading) => findStream(tx, group, batch.stream)))
  const mayCreateGroup = group === undefined && (await may("logs:CreateLogGroup", streamArn(name)))
  const isThere = group !== undefined || mayCreateGroup
  const mayCreateStream =
    isThere && stream === undefined && (await may("logs:CreateLogStream", streamArn(name, batch.stream)))
  const mayPut =
    isThere &&
    (stream !== undefined || mayCreateStream) &&
    (await may("logs:PutLogEvents", streamArn(name, batch.stream)))
  return { batch, mayCreateGroup, mayCreateStream, mayPut }
}

/** What somebody else has deleted meanwhile is made again by the next batch, which asks for it. */
async function keep(tx: Writing, permitted: Permitted, now: number): Promise<void> {
  const { batch, mayCreateGroup, mayCreateStream, mayPut } = permitted
  const name = groupOf(batch)
  const created = { createdAt: now, class: "STANDARD" as const, tags: {} }
  const group = (await readGroup(tx, name)) ?? (mayCreateGroup ? await createGroup(tx, name, created) : undefined)
  if (!group) return
  const stream =
    (await findStream(tx, group, batch.stream)) ??
    (mayCreateStream ? await createStream(tx, group, batch.stream, now) : undefined)
  if (!stream || !mayPut) return
  const events = batch.lines.map(({ time, text }) => ({ time, message: text }))
  if (events.length > 0) await insertEvents(tx, stream, events, now)
}

const groupOf = ({ account, group, actor: { region } }: LogBatch): GroupName => ({ account, region, name: group })
