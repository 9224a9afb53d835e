import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  SetIdentityPoolRolesCommand,
  SetPrincipalTagAttributeMapCommand,
} from "@aws-sdk/client-cognito-identity"
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import type { ServerOptions } from "./environment.ts"
import { FOLDERS, type Folder, type WayId } from "./folders.ts"
import { byGroups, byTag, trust } from "./policies.ts"

export interface Provider {
  /** `cognito-idp.<region>.amazonaws.com/<user pool>` */
  name: string
  clientId: string
}

export interface Pools {
  ids: Record<WayId, string>
  /** Of the first way, by the group. */
  groupRoles: Record<Folder, string>
}

/** One identity pool for each way, over the same people. */
export async function createIdentityPools(server: ServerOptions, provider: Provider): Promise<Pools> {
  const identity = new CognitoIdentityClient(server)
  const create = async (IdentityPoolName: string, IdentityPoolTags?: Record<string, string>) => {
    const CognitoIdentityProviders = [{ ProviderName: provider.name, ClientId: provider.clientId }]
    const pool = { IdentityPoolName, IdentityPoolTags, CognitoIdentityProviders, AllowUnauthenticatedIdentities: false }
    return (await identity.send(new CreateIdentityPoolCommand(pool))).IdentityPoolId!
  }
  const roleForAll = async (IdentityPoolId: string, name: string, policy: string) => {
    const authenticated = await putRole(server, name, IdentityPoolId, policy)
    await identity.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated } }))
  }

  const roles = await create("folders by role")
  const groupRoles = {} as Record<Folder, string>
  // The roles themselves allow nothing: the bucket's policy does.
  for (const folder of FOLDERS) groupRoles[folder] = await putRole(server, `Folders${folder}`, roles)
  const byToken = { Type: "Token", AmbiguousRoleResolution: "Deny" } as const
  await identity.send(
    new SetIdentityPoolRolesCommand({
      IdentityPoolId: roles,
      Roles: {},
      RoleMappings: { [`${provider.name}:${provider.clientId}`]: byToken },
    }),
  )

  const tags = await create("folders by tag")
  await roleForAll(tags, "FoldersByTag", byTag)
  await identity.send(
    new SetPrincipalTagAttributeMapCommand({
      IdentityPoolId: tags,
      IdentityProviderName: provider.name,
      UseDefaults: false,
      PrincipalTags: { team: "custom:team" },
    }),
  )

  const groups = await create("folders by groups", { "hallpass:cognito-groups": "true" })
  await roleForAll(groups, "FoldersByGroups", byGroups)
  return { ids: { roles, tags, groups }, groupRoles }
}

/** A role of this name that trusts this pool, whether it was there or not. */
async function putRole(server: ServerOptions, RoleName: string, poolId: string, policy?: string): Promise<string> {
  const iam = new IAMClient(server)
  const PolicyDocument = trust(poolId)
  await iam
    .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: PolicyDocument }))
    .catch((error: Error) => {
      if (error.name !== "EntityAlreadyExistsException") throw error
    })
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  if (policy) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "folders", PolicyDocument: policy }))
  const { Account } = await new STSClient(server).send(new GetCallerIdentityCommand({}))
  return `arn:aws:iam::${Account}:role/${RoleName}`
}
