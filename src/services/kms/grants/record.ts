import type { GrantConstraints, GrantOperation } from "@aws-sdk/client-kms"
import type { Reading, Writing } from "../../../store/store.ts"

/** A grant as it is stored. */
export interface Grant {
  id: string
  keyId: string
  /** Of the key. */
  account: string
  region: string
  /** As policies keep principals: users and roles by their ids; of a service its name. */
  grantee: string
  granteeIsService: boolean
  /** Likewise; the empty text where nobody may retire it but the account and who revokes it. */
  retiring: string
  /** The empty text where it has none. */
  name: string
  operations: readonly GrantOperation[]
  constraints?: GrantConstraints
  /** The ARN of the account, user, role or session that made it. */
  issuer: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** Of the cache of the grants that one grantee has of a key. */
export const GRANTS_KIND = "kms.grants"

/**
 * How many grants one grantee may have of a key, for one resource where it acts for one: a decision looks at them all. AWS
 * had this quota until 2021, and now has one of 50,000 for the key alone ("Resource quotas").
 */
export const GRANTS_OF_GRANTEE_AT_MOST = 500

/** The resource that the grantee has to act for; the empty text where it need not. */
export const sourceOf = ({ constraints }: Pick<Grant, "constraints">): string => constraints?.SourceArn ?? ""

/** Of the cache: none of these has a blank. */
export const grantsKey = (keyId: string, grantee: string, source: string): string => `${keyId} ${grantee} ${source}`

interface GrantRow {
  key_id: string
  grant_id: string
  account: string
  region: string
  grantee: string
  retiring: string
  name: string
  body: string
}

const grantOf = (row: GrantRow): Grant => ({
  id: row.grant_id,
  keyId: row.key_id,
  account: row.account,
  region: row.region,
  grantee: row.grantee,
  retiring: row.retiring,
  name: row.name,
  ...(JSON.parse(row.body) as Pick<Grant, "granteeIsService" | "operations" | "constraints" | "issuer" | "createdAt">),
})

const COLUMNS = "key_id, grant_id, account, region, grantee, retiring, name, body"

/** A page of the grants that meet all of these, by their ids. */
export async function listGrants(
  tx: Reading,
  where: Partial<
    Record<"key_id" | "grantee" | "source" | "retiring" | "account" | "region" | "grant_id" | "name", string>
  >,
  after: string,
  limit: number,
): Promise<Grant[]> {
  const columns = Object.entries(where)
  const conditions = columns.map(([column], i) => `${column} = $${i + 1}`)
  const rows = await tx.all<GrantRow>(
    `SELECT ${COLUMNS} FROM kms_grants WHERE ${conditions.join(" AND ")} AND grant_id > $${columns.length + 1}
     ORDER BY grant_id LIMIT $${columns.length + 2}`,
    ...columns.map(([, value]) => value),
    after,
    limit,
  )
  return rows.map(grantOf)
}

export const readGrant = async (tx: Reading, id: string): Promise<Grant | undefined> =>
  (await listGrants(tx, { grant_id: id }, "", 1))[0]

export async function insertGrant(tx: Writing, grant: Grant): Promise<void> {
  const { id, keyId, account, region, grantee, retiring, name, ...body } = grant
  await tx.run(
    `INSERT INTO kms_grants (${COLUMNS}, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    keyId,
    id,
    account,
    region,
    grantee,
    retiring,
    name,
    JSON.stringify(body),
    sourceOf(grant),
  )
  await tx.changed(GRANTS_KIND, grantsKey(keyId, grantee, sourceOf(grant)))
}

/** The first grants of a key that is to be deleted; how many. What nodes remember of them is asked for with the key alone. */
export async function deleteGrantsOf(tx: Writing, keyId: string, limit: number): Promise<number> {
  const rows = await tx.all<{ grant_id: string }>(
    "SELECT grant_id FROM kms_grants WHERE key_id = $1 ORDER BY grant_id LIMIT $2",
    keyId,
    limit,
  )
  const last = rows.at(-1)
  return last ? tx.run("DELETE FROM kms_grants WHERE key_id = $1 AND grant_id <= $2", keyId, last.grant_id) : 0
}

export async function deleteGrant(tx: Writing, grant: Grant): Promise<void> {
  await tx.run("DELETE FROM kms_grants WHERE grant_id = $1", grant.id)
  await tx.changed(GRANTS_KIND, grantsKey(grant.keyId, grant.grantee, sourceOf(grant)))
}
