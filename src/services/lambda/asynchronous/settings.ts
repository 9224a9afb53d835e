import type { Reading, Store, Writing } from "../../../store/store.ts"

/** What is to become of a function's events: FunctionEventInvokeConfig. */
export interface EventSettings {
  /** Milliseconds since the epoch. */
  lastModified: number
  maximumRetryAttempts?: number
  maximumEventAgeInSeconds?: number
  /** ARNs. */
  onSuccess?: string
  onFailure?: string
}

const KIND = "lambda.event-settings"
const keyOf = (functionId: string, qualifier: string): string => `${functionId}/${qualifier}`

async function load(tx: Reading, key: string): Promise<EventSettings | undefined> {
  const [id, qualifier] = key.split("/") as [string, string]
  return readSettings(tx, id, qualifier)
}

/** Of the qualifier as it is addressed, `$LATEST` where it is not. From the cache. */
export const findSettings = (store: Store, functionId: string, qualifier: string) =>
  store.cache(KIND, load).find(keyOf(functionId, qualifier))

export async function readSettings(
  tx: Reading,
  functionId: string,
  qualifier: string,
): Promise<EventSettings | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM lambda_event_settings WHERE function_id = $1 AND qualifier = $2",
    functionId,
    qualifier,
  )
  return row && (JSON.parse(row.body) as EventSettings)
}

export async function listSettings(
  tx: Reading,
  functionId: string,
  after: string,
  limit: number,
): Promise<(EventSettings & { qualifier: string })[]> {
  const rows = await tx.all<{ qualifier: string; body: string }>(
    "SELECT qualifier, body FROM lambda_event_settings WHERE function_id = $1 AND qualifier > $2 ORDER BY qualifier LIMIT $3",
    functionId,
    after,
    limit,
  )
  return rows.map(({ qualifier, body }) => ({ ...(JSON.parse(body) as EventSettings), qualifier }))
}

export async function putSettings(
  tx: Writing,
  functionId: string,
  qualifier: string,
  settings: EventSettings,
): Promise<void> {
  await tx.run(
    `INSERT INTO lambda_event_settings (function_id, qualifier, body) VALUES ($1, $2, $3)
     ON CONFLICT (function_id, qualifier) DO UPDATE SET body = excluded.body`,
    functionId,
    qualifier,
    JSON.stringify(settings),
  )
  await tx.changed(KIND, keyOf(functionId, qualifier))
}

/** Whether there were any. */
export async function removeSettings(tx: Writing, functionId: string, qualifier: string): Promise<boolean> {
  const count = await tx.run(
    "DELETE FROM lambda_event_settings WHERE function_id = $1 AND qualifier = $2",
    functionId,
    qualifier,
  )
  await tx.changed(KIND, keyOf(functionId, qualifier))
  return count > 0
}
