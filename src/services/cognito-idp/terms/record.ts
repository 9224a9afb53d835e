import type { TermsType } from "@aws-sdk/client-cognito-identity-provider"
import type { Reading, Writing } from "../../../store/store.ts"
import { assertPoolThere } from "../user-pools/record.ts"

/** What people agree to who sign up by the pages of an app client. Times are milliseconds since the epoch. */
export interface Terms extends TermsBody {
  id: string
  poolId: string
  clientId: string
  name: string
}

interface TermsBody {
  /** Addresses by language: `cognito:default`, `cognito:french`. */
  links: Record<string, string>
  createdAt: number
  modifiedAt: number
}

interface TermsRow {
  pool_id: string
  id: string
  client_id: string
  name: string
  body: string
}

const COLUMNS = "pool_id, id, client_id, name, body"

const parseTerms = ({ pool_id, id, client_id, name, body }: TermsRow): Terms => ({
  ...(JSON.parse(body) as TermsBody),
  id,
  poolId: pool_id,
  clientId: client_id,
  name,
})

export async function findTerms(tx: Reading, poolId: string, id: string): Promise<Terms | undefined> {
  const row = await tx.get<TermsRow>(`SELECT ${COLUMNS} FROM idp_terms WHERE pool_id = $1 AND id = $2`, poolId, id)
  return row && parseTerms(row)
}

/** A client has two at most. */
export const termsOfClient = async (tx: Reading, poolId: string, clientId: string): Promise<Terms[]> =>
  (
    await tx.all<TermsRow>(
      `SELECT ${COLUMNS} FROM idp_terms WHERE pool_id = $1 AND client_id = $2 ORDER BY name`,
      poolId,
      clientId,
    )
  ).map(parseTerms)

export const listTerms = async (tx: Reading, poolId: string, after: string, count: number): Promise<Terms[]> =>
  (
    await tx.all<TermsRow>(
      `SELECT ${COLUMNS} FROM idp_terms WHERE pool_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
      poolId,
      after,
      count,
    )
  ).map(parseTerms)

export async function putTerms(tx: Writing, { id, poolId, clientId, name, ...body }: Terms): Promise<void> {
  await assertPoolThere(tx, poolId)
  await tx.run(
    `INSERT INTO idp_terms (${COLUMNS}) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (pool_id, id) DO UPDATE SET name = excluded.name, body = excluded.body`,
    poolId,
    id,
    clientId,
    name,
    JSON.stringify(body),
  )
}

export const deleteTerms = (tx: Writing, poolId: string, id: string): Promise<number> =>
  tx.run("DELETE FROM idp_terms WHERE pool_id = $1 AND id = $2", poolId, id)

export const describeTerms = (terms: Terms): TermsType => ({
  TermsId: terms.id,
  UserPoolId: terms.poolId,
  ClientId: terms.clientId,
  TermsName: terms.name,
  TermsSource: "LINK",
  Enforcement: "NONE",
  Links: terms.links,
  CreationDate: new Date(terms.createdAt),
  LastModifiedDate: new Date(terms.modifiedAt),
})
