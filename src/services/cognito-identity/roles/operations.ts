import {
  GetIdentityPoolRolesCommand,
  GetPrincipalTagAttributeMapCommand,
  type RoleMapping,
  SetIdentityPoolRolesCommand,
  SetPrincipalTagAttributeMapCommand,
} from "@aws-sdk/client-cognito-identity"
import { parseArn } from "../../../base/arn.ts"
import { operation } from "../../../operation.ts"
import { onPool } from "../access.ts"
import { poolArn } from "../arns.ts"
import { invalidParameter } from "../errors.ts"
import { getOwnPool, putPool } from "../pools/pool.ts"
import { defaultPrincipalTags } from "./principal-tags.ts"

/** Source: Cognito Developer Guide, "Role-based access control": up to 25 rules for one provider. */
const RULES_AT_MOST = 25

interface RolesInput {
  IdentityPoolId: string
  Roles: Record<string, string>
  RoleMappings?: Record<string, RoleMapping>
}

const rolesIn = ({ Roles, RoleMappings }: RolesInput): string[] => [
  ...new Set([
    ...Object.values(Roles),
    ...Object.values(RoleMappings ?? {}).flatMap(
      ({ RulesConfiguration }) => RulesConfiguration?.Rules?.map(({ RoleARN }) => RoleARN!) ?? [],
    ),
  ]),
]

/** Handing roles to the service needs iam:PassRole on each. */
export const SetIdentityPoolRoles = operation(SetIdentityPoolRolesCommand, {
  access: (input, { region, account }) => [
    { resource: "*" },
    ...rolesIn(input as RolesInput).map((resource) => ({
      action: "iam:PassRole",
      resource,
      context: {
        "iam:PassedToService": "cognito-identity.amazonaws.com",
        "iam:AssociatedResourceArn": poolArn(region, account, input.IdentityPoolId),
      },
    })),
  ],
  async handle({ IdentityPoolId, Roles, RoleMappings = {} }, { store, account, region }) {
    for (const role of rolesIn({ IdentityPoolId, Roles, RoleMappings } as RolesInput)) assertRoleArn(role)
    for (const [provider, mapping] of Object.entries(RoleMappings)) assertMapping(provider, mapping as RoleMapping)
    await store.transact(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      await putPool(tx, { ...pool, roles: Roles, roleMappings: RoleMappings as Record<string, RoleMapping> })
    })
    return {}
  },
})

/** UNVERIFIED: the texts of these refusals; that each is refused is in the API Reference, "RoleMapping". */
function assertMapping(provider: string, { Type, AmbiguousRoleResolution, RulesConfiguration }: RoleMapping): void {
  if (AmbiguousRoleResolution === undefined)
    throw invalidParameter(`AmbiguousRoleResolution is required for the role mapping of ${provider}.`)
  if (Type === "Rules" && !RulesConfiguration?.Rules?.length)
    throw invalidParameter(`RulesConfiguration is required for the role mapping of ${provider}.`)
  if (Type === "Token" && RulesConfiguration)
    throw invalidParameter(`RulesConfiguration is not allowed for the role mapping of ${provider}.`)
  if ((RulesConfiguration?.Rules?.length ?? 0) > RULES_AT_MOST)
    throw invalidParameter(`The role mapping of ${provider} has more than ${RULES_AT_MOST} rules.`)
}

function assertRoleArn(text: string): void {
  const arn = parseArn(text)
  if (arn?.service !== "iam" || !/^\d{12}$/.test(arn.account) || !arn.resource.startsWith("role/"))
    throw invalidParameter(`Invalid role ARN: ${text}`)
}

export const GetIdentityPoolRoles = operation(GetIdentityPoolRolesCommand, {
  access: onPool,
  handle: ({ IdentityPoolId }, { store, account, region }) =>
    store.read(async (tx) => {
      const { poolId, roles, roleMappings } = await getOwnPool(tx, account, region, IdentityPoolId)
      return {
        IdentityPoolId: poolId,
        ...(Object.keys(roles).length > 0 && { Roles: { ...roles } }),
        ...(Object.keys(roleMappings).length > 0 && { RoleMappings: { ...roleMappings } }),
      }
    }),
})

export const SetPrincipalTagAttributeMap = operation(SetPrincipalTagAttributeMapCommand, {
  access: () => ({ resource: "*" }),
  handle: (
    { IdentityPoolId, IdentityProviderName, UseDefaults = true, PrincipalTags = {} },
    { store, account, region },
  ) =>
    store.transact(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      const map = { useDefaults: UseDefaults, tags: UseDefaults ? {} : PrincipalTags }
      await putPool(tx, { ...pool, principalTags: { ...pool.principalTags, [IdentityProviderName]: map } })
      return {
        IdentityPoolId,
        IdentityProviderName,
        UseDefaults,
        PrincipalTags: UseDefaults ? defaultPrincipalTags() : PrincipalTags,
      }
    }),
})

export const GetPrincipalTagAttributeMap = operation(GetPrincipalTagAttributeMapCommand, {
  access: onPool,
  handle: ({ IdentityPoolId, IdentityProviderName }, { store, account, region }) =>
    store.read(async (tx) => {
      const { principalTags } = await getOwnPool(tx, account, region, IdentityPoolId)
      const map = Object.hasOwn(principalTags, IdentityProviderName) ? principalTags[IdentityProviderName] : undefined
      return {
        IdentityPoolId,
        IdentityProviderName,
        UseDefaults: map?.useDefaults ?? false,
        PrincipalTags: map === undefined ? {} : map.useDefaults ? defaultPrincipalTags() : { ...map.tags },
      }
    }),
})
