import { formatArn } from "../../../base/arn.ts"
import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { Settings } from "./settings.ts"
import type { EventSource } from "./source.ts"

/** As AWS has them (API Reference, EventSourceMappingConfiguration). */
export type MappingState = "Creating" | "Enabling" | "Enabled" | "Updating" | "Disabling" | "Disabled" | "Deleting"

export interface MappingBody {
  source: EventSource
  settings: Settings
  tags: Record<string, string>
  /** Milliseconds since the epoch. */
  lastModified: number
  /** Absent of one that was made when none could be enabled. */
  state?: MappingState
  /** Whether it is to be read from once its state has settled. */
  isEnabled?: boolean
  /** Whether it has places in its source: shards that come later are read from their beginning. */
  hasPlaces?: boolean
}

export const stateOf = ({ body }: Pick<Mapping, "body">): MappingState => body.state ?? "Disabled"

/** Whether records are read for it: as soon as its shards are there to be read, which is a moment before it is told to be enabled. */
export const isPolled = (mapping: Mapping): boolean =>
  mapping.body.isEnabled === true && stateOf(mapping) !== "Deleting"

export interface Mapping extends Scope {
  uuid: string
  /** As it was given, but for a `$LATEST` that AWS leaves out. The function need not be there any more. */
  functionArn: string
  /** What came of its last work, as AWS tells it; empty where there was none. */
  result: string
  body: MappingBody
}

export const mappingArn = ({ account, region, uuid }: Scope & { uuid: string }): string =>
  formatArn({ service: "lambda", region, account, resource: `event-source-mapping:${uuid}` })

interface Row {
  uuid: string
  function_arn: string
  result: string
  body: string
}

const parse = ({ account, region }: Scope, { uuid, function_arn, result, body }: Row): Mapping => ({
  account,
  region,
  uuid,
  functionArn: function_arn,
  result,
  body: JSON.parse(body) as MappingBody,
})

export async function readMapping(tx: Reading, scope: Scope, uuid: string): Promise<Mapping | undefined> {
  const row = await tx.get<Row>(
    "SELECT uuid, function_arn, result, body FROM lambda_mappings WHERE account = $1 AND region = $2 AND uuid = $3",
    scope.account,
    scope.region,
    uuid,
  )
  return row && parse(scope, row)
}

/** What a list asks for; each left out asks for all. */
export interface Wanted {
  functionArn?: string
  sourceArn?: string
}

/** In the order of their UUIDs. */
export async function listMappings(
  tx: Reading,
  scope: Scope,
  wanted: Wanted,
  after: string,
  limit: number,
): Promise<Mapping[]> {
  const conditions = ["account = $1", "region = $2", "uuid > $3"]
  const values: (string | number)[] = [scope.account, scope.region, after]
  const add = (column: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(`${column} = $${values.push(value)}`)
  }
  add("function_arn", wanted.functionArn)
  add("source_arn", wanted.sourceArn)
  const rows = await tx.all<Row>(
    `SELECT uuid, function_arn, result, body FROM lambda_mappings WHERE ${conditions.join(" AND ")} ORDER BY uuid LIMIT $${values.push(limit)}`,
    ...values,
  )
  return rows.map((row) => parse(scope, row))
}

export async function insertMapping(tx: Writing, { account, region, uuid, functionArn, body }: Mapping): Promise<void> {
  await tx.run(
    "INSERT INTO lambda_mappings (account, region, uuid, function_arn, source_arn, body) VALUES ($1, $2, $3, $4, $5, $6)",
    account,
    region,
    uuid,
    functionArn,
    body.source.arn,
    JSON.stringify(body),
  )
}

export async function updateMapping(tx: Writing, { account, region, uuid, functionArn, body }: Mapping): Promise<void> {
  await tx.run(
    "UPDATE lambda_mappings SET function_arn = $4, body = $5 WHERE account = $1 AND region = $2 AND uuid = $3",
    account,
    region,
    uuid,
    functionArn,
    JSON.stringify(body),
  )
}

/** Only where it is another than before, so that what goes well is written once. */
export async function putResult(tx: Writing, { account, region, uuid }: Mapping, result: string): Promise<void> {
  await tx.run(
    "UPDATE lambda_mappings SET result = $4 WHERE account = $1 AND region = $2 AND uuid = $3 AND result <> $4",
    account,
    region,
    uuid,
    result,
  )
}

export async function removeMapping(tx: Writing, { account, region, uuid }: Mapping): Promise<void> {
  await tx.run("DELETE FROM lambda_mappings WHERE account = $1 AND region = $2 AND uuid = $3", account, region, uuid)
}
