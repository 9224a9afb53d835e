import type { IdentityProviderType, IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import { type MasterKey, openText, seal } from "../../../base/master-key.ts"
import type { KeyWithCertificate } from "../../../federation/saml/certificate.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { cached } from "../caches.ts"
import { duplicateIdentifier, identityProviderNotFound, tooManyProviders } from "../errors.ts"
import { assertPoolThere } from "../user-pools/record.ts"

/** A provider that a pool lets people sign in by. Times are milliseconds since the epoch. */
export interface IdentityProvider {
  name: string
  type: IdentityProviderTypeType
  /** Has secrets: sealed where it is kept. */
  details: Record<string, string>
  mapping: Record<string, string>
  identifiers: string[]
  /** Of an OpenID provider: what it calls the levels of the pool (`Level1` to `Level4`). */
  acrMapping?: Record<string, string>
  /** Of an OpenID provider: whether each of its answers names it (RFC 9207). */
  answersWithIssuer?: boolean
  /** Of a SAML provider: what it said of itself, and when. */
  metadata?: { text: string; readAt: number }
  /** Of a SAML provider: what it may encrypt for. Sealed where it is kept. */
  encryption?: KeyWithCertificate
  createdAt: number
  modifiedAt: number
}

/** What is kept of the details that a request gives: with what AWS adds, and with what the provider itself says. */
export type Settled = Pick<IdentityProvider, "details" | "answersWithIssuer" | "metadata" | "encryption">

interface ProviderRow {
  name: string
  body: string
}

const PURPOSE = "cognito-idp.identity-provider"

export const parseProvider = (masterKey: MasterKey, { name, body }: ProviderRow): IdentityProvider => {
  const { sealedDetails, sealedEncryption, ...rest } = JSON.parse(body)
  const unseal = (sealed: string) => JSON.parse(openText(masterKey, PURPOSE, Buffer.from(sealed, "base64")))
  return {
    ...rest,
    name,
    details: unseal(sealedDetails),
    ...(sealedEncryption !== undefined && { encryption: unseal(sealedEncryption) }),
  }
}

export async function findProvider(
  tx: Reading,
  masterKey: MasterKey,
  poolId: string,
  name: string,
): Promise<IdentityProvider | undefined> {
  const row = await tx.get<ProviderRow>(
    "SELECT name, body FROM idp_identity_providers WHERE pool_id = $1 AND name = $2",
    poolId,
    name,
  )
  return row && parseProvider(masterKey, row)
}

export async function getProvider(
  tx: Reading,
  masterKey: MasterKey,
  poolId: string,
  name: string,
): Promise<IdentityProvider> {
  const provider = await findProvider(tx, masterKey, poolId, name)
  if (!provider) throw identityProviderNotFound(name)
  return provider
}

export async function findNameByIdentifier(
  tx: Reading,
  poolId: string,
  identifier: string,
): Promise<string | undefined> {
  const row = await tx.get<{ name: string }>(
    "SELECT name FROM idp_provider_identifiers WHERE pool_id = $1 AND identifier = $2",
    poolId,
    identifier,
  )
  return row?.name
}

export async function providerNames(tx: Reading, poolId: string): Promise<Set<string>> {
  const rows = await tx.all<{ name: string }>("SELECT name FROM idp_identity_providers WHERE pool_id = $1", poolId)
  return new Set(rows.map(({ name }) => name))
}

/** What of a provider is no secret, and is shown to whoever signs in. */
export type ProviderSummary = Pick<IdentityProvider, "name" | "type" | "identifiers">

const KIND = "cognito-idp.identity-providers"

/** Of a pool: 300 at most (quotas page). Their details may be long, which is why nobody reads them for each page. */
const summaries = cached(KIND, async (tx, poolId): Promise<ProviderSummary[]> => {
  const rows = await tx.all<ProviderRow>(
    "SELECT name, body FROM idp_identity_providers WHERE pool_id = $1 ORDER BY name",
    poolId,
  )
  return rows.map(({ name, body }) => {
    const { type, identifiers } = JSON.parse(body) as Omit<IdentityProvider, "name">
    return { name, type, identifiers }
  })
})

/** Those of the names that the pool has. */
export async function listProviders(
  store: Store,
  poolId: string,
  names: readonly string[],
): Promise<ProviderSummary[]> {
  const wanted = new Set(names)
  const all = (await summaries(store).find(poolId)) ?? []
  return all.filter(({ name }) => wanted.has(name))
}

export async function putProvider(
  tx: Writing,
  masterKey: MasterKey,
  poolId: string,
  { name, details, encryption, ...body }: IdentityProvider,
): Promise<void> {
  await assertPoolThere(tx, poolId)
  const sealed = (value: unknown) => seal(masterKey, PURPOSE, JSON.stringify(value)).toString("base64")
  await tx.run(
    `INSERT INTO idp_identity_providers (pool_id, name, body) VALUES ($1, $2, $3)
     ON CONFLICT (pool_id, name) DO UPDATE SET body = excluded.body`,
    poolId,
    name,
    JSON.stringify({
      ...body,
      sealedDetails: sealed(details),
      ...(encryption !== undefined && { sealedEncryption: sealed(encryption) }),
    }),
  )
  await tx.changed(KIND, poolId)
  await tx.run("DELETE FROM idp_provider_identifiers WHERE pool_id = $1 AND name = $2", poolId, name)
  for (const identifier of new Set(body.identifiers)) {
    if (await findNameByIdentifier(tx, poolId, identifier)) throw duplicateIdentifier(identifier)
    await tx.run(
      "INSERT INTO idp_provider_identifiers (pool_id, identifier, name) VALUES ($1, $2, $3)",
      poolId,
      identifier,
      name,
    )
  }
}

export async function deleteProvider(tx: Writing, poolId: string, name: string): Promise<void> {
  await tx.run("DELETE FROM idp_provider_identifiers WHERE pool_id = $1 AND name = $2", poolId, name)
  await tx.run("DELETE FROM idp_identity_providers WHERE pool_id = $1 AND name = $2", poolId, name)
  await tx.changed(KIND, poolId)
}

/** Source: CreateIdentityProvider: Apple's `private_key` is in no answer. */
const shownDetails = ({ details: { private_key: _, ...shown } }: IdentityProvider): Record<string, string> => shown

/** Of one pool. Source: "Quotas in Amazon Cognito". */
const PROVIDERS_AT_MOST = 300

/** Throws where the pool has as many providers as it may. */
export async function assertRoomForProvider(tx: Reading, poolId: string): Promise<void> {
  const rows = await tx.all(
    "SELECT name FROM idp_identity_providers WHERE pool_id = $1 LIMIT $2",
    poolId,
    PROVIDERS_AT_MOST,
  )
  if (rows.length >= PROVIDERS_AT_MOST) throw tooManyProviders(PROVIDERS_AT_MOST)
}

export const describeProvider = (poolId: string, provider: IdentityProvider): IdentityProviderType => ({
  UserPoolId: poolId,
  ProviderName: provider.name,
  ProviderType: provider.type,
  ProviderDetails: shownDetails(provider),
  AttributeMapping: provider.mapping,
  IdpIdentifiers: provider.identifiers,
  ...(provider.acrMapping && { AcrMapping: provider.acrMapping }),
  LastModifiedDate: new Date(provider.modifiedAt),
  CreationDate: new Date(provider.createdAt),
})
