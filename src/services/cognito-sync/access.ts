import type { Caller, SignedCaller } from "../../authentication/caller.ts"
import type { CallContext } from "../../call.ts"
import type { Scope } from "../../operation.ts"
import { findIdentity, findPool } from "../cognito-identity/service.ts"
import { syncArn } from "./arns.ts"
import { identityNotFound, notOfIdentity, poolNotFound, wrongCredentials } from "./errors.ts"

/** The permission that an operation needs on what its input names: a pool, an identity or a dataset. */
export const onNamed = (
  input: { IdentityPoolId: string; IdentityId?: string | undefined; DatasetName?: string | undefined },
  scope: Scope,
) => {
  const { IdentityPoolId, IdentityId, DatasetName } = input
  return {
    resource: syncArn(scope, {
      IdentityPoolId,
      ...(IdentityId !== undefined && { IdentityId }),
      ...(DatasetName !== undefined && { DatasetName }),
    }),
  }
}

/** The identity that credentials of an identity pool stand for; undefined for those of developers. */
export function identityOf(caller: Caller): { poolId: string; identityId: string } | undefined {
  const context = caller.kind === "role-session" ? caller.session.context : undefined
  const poolId = context?.["cognito-identity.amazonaws.com:aud"]
  const identityId = context?.["cognito-identity.amazonaws.com:sub"]
  return typeof poolId === "string" && typeof identityId === "string" ? { poolId, identityId } : undefined
}

/** Who changed something, as `LastModifiedBy` tells: an identity, or the account of a developer. UNVERIFIED: the latter. */
export const modifierOf = ({ caller, account }: Pick<CallContext, "caller" | "account">): string =>
  identityOf(caller)?.identityId ?? account

/** API reference: which operations are called with whose credentials; what is not named takes both. */
const CREDENTIALS: Readonly<Record<string, "developer" | "identity">> = {
  BulkPublish: "developer",
  GetBulkPublishDetails: "developer",
  GetCognitoEvents: "developer",
  SetCognitoEvents: "developer",
  GetIdentityPoolConfiguration: "developer",
  SetIdentityPoolConfiguration: "developer",
  DescribeIdentityPoolUsage: "developer",
  ListIdentityPoolUsage: "developer",
  RegisterDevice: "identity",
  SubscribeToDataset: "identity",
  UnsubscribeFromDataset: "identity",
}

export function assertAdmitted(caller: SignedCaller, operation: string): void {
  const expected = CREDENTIALS[operation]
  const found = identityOf(caller) === undefined ? "developer" : "identity"
  if (expected !== undefined && expected !== found) throw wrongCredentials({ check: "credentials", expected, found })
}

/**
 * Throws unless the identity is one of the pool, the pool is the caller's, and the caller is its developer or the
 * identity itself: whatever a policy allows, an identity reaches its own data alone (API reference, "ListRecords").
 */
export async function assertReachable(
  input: { IdentityPoolId: string; IdentityId: string },
  context: CallContext,
): Promise<void> {
  const own = identityOf(context.caller)
  if (own && (own.poolId !== input.IdentityPoolId || own.identityId !== input.IdentityId))
    throw notOfIdentity({ check: "identity", expected: own, found: input })
  await assertOwnPool(input.IdentityPoolId, context)
  const identity = await context.store.read((tx) => findIdentity(tx, input.IdentityId))
  if (identity?.poolId !== input.IdentityPoolId) throw identityNotFound(input.IdentityId)
  // Sessions outlive a merge by up to an hour: what they wrote now, nobody would find again.
  if (own && identity.disabled)
    throw notOfIdentity({ check: "identity", expected: "one that is not disabled", found: input })
}

/** Throws unless the pool is one of the caller's account and region. */
export async function assertOwnPool(poolId: string, context: CallContext): Promise<void> {
  const pool = await findPool(context, poolId)
  if (pool?.account !== context.account || pool.region !== context.region) throw poolNotFound(poolId)
}
