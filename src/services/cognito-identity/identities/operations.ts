import {
  DeleteIdentitiesCommand,
  DescribeIdentityCommand,
  GetIdCommand,
  ListIdentitiesCommand,
  UnlinkIdentityCommand,
} from "@aws-sdk/client-cognito-identity"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onPool } from "../access.ts"
import { identityNotFound, loginsDoNotMatch, poolNotFound } from "../errors.ts"
import { verifyLogins } from "../logins/index.ts"
import { formatToken, page, parseToken } from "../paging.ts"
import { getOwnPool, getPool } from "../pools/pool.ts"
import { deleteIdentity, findIdentity, type Identity, listIdentities, listLogins, unlinkLogin } from "./identity.ts"
import { actAsIdentity, identityOfLogins } from "./resolve.ts"

export const GetId = operation(GetIdCommand, {
  access: "public",
  async handle({ IdentityPoolId, AccountId, Logins }, context) {
    const pool = await getPool(context, IdentityPoolId)
    if (AccountId !== undefined && AccountId !== pool.account) throw poolNotFound(IdentityPoolId)
    const logins = await verifyLogins(context, pool, Logins)
    const own = logins.find(({ identityId }) => identityId !== undefined)
    if (own) return { IdentityId: (await actAsIdentity(context, own.identityId!, logins)).identityId }
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
async function getOwnIdentity(tx: Reading, identityId: string, { account, region }: CallContext): Promise<Identity> {
  const identity = await findIdentity(tx, identityId)
  if (!identity) throw identityNotFound(identityId)
  const pool = await getOwnPool(tx, account, region, identity.poolId).catch(() => undefined)
  if (!pool) throw identityNotFound(identityId)
  return identity
}

export const DescribeIdentity = operation(DescribeIdentityCommand, {
  access: () => ({ resource: "*" }),
  handle: ({ IdentityId }, context) =>
    context.store.read(async (tx) => describe(tx, await getOwnIdentity(tx, IdentityId, context))),
})

export const ListIdentities = operation(ListIdentitiesCommand, {
  access: onPool,
  handle: ({ IdentityPoolId, MaxResults, NextToken, HideDisabled = false }, { store, account, region, masterKey }) =>
    store.read(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      const list = `ListIdentities ${pool.poolId} ${HideDisabled}`
      const after = parseToken(masterKey, list, NextToken)
      const rows = await listIdentities(tx, pool.poolId, after, MaxResults + 1, HideDisabled)
      const { items, after: next } = page(rows, MaxResults, ({ identityId }) => identityId)
      const Identities = []
      for (const identity of items) Identities.push(await describe(tx, identity))
      return {
        IdentityPoolId: pool.poolId,
        Identities,
        ...(next !== undefined && { NextToken: formatToken(masterKey, list, next) }),
      }
    }),
})

/** Deletes what it can and names the rest, each with its reason. An identity that is not there is not an error. */
export const DeleteIdentities = operation(DeleteIdentitiesCommand, {
  access: () => ({ resource: "*" }),
  handle: ({ IdentityIdsToDelete }, context) =>
    context.store.transact(async (tx) => {
      const UnprocessedIdentityIds: { IdentityId: string; ErrorCode: "AccessDenied" }[] = []
      for (const IdentityId of IdentityIdsToDelete) {
        if (!(await findIdentity(tx, IdentityId))) continue
        const isOwn = await getOwnIdentity(tx, IdentityId, context).then(
          () => true,
          () => false,
        )
        if (isOwn) await deleteIdentity(tx, IdentityId)
        else UnprocessedIdentityIds.push({ IdentityId, ErrorCode: "AccessDenied" })
      }
      return { UnprocessedIdentityIds }
    }),
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
      for (const login of linked)
        if (LoginsToRemove.includes(login.provider)) await unlinkLogin(tx, identity.poolId, login)
    })
    return {}
  },
})
