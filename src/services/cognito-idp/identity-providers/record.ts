import type { IdentityProviderType, IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import { type MasterKey, openText, seal } from "../../../base/master-key.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { duplicateIdentifier, identityProviderNotFound } from "../errors.ts"
import { assertPoolThere } from "../user-pools/record.ts"

/** A provider that a pool lets people sign in by. Times are milliseconds since the epoch. */
export interface IdentityProvider {
  name: string
  type: IdentityProviderTypeType
  /** Has secrets: sealed where it is kept. */
  details: Record<string, string>
  mapping: Record<string, string>
  identifiers: string[]
  createdAt: number
  modifiedAt: number
}

interface ProviderRow {
  name: string
  body: string
}

const PURPOSE = "cognito-idp.identity-provider"

export const parseProvider = (masterKey: MasterKey, { name, body }: ProviderRow): IdentityProvider => {
  const { sealedDetails, ...rest } = JSON.parse(body)
  return { ...rest, name, details: JSON.parse(openText(masterKey, PURPOSE, Buffer.from(sealedDetails, "base64"))) }
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

export async function putProvider(
  tx: Writing,
  masterKey: MasterKey,
  poolId: string,
  { name, details, ...body }: IdentityProvider,
): Promise<void> {
  await assertPoolThere(tx, poolId)
  const sealedDetails = seal(masterKey, PURPOSE, JSON.stringify(details)).toString("base64")
  await tx.run(
    `INSERT INTO idp_identity_providers (pool_id, name, body) VALUES ($1, $2, $3)
     ON CONFLICT (pool_id, name) DO UPDATE SET body = excluded.body`,
    poolId,
    name,
    JSON.stringify({ ...body, sealedDetails }),
  )
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
}

export const describeProvider = (poolId: string, provider: IdentityProvider): IdentityProviderType => ({
  UserPoolId: poolId,
  ProviderName: provider.name,
  ProviderType: provider.type,
  ProviderDetails: provider.details,
  AttributeMapping: provider.mapping,
  IdpIdentifiers: provider.identifiers,
  LastModifiedDate: new Date(provider.modifiedAt),
  CreationDate: new Date(provider.createdAt),
})
