import { createHash } from "node:crypto"
import type { Reading, Writing } from "../../../store/store.ts"

/** What a provider's user is known by: an attribute that the provider tells, and its value. */
export interface SourceName {
  provider: string
  /** `Cognito_Subject`, or a claim that the provider's mapping has. */
  attribute: string
  value: string
}

/** The provider's own name for its user. Source: AdminLinkProviderForUser. */
export const SUBJECT = "Cognito_Subject"

/** By its hash: a value may be long. Whatever a provider says, a subject is no other attribute's value. */
const keyOf = ({ attribute, value }: SourceName): string =>
  createHash("sha256")
    .update(attribute === SUBJECT ? value : JSON.stringify([attribute, value]))
    .digest("base64")

/** The `sub` of the user whom the provider's user signs in as. */
export async function findLinked(tx: Reading, poolId: string, name: SourceName): Promise<string | undefined> {
  const row = await tx.get<{ sub: string }>(
    `SELECT sub FROM idp_linked_identities WHERE pool_id = $1 AND provider = $2 AND subject = $3 AND attribute = $4`,
    poolId,
    name.provider,
    keyOf(name),
    name.attribute,
  )
  return row?.sub
}

export async function insertLink(tx: Writing, poolId: string, name: SourceName, sub: string): Promise<void> {
  await tx.run(
    "INSERT INTO idp_linked_identities (pool_id, provider, subject, attribute, sub) VALUES ($1, $2, $3, $4, $5)",
    poolId,
    name.provider,
    keyOf(name),
    name.attribute,
    sub,
  )
}

export async function deleteLink(tx: Writing, poolId: string, name: SourceName): Promise<void> {
  await tx.run(
    "DELETE FROM idp_linked_identities WHERE pool_id = $1 AND provider = $2 AND subject = $3 AND attribute = $4",
    poolId,
    name.provider,
    keyOf(name),
    name.attribute,
  )
}

/** Of one provider. Source: AdminLinkProviderForUser, SourceUser. */
export const ATTRIBUTES_AT_MOST = 5

/** The attributes that users of the provider are linked by, the subject aside. As few look-ups as there are attributes. */
export async function linkAttributes(tx: Reading, poolId: string, provider: string): Promise<string[]> {
  const attributes: string[] = []
  for (let after = ""; attributes.length <= ATTRIBUTES_AT_MOST; ) {
    const row = await tx.get<{ attribute: string }>(
      `SELECT attribute FROM idp_linked_identities
        WHERE pool_id = $1 AND provider = $2 AND attribute > $3 ORDER BY attribute LIMIT 1`,
      poolId,
      provider,
      after,
    )
    if (!row) break
    after = row.attribute
    if (after !== SUBJECT) attributes.push(after)
  }
  return attributes
}
