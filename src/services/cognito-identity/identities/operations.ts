import {
  DeleteIdentitiesCommand,
  DescribeIdentityCommand,
  GetIdCommand,
  ListIdentitiesCommand,
  UnlinkIdentityCommand,
} from "@aws-sdk/client-cognito-identity"
import type { Requirement } from "../../../authorization/requirement.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onPool } from "../access.ts"
import { poolArn } from "../arns.ts"
import { identityNotFound, loginsDoNotMatch, poolNotFound } from "../errors.ts"
import { verifyLogins } from "../logins/index.ts"
import { listPage } from "../paging.ts"
import { getOwnPool, getPool, isOwnPool } from "../pools/pool.ts"
import { deleteIdentity, findIdentity, type Identity, listIdentities, listLogins } from "./identity.ts"
import { unlinkLogins } from "./link.ts"
import { identityOfLogins } from "./resolve.ts"

export const GetId = operation(GetIdCommand, {
  access: "public",
  async handle({ IdentityPoolId, AccountId, Logins }, context) {
    const pool = await getPool(context, IdentityPoolId)
    if (AccountId !== undefined && AccountId !== pool.account) throw poolNotFound(IdentityPoolId)
    const logins = await verifyLogins(context, pool, Logins)
    return { IdentityId: (await identityOfLogins(context, pool, logins)).identityId }
  },
})

async function describe(tx: Reading, identity: Identity) {
  const logins = await listLogins(tx, identity.identityId)
  return {
    IdentityId: identity.identityId,
    ...(logins.length > 0 && { Logins: [...new Set(logins.map(({ provider }) => provider))] }),
    CreationDate: new Date(identity.createdAt),
    LastModifiedDate: new Date(identity.modifiedAt),
  }
}

/** An identity of a pool of the caller's. */
async function findOwnIdentity(
  tx: Reading,
  identityId: string,
  { account, region }: CallContext,
): Promise<Identity | undefined> {
  const identity = await findIdentity(tx, identityId)
  return identity && (await isOwnPool(tx, account, region, identity.poolId)) ? identity : undefined
}

/** An operation on identities, of no resource type: policies know the pool by a condition key alone (Service
 * Authorization Reference, "Amazon Cognito Identity"). */
const onIdentityOf = (poolId: string | undefined, { region, account }: CallContext): Requirement => ({
  resource: "*",
  ...(poolId !== undefined && { context: { "cognito-identity:IdentityPoolArn": poolArn(region, account, poolId) } }),
})

export const DescribeIdentity = operation(DescribeIdentityCommand, {
  access: "anyPrincipal",
  async handle({ IdentityId }, context) {
    const found = await context.store.read((tx) => findOwnIdentity(tx, IdentityId, context))
    await context.assertAllowed(onIdentityOf(found?.poolId, context))
    if (!found) throw identityNotFound(IdentityId)
    return context.store.read((tx) => describe(tx, found))
  },
})

export const ListIdentities = operation(ListIdentitiesCommand, {
  access: onPool,
  handle: ({ IdentityPoolId, MaxResults, NextToken, HideDisabled = false }, { store, account, region, masterKey }) =>
    store.read(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      const list = `ListIdentities ${pool.poolId} ${HideDisabled}`
      const { items, ...more } = await listPage(
        masterKey,
        list,
        { MaxResults, NextToken },
        {
          load: (after, limit) => listIdentities(tx, pool.poolId, after, limit, HideDisabled),
          keyOf: ({ identityId }) => identityId,
        },
      )
      const Identities = []
      for (const identity of items) Identities.push(await describe(tx, identity))
      return {
        IdentityPoolId: pool.poolId,
        Identities,
        ...more,
      }
    }),
})

/** Deletes what it can and names the rest, each with its reason. An identity that is not there is not an error. */
export const DeleteIdentities = operation(DeleteIdentitiesCommand, {
  access: "anyPrincipal",
  async handle({ IdentityIdsToDelete }, context) {
    const ids = [...new Set(IdentityIdsToDelete)]
    const found = await context.store.read(async (tx) => {
      const pools = new Map<string, string | undefined>()
      for (const id of ids)
        if (await findIdentity(tx, id)) pools.set(id, (await findOwnIdentity(tx, id, context))?.poolId)
      return pools
    })
    // One question for each pool, and one for identities that are nowhere: who may delete nothing is told so.
    for (const poolId of new Set(ids.map((id) => found.get(id))))
      await context.assertAllowed(onIdentityOf(poolId, context))
    const denied = [...found].filter(([, poolId]) => poolId === undefined).map(([id]) => id)
    await context.store.transact(async (tx) => {
      for (const [id, poolId] of found) if (poolId !== undefined) await deleteIdentity(tx, id)
    })
    return { UnprocessedIdentityIds: denied.map((IdentityId) => ({ IdentityId, ErrorCode: "AccessDenied" as const })) }
  },
})

/** The person proves one of the identity's logins and takes others away from it. */
export const UnlinkIdentity = operation(UnlinkIdentityCommand, {
  access: "public",
  async handle({ IdentityId, Logins, LoginsToRemove }, context) {
    const identity = await context.store.read((tx) => findIdentity(tx, IdentityId))
    if (!identity) throw identityNotFound(IdentityId)
    const pool = await getPool(context, identity.poolId)
    const proved = await verifyLogins(context, pool, Logins)
    await context.store.transact(async (tx) => {
      const linked = await listLogins(tx, IdentityId)
      const isProved = proved.some((login) =>
        linked.some(({ provider, subject }) => provider === login.provider && subject === login.subject),
      )
      if (!isProved)
        throw loginsDoNotMatch({ check: "a login of the identity", linked: linked.map(({ provider }) => provider) })
      const removed = linked.filter(({ provider }) => LoginsToRemove.includes(provider))
      await unlinkLogins(tx, identity, removed, context.clock.now())
    })
    return {}
  },
})
