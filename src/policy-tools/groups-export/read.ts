import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider"
import { IAMClient } from "@aws-sdk/client-iam"
import { clientOptions, type ServerAccess } from "../server/access.ts"
import { listPoolIds, readPool, type ServerPool } from "../server/identity-pools.ts"
import { readRole } from "../server/roles.ts"
import { ExportError } from "./for-group.ts"
import { type Plan, planExport } from "./plan.ts"

/** The plan of a running server's pool, by its id or name; where none is named, of the only one with the groups' tag. */
export async function planFromServer(server: ServerAccess, wanted: string | undefined): Promise<Plan> {
  const options = clientOptions(server)
  const iam = new IAMClient(options)
  const pool = await findPool(options, wanted)
  return planExport(pool, server.accountId, (arn) => readRole(iam, arn.slice(arn.lastIndexOf("/") + 1)))
}

async function findPool(options: ReturnType<typeof clientOptions>, wanted: string | undefined): Promise<ServerPool> {
  const identity = new CognitoIdentityClient(options)
  const idp = new CognitoIdentityProviderClient(options)
  const all = await listPoolIds(identity)
  const named = all.filter(({ poolId, name }) => wanted === undefined || poolId === wanted || name === wanted)
  const pools = await Promise.all(named.map(({ poolId }) => readPool(identity, idp, poolId)))
  const found = wanted === undefined ? pools.filter(({ hasGroupsTag }) => hasGroupsTag) : pools
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  const names = (list: readonly { poolId: string; name: string }[]) =>
    list.map(({ poolId, name }) => `${poolId} (${name})`).join(", ")
  if (only !== undefined) throw new ExportError(`Say which identity pool by --identity-pool: ${names(found)}.`)
  if (wanted !== undefined)
    throw new ExportError(`There is no identity pool '${wanted}'.${all.length > 0 ? ` There are ${names(all)}.` : ""}`)
  throw new ExportError("No identity pool has the tag hallpass:cognito-groups = true.")
}
