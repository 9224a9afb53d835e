import type { Reading, Store, Writing } from "../../../store/store.ts"

export interface ProvisionedBody {
  requested: number
  /** How many the node that saw to it last keeps ready. */
  allocated: number
  status: "IN_PROGRESS" | "READY" | "FAILED"
  statusReason?: string
  /** The version that is kept warm: of an alias its main one, when that was looked at last. */
  version: number
  /** Milliseconds since the epoch. */
  lastModified: number
}

/** Environments that are kept ready for a version, or for what an alias leads to. */
export interface Provisioned {
  functionId: string
  /** A version's number or an alias. */
  qualifier: string
  body: ProvisionedBody
}

const KIND = "lambda.provisioned"

interface Row {
  qualifier: string
  body: string
}

const parse = (functionId: string, { qualifier, body }: Row): Provisioned => ({
  functionId,
  qualifier,
  body: JSON.parse(body) as ProvisionedBody,
})

export async function readProvision(
  tx: Reading,
  functionId: string,
  qualifier: string,
): Promise<Provisioned | undefined> {
  const row = await tx.get<Row>(
    "SELECT qualifier, body FROM lambda_provisioned WHERE function_id = $1 AND qualifier = $2",
    functionId,
    qualifier,
  )
  return row && parse(functionId, row)
}

/** In the order of their qualifiers. There are no more of them than an account has executions. */
export async function listProvisions(
  tx: Reading,
  functionId: string,
  after: string,
  limit: number,
): Promise<Provisioned[]> {
  const rows = await tx.all<Row>(
    "SELECT qualifier, body FROM lambda_provisioned WHERE function_id = $1 AND qualifier > $2 ORDER BY qualifier LIMIT $3",
    functionId,
    after,
    limit,
  )
  return rows.map((row) => parse(functionId, row))
}

export async function putProvision(tx: Writing, { functionId, qualifier, body }: Provisioned): Promise<void> {
  await tx.run(
    `INSERT INTO lambda_provisioned (function_id, qualifier, body) VALUES ($1, $2, $3)
     ON CONFLICT (function_id, qualifier) DO UPDATE SET body = excluded.body`,
    functionId,
    qualifier,
    JSON.stringify(body),
  )
  await tx.changed(KIND, functionId)
}

export async function removeProvision(tx: Writing, functionId: string, qualifier: string): Promise<void> {
  await tx.run("DELETE FROM lambda_provisioned WHERE function_id = $1 AND qualifier = $2", functionId, qualifier)
  await tx.changed(KIND, functionId)
}

/** How many environments each version of a function is to have, by its number; undefined where none has any. */
export type Warmth = ReadonlyMap<number, number>

async function load(tx: Reading, functionId: string): Promise<Warmth | undefined> {
  const all = await listProvisions(tx, functionId, "", ALL)
  return all.length === 0 ? undefined : new Map(all.map(({ body }) => [body.version, body.requested]))
}

/** More than there can be. */
export const ALL = 2_000

/** At once where it is in memory: every invocation asks. */
export const findWarmth = (store: Store, functionId: string): Warmth | undefined | Promise<Warmth | undefined> =>
  store.cache(KIND, load).find(functionId)
