import { parseArn } from "../../../base/arn.ts"
import type { Cache, Reading, Row, Store, Writing } from "../../../store/store.ts"
import { oidcProviderNotFound } from "../errors.ts"
import type { Tag } from "../tags.ts"

/** An OpenID Connect provider that the account trusts. */
export interface OidcProvider {
  arn: string
  account: string
  /** The issuer without `https://`. */
  url: string
  clientIds: readonly string[]
  /** SHA-1 of the certificates of the provider's key server. Kept and answered; TLS is checked by the platform's own
   * roots, as AWS does for most providers. */
  thumbprints: readonly string[]
  createdAt: number
  tags: readonly Tag[]
}

const CACHE = "iam.oidc-provider"

interface ProviderRow extends Row {
  body: string
}

export const oidcProviderArn = (account: string, url: string): string => `arn:aws:iam::${account}:oidc-provider/${url}`

const read = async (tx: Reading, arn: string): Promise<OidcProvider | undefined> => {
  const row = await tx.get<ProviderRow>("SELECT body FROM iam_oidc_providers WHERE arn = $1", arn)
  return row && JSON.parse(row.body)
}

const providers = (store: Store): Cache<OidcProvider> => store.cache(CACHE, read)

export const findOidcProvider = (store: Store, arn: string) => providers(store).find(arn)

/** Of the account itself. */
export async function getOidcProvider(tx: Reading, account: string, arn: string): Promise<OidcProvider> {
  const provider = parseArn(arn)?.account === account ? await read(tx, arn) : undefined
  if (!provider) throw oidcProviderNotFound(arn)
  return provider
}

/** In their order; a few hundred at most. */
export async function listOidcProviderArns(tx: Reading, account: string): Promise<string[]> {
  const rows = await tx.all<{ arn: string }>(
    "SELECT arn FROM iam_oidc_providers WHERE account = $1 ORDER BY arn",
    account,
  )
  return rows.map(({ arn }) => arn)
}

export async function putOidcProvider(tx: Writing, provider: OidcProvider): Promise<void> {
  await tx.run(
    `INSERT INTO iam_oidc_providers (arn, account, body) VALUES ($1, $2, $3)
     ON CONFLICT (arn) DO UPDATE SET body = excluded.body`,
    provider.arn,
    provider.account,
    JSON.stringify(provider),
  )
  await tx.changed(CACHE, provider.arn)
}

export async function deleteOidcProvider(tx: Writing, account: string, arn: string): Promise<void> {
  await tx.run("DELETE FROM iam_oidc_providers WHERE arn = $1 AND account = $2", arn, account)
  await tx.changed(CACHE, arn)
}
