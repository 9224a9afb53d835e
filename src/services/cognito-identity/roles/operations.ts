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
import { invalidParameter, roleForbidden, unknownMappedProvider } from "../errors.ts"
import { getOwnPool, type Pool, putPool } from "../pools/pool.ts"
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
    // Roles of other accounts are refused whoever asks.
    ...rolesIn(input as RolesInput)
      .filter((role) => parseArn(role)?.account === account)
      .map((resource) => ({
        action: "iam:PassRole",
        resource,
        context: {
          "iam:PassedToService": "cognito-identity.amazonaws.com",
          "iam:AssociatedResourceArn": poolArn(region, account, input.IdentityPoolId),
        },
      })),
  ],
  async handle({ IdentityPoolId, Roles, RoleMappings = {} }, { store, account, region }) {
    for (const role of rolesIn({ IdentityPoolId, Roles, RoleMappings } as RolesInput)) assertRole(role, account)
    for (const [provider, mapping] of Object.entries(RoleMappings)) assertMapping(provider, mapping as RoleMapping)
    await store.transact(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      const known = mappableProviders(pool)
      for (const provider of Object.keys(RoleMappings)) if (!known.has(provider)) throw unknownMappedProvider(provider)
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

/** A role of the pool's own account, by the look of its ARN (AWS was seen to refuse malformed ARNs in the same words). */
function assertRole(text: string, account: string): void {
  const arn = parseArn(text)
  if (arn?.service !== "iam" || arn.account !== account || !/^role\/./.test(arn.resource))
    throw roleForbidden(text, { check: "a role of the pool's account", account, found: arn?.account ?? null })
}

/** The providers of a pool, as role mappings name them. */
const mappableProviders = ({ settings }: Pool): ReadonlySet<string | undefined> =>
  new Set([
    ...(settings.CognitoIdentityProviders ?? []).map(({ ProviderName, ClientId }) => `${ProviderName}:${ClientId}`),
    ...Object.keys(settings.SupportedLoginProviders ?? {}),
    ...(settings.SamlProviderARNs ?? []),
    ...(settings.OpenIdConnectProviderARNs ?? []).flatMap((arn) => [arn, arn.replace(/^.*:oidc-provider\//, "")]),
    settings.DeveloperProviderName,
  ])

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
    { IdentityPoolId, IdentityProviderName, UseDefaults = false, PrincipalTags = {} },
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
