import {
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  GetIdentityProviderByIdentifierCommand,
  type IdentityProviderTypeType,
  ListIdentityProvidersCommand,
  UpdateIdentityProviderCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { identifierNotFound, invalidParameter, providerExists } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { settleDetails } from "./details.ts"
import {
  assertRoomForProvider,
  deleteProvider,
  describeProvider,
  findNameByIdentifier,
  findProvider,
  getProvider,
  type IdentityProvider,
  parseProvider,
  putProvider,
} from "./record.ts"
import { isNamedAsItsType, standardMapping } from "./types.ts"

const LIST_LIMIT = 60

export const CreateIdentityProvider = operation(CreateIdentityProviderCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ProviderName, ProviderType, ...input }, context) {
    const { store, masterKey, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    if (ProviderName === "COGNITO" || ProviderName === "Cognito")
      throw invalidParameter(`${ProviderName} is a reserved provider name.`) // UNVERIFIED text
    if (isNamedAsItsType(ProviderType) && ProviderName !== ProviderType)
      throw invalidParameter(`The name of a ${ProviderType} provider must be ${ProviderType}.`) // UNVERIFIED text
    assertMapping(pool, input.AttributeMapping)
    assertAcrMapping(ProviderType, input.AcrMapping)
    await store.read((tx) => assertNew(tx, context, pool.id, ProviderName))
    const now = clock.now()
    const provider: IdentityProvider = {
      name: ProviderName,
      type: ProviderType,
      ...(await settleDetails(context, pool.id, ProviderType, input.ProviderDetails)),
      mapping: input.AttributeMapping ?? standardMapping(ProviderType),
      identifiers: input.IdpIdentifiers ?? [],
      ...(input.AcrMapping && { acrMapping: input.AcrMapping }),
      createdAt: now,
      modifiedAt: now,
    }
    await store.transact(async (tx) => {
      await assertNew(tx, context, pool.id, ProviderName)
      await putProvider(tx, masterKey, pool.id, provider)
    })
    return { IdentityProvider: describeProvider(pool.id, provider) }
  },
})

async function assertNew(tx: Reading, { masterKey }: Pick<Deps, "masterKey">, poolId: string, name: string) {
  if (await findProvider(tx, masterKey, poolId, name)) throw providerExists(name)
  await assertRoomForProvider(tx, poolId)
}

/** What a provider says can go to attributes of the pool alone, and to the username. */
function assertMapping({ attributes }: UserPool, mapping: Record<string, string> = {}): void {
  for (const name of Object.keys(mapping))
    if (name !== "username" && !attributes.has(name))
      throw invalidParameter(`Invalid attribute mapping: ${name} is not an attribute of the user pool.`) // UNVERIFIED text
}

/** Source: CreateIdentityProvider, AcrMapping: by level, of OIDC providers alone. UNVERIFIED texts. */
function assertAcrMapping(type: IdentityProviderTypeType, mapping: Record<string, string> = {}): void {
  const entries = Object.entries(mapping)
  if (entries.length > 0 && type !== "OIDC")
    throw invalidParameter("AcrMapping is only supported for OIDC identity providers.")
  for (const [level, value] of entries)
    if (!/^Level[1-4]$/.test(level) || !/^[^\s"\\]{1,256}$/.test(value))
      throw invalidParameter(`Invalid AcrMapping: ${level}.`)
}

export const DescribeIdentityProvider = operation(DescribeIdentityProviderCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ProviderName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const provider = await context.store.read((tx) => getProvider(tx, context.masterKey, pool.id, ProviderName))
    return { IdentityProvider: describeProvider(pool.id, provider) }
  },
})

/** What the request leaves out stays. */
export const UpdateIdentityProvider = operation(UpdateIdentityProviderCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ProviderName, ProviderDetails, ...input }, context) {
    const { AttributeMapping, IdpIdentifiers, AcrMapping } = input
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    assertMapping(pool, AttributeMapping)
    const modifiedAt = context.clock.now()
    const before = await store.read((tx) => getProvider(tx, masterKey, pool.id, ProviderName))
    assertAcrMapping(before.type, AcrMapping)
    const settled = ProviderDetails && (await settleDetails(context, pool.id, before.type, ProviderDetails, before))
    const changed = await store.transact(async (tx) => {
      const provider = await getProvider(tx, masterKey, pool.id, ProviderName)
      const changed: IdentityProvider = {
        ...provider,
        ...settled,
        ...(AttributeMapping && { mapping: AttributeMapping }),
        ...(IdpIdentifiers && { identifiers: IdpIdentifiers }),
        ...(AcrMapping && { acrMapping: AcrMapping }),
        modifiedAt,
      }
      await putProvider(tx, masterKey, pool.id, changed)
      return changed
    })
    return { IdentityProvider: describeProvider(pool.id, changed) }
  },
})

export const DeleteIdentityProvider = operation(DeleteIdentityProviderCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ProviderName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      await getProvider(tx, context.masterKey, pool.id, ProviderName)
      await deleteProvider(tx, pool.id, ProviderName)
    })
    return {}
  },
})

export const ListIdentityProviders = operation(ListIdentityProvidersCommand, {
  access: onUserPool,
  async handle({ UserPoolId, MaxResults, NextToken }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const { items, next } = await listPage(
      masterKey,
      { about: `identity providers ${pool.id}`, token: NextToken, limit: MaxResults || LIST_LIMIT },
      (provider: IdentityProvider) => provider.name,
      async (after, count) => {
        const rows = await store.read((tx) =>
          tx.all<Parameters<typeof parseProvider>[1]>(
            "SELECT name, body FROM idp_identity_providers WHERE pool_id = $1 AND name > $2 ORDER BY name LIMIT $3",
            pool.id,
            after,
            count,
          ),
        )
        return rows.map((row) => parseProvider(masterKey, row))
      },
    )
    return {
      Providers: items.map(({ name, type, modifiedAt, createdAt }) => ({
        ProviderName: name,
        ProviderType: type,
        LastModifiedDate: new Date(modifiedAt),
        CreationDate: new Date(createdAt),
      })),
      NextToken: next,
    }
  },
})

export const GetIdentityProviderByIdentifier = operation(GetIdentityProviderByIdentifierCommand, {
  access: onUserPool,
  async handle({ UserPoolId, IdpIdentifier }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const provider = await context.store.read(async (tx) => {
      const name = await findNameByIdentifier(tx, pool.id, IdpIdentifier)
      if (name === undefined) throw identifierNotFound(IdpIdentifier)
      return getProvider(tx, context.masterKey, pool.id, name)
    })
    return { IdentityProvider: describeProvider(pool.id, provider) }
  },
})
