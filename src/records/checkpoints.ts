import type { Reading, Writing } from "../store/store.ts"
import type { Position } from "./positions.ts"

/** How far a reader has come in a shard. */
export interface Checkpoint {
  /** The first record that it has not done. */
  position: Position
  /** What it remembers beside that: anything that JSON can hold. */
  body: unknown
}

export async function findCheckpoint(tx: Reading, shard: string, reader: string): Promise<Checkpoint | undefined> {
  const row = await tx.get<{ position: number; body: string }>(
    "SELECT position, body FROM log_checkpoints WHERE shard = $1 AND reader = $2",
    shard,
    reader,
  )
  return row && { position: row.position, body: JSON.parse(row.body) }
}

/** In the transaction that does what was read: both are there or neither is. */
export async function putCheckpoint(
  tx: Writing,
  shard: string,
  reader: string,
  { position, body }: Checkpoint,
): Promise<void> {
  await tx.run(
    `INSERT INTO log_checkpoints (shard, reader, position, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (shard, reader) DO UPDATE SET position = excluded.position, body = excluded.body`,
    shard,
    reader,
    position,
    JSON.stringify(body),
  )
}
