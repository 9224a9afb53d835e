import type { Reading, Store, Writing } from "../../../../store/store.ts"

/** What a mapping reads of one shard of its source. */
export interface Poller {
  /** UUID of the mapping. */
  mapping: string
  shard: string
  /** Of the shard in the room of records. */
  shardKey: string
  /** How many batches of the shard may be under way at once: records of one key are all in one lane. */
  lanes: number
  /** Grows when the lanes change. */
  epoch: number
  status: PollerStatus
  /** Shards that are read to their end before this one. */
  parents: readonly string[]
}

export type PollerStatus = "waiting" | "reading" | "over"

const STATUSES: readonly PollerStatus[] = ["waiting", "reading", "over"]

interface Row {
  mapping: string
  shard: string
  shard_key: string
  lanes: number
  epoch: number
  status: number
  parents: string
}

const parse = ({ shard_key, status, parents, ...row }: Row): Poller => ({
  ...row,
  shardKey: shard_key,
  status: STATUSES[status]!,
  parents: JSON.parse(parents) as string[],
})

const COLUMNS = "mapping, shard, shard_key, lanes, epoch, status, parents"

export async function readPoller(tx: Reading, mapping: string, shard: string): Promise<Poller | undefined> {
  const row = await tx.get<Row>(
    `SELECT ${COLUMNS} FROM lambda_pollers WHERE mapping = $1 AND shard = $2`,
    mapping,
    shard,
  )
  return row && parse(row)
}

export const listPollers = async (tx: Reading, mapping: string): Promise<Poller[]> =>
  (await tx.all<Row>(`SELECT ${COLUMNS} FROM lambda_pollers WHERE mapping = $1 ORDER BY shard`, mapping)).map(parse)

/** Of all mappings, in an order by which one can go on behind another. */
export const listPollersBehind = async (
  tx: Reading,
  after: Pick<Poller, "mapping" | "shard">,
  limit: number,
): Promise<Poller[]> =>
  (
    await tx.all<Row>(
      `SELECT ${COLUMNS} FROM lambda_pollers WHERE (mapping, shard) > ($1, $2) ORDER BY mapping, shard LIMIT $3`,
      after.mapping,
      after.shard,
      limit,
    )
  ).map(parse)

export async function putPoller(tx: Writing, poller: Poller): Promise<void> {
  await tx.run(
    `INSERT INTO lambda_pollers (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (mapping, shard) DO UPDATE SET lanes = excluded.lanes, epoch = excluded.epoch, status = excluded.status`,
    poller.mapping,
    poller.shard,
    poller.shardKey,
    poller.lanes,
    poller.epoch,
    STATUSES.indexOf(poller.status),
    JSON.stringify(poller.parents),
  )
  await tx.changed(KIND, poller.shardKey)
}

export async function removePoller(tx: Writing, { mapping, shard, shardKey }: Poller): Promise<void> {
  await tx.run("DELETE FROM lambda_pollers WHERE mapping = $1 AND shard = $2", mapping, shard)
  await tx.changed(KIND, shardKey)
}

const KIND = "lambda.pollers"
/** So many readers of one shard are woken at once; further ones look for themselves. */
const WOKEN_AT_MOST = 1_000

/** Those that read a shard: asked at each append, and so from memory. */
export const findReaders = (
  store: Store,
  shardKey: string,
): readonly Poller[] | undefined | Promise<readonly Poller[] | undefined> =>
  store.cache(KIND, loadReaders).find(shardKey)

async function loadReaders(tx: Reading, shardKey: string): Promise<readonly Poller[] | undefined> {
  const rows = await tx.all<Row>(
    `SELECT ${COLUMNS} FROM lambda_pollers WHERE shard_key = $1 AND status = 1 ORDER BY mapping LIMIT $2`,
    shardKey,
    WOKEN_AT_MOST,
  )
  return rows.length === 0 ? undefined : rows.map(parse)
}
