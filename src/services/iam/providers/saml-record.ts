import { parseArn } from "../../../base/arn.ts"
import type { Reading, Row, Writing } from "../../../store/store.ts"
import { samlProviderNotFound } from "../errors.ts"
import type { Tag } from "../tags.ts"

/** A SAML provider that the account trusts, but for its metadata, which are megabytes. */
export interface SamlRecord {
  arn: string
  account: string
  name: string
  uuid: string
  createdAt: number
  tags: readonly Tag[]
}

export interface SamlProvider extends SamlRecord {
  metadata: string
}

export async function findSamlRecord(tx: Reading, arn: string): Promise<SamlRecord | undefined> {
  const row = await tx.get<Row & { body: string }>("SELECT body FROM iam_saml_providers WHERE arn = $1", arn)
  return row && JSON.parse(row.body)
}

export async function findSamlProvider(tx: Reading, arn: string): Promise<SamlProvider | undefined> {
  const row = await tx.get<{ metadata: string; body: string }>(
    "SELECT metadata, body FROM iam_saml_providers WHERE arn = $1",
    arn,
  )
  // Older records have them in the body.
  return row && { ...JSON.parse(row.body), ...(row.metadata && { metadata: row.metadata }) }
}

export async function getSamlRecord(tx: Reading, account: string, arn: string): Promise<SamlRecord> {
  const provider = parseArn(arn)?.account === account ? await findSamlRecord(tx, arn) : undefined
  if (!provider) throw samlProviderNotFound(arn)
  return provider
}

/** In the order of their ARNs; a hundred at most. */
export async function listSamlRecords(tx: Reading, account: string): Promise<SamlRecord[]> {
  const rows = await tx.all<Row & { body: string }>(
    "SELECT body FROM iam_saml_providers WHERE account = $1 ORDER BY arn",
    account,
  )
  return rows.map(({ body }) => JSON.parse(body))
}

export async function insertSamlRecord(tx: Writing, provider: SamlRecord, metadata: string): Promise<void> {
  await tx.run(
    "INSERT INTO iam_saml_providers (arn, account, body, metadata) VALUES ($1, $2, $3, $4)",
    provider.arn,
    provider.account,
    JSON.stringify(provider),
    metadata,
  )
}

export async function updateSamlRecord(tx: Writing, provider: SamlRecord): Promise<void> {
  await tx.run("UPDATE iam_saml_providers SET body = $1 WHERE arn = $2", JSON.stringify(provider), provider.arn)
}

export async function updateSamlMetadata(tx: Writing, arn: string, metadata: string): Promise<void> {
  await tx.run("UPDATE iam_saml_providers SET metadata = $1 WHERE arn = $2", metadata, arn)
}
