import {
  type CognitoIdentityClient,
  DescribeIdentityPoolCommand,
  GetIdentityPoolRolesCommand,
  GetPrincipalTagAttributeMapCommand,
  paginateListIdentityPools,
  type RoleMapping,
} from "@aws-sdk/client-cognito-identity"
import { type CognitoIdentityProviderClient, paginateListGroups } from "@aws-sdk/client-cognito-identity-provider"
import { hasGroupsTag } from "../../services/cognito-identity/pools/groups-tag.ts"

/** An identity pool of a running server, with the groups of the user pools behind it. */
export interface ServerPool {
  poolId: string
  name: string
  roles: Readonly<Record<string, string>>
  /** By provider and client. */
  mappings: Readonly<Record<string, RoleMapping>>
  /** By provider. */
  principalTags: Readonly<Record<string, { useDefaults: boolean; tags: Readonly<Record<string, string>> }>>
  hasGroupsTag: boolean
  userPools: readonly ServerUserPool[]
}

export interface ServerUserPool {
  userPoolId: string
  /** `cognito-idp.<region>.amazonaws.com/<user pool>` */
  providerName: string
  clientIds: readonly string[]
  groups: readonly ServerGroup[]
}

export interface ServerGroup {
  name: string
  roleArn?: string
  precedence?: number
}

export async function listPoolIds(identity: CognitoIdentityClient): Promise<{ poolId: string; name: string }[]> {
  const pools: { poolId: string; name: string }[] = []
  for await (const { IdentityPools } of paginateListIdentityPools({ client: identity }, { MaxResults: 60 }))
    pools.push(...IdentityPools!.map((one) => ({ poolId: one.IdentityPoolId!, name: one.IdentityPoolName! })))
  return pools
}

export async function readPool(
  identity: CognitoIdentityClient,
  idp: CognitoIdentityProviderClient,
  IdentityPoolId: string,
): Promise<ServerPool> {
  const pool = await identity.send(new DescribeIdentityPoolCommand({ IdentityPoolId }))
  const { Roles, RoleMappings } = await identity.send(new GetIdentityPoolRolesCommand({ IdentityPoolId }))
  const clients = new Map<string, string[]>()
  for (const { ProviderName, ClientId } of pool.CognitoIdentityProviders ?? [])
    clients.set(ProviderName!, [...(clients.get(ProviderName!) ?? []), ClientId!])
  const userPools: ServerUserPool[] = []
  const principalTags: Record<string, ServerPool["principalTags"][string]> = {}
  for (const [providerName, clientIds] of clients) {
    const userPoolId = providerName.slice(providerName.indexOf("/") + 1)
    userPools.push({ userPoolId, providerName, clientIds, groups: await readGroups(idp, userPoolId) })
    const map = await identity.send(
      new GetPrincipalTagAttributeMapCommand({ IdentityPoolId, IdentityProviderName: providerName }),
    )
    const tags = map.PrincipalTags ?? {}
    if (map.UseDefaults || Object.keys(tags).length > 0)
      principalTags[providerName] = { useDefaults: map.UseDefaults ?? false, tags }
  }
  return {
    poolId: IdentityPoolId,
    name: pool.IdentityPoolName!,
    roles: Roles ?? {},
    mappings: RoleMappings ?? {},
    principalTags,
    hasGroupsTag: hasGroupsTag(pool.IdentityPoolTags),
    userPools,
  }
}

/** In the order of precedence, then of names. */
async function readGroups(idp: CognitoIdentityProviderClient, UserPoolId: string): Promise<ServerGroup[]> {
  const groups: ServerGroup[] = []
  for await (const { Groups } of paginateListGroups({ client: idp }, { UserPoolId }))
    for (const { GroupName, RoleArn, Precedence } of Groups!)
      groups.push({
        name: GroupName!,
        ...(RoleArn !== undefined && { roleArn: RoleArn }),
        ...(Precedence !== undefined && { precedence: Precedence }),
      })
  const rankOf = ({ precedence }: ServerGroup): number => precedence ?? Number.POSITIVE_INFINITY
  return groups.sort((a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : 1))
}
