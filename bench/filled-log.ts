import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { packFrames } from "../src/records/frames.ts"
import { positionAt } from "../src/records/positions.ts"
import { packRecord } from "../src/services/kinesis/records/bodies.ts"
import { logOf } from "../src/services/kinesis/shards/record.ts"

const HOUR_MILLISECONDS = 60 * 60 * 1000
/** As many writers at once have in one row. */
const RECORDS_OF_ONE_ROW = 10

export interface Filled {
  /** When the record in the middle came. */
  middle: Date
}

/** Writes so many small records into the first shard of a stream, as rows, while no server has the directory open: half an hour of them. */
export function fillLog(directory: string, stream: string, records: number): Filled {
  const database = new DatabaseSync(join(directory, "hallpass.db"))
  database.exec("PRAGMA synchronous = OFF")
  const { id } = database.prepare("SELECT id FROM kinesis_streams WHERE name = ?").get(stream) as { id: string }
  const body = packRecord({ partitionKey: "a", data: Buffer.alloc(16, "x") })
  const bodies = packFrames(Array.from({ length: RECORDS_OF_ONE_ROW }, () => body))
  const rows = records / RECORDS_OF_ONE_ROW
  const begin = Date.now() - HOUR_MILLISECONDS
  const step = HOUR_MILLISECONDS / 2 / rows
  database
    .prepare(
      `WITH RECURSIVE rows (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM rows WHERE i + 1 < ?)
       INSERT INTO log_batches (shard, first, count, at, size, bodies)
       SELECT ?, CAST(? + i * ? AS INTEGER), ?, CAST(? + i * ? AS INTEGER), ?, ? FROM rows`,
    )
    .run(rows, logOf(id, 0), positionAt(begin), step * 1024, RECORDS_OF_ONE_ROW, begin, step, bodies.length, bodies)
  database.close()
  return { middle: new Date(begin + HOUR_MILLISECONDS / 4) }
}
