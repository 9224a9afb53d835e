import { type ContextValue, contextOf, type Explanation, explain } from "../../policy/index.ts"
import { chooseRole, type RoleReason } from "../../services/cognito-identity/roles/choose-role.ts"
import { principalTags } from "../../services/cognito-identity/roles/principal-tags.ts"
import { preferredRole } from "../../services/cognito-idp/tokens/claims.ts"
import { uuidOf } from "../cloudformation/physical.ts"
import { asRole, type Caller, globalContext, guestSession, tagContext } from "./question.ts"
import {
  findRole,
  type Person,
  type PoolGroup,
  type RoleMapping,
  type World,
  type WorldPool,
  type WorldRole,
} from "./world.ts"

/** Who came in through an identity pool: with a role, or without one and why. */
export type Entered = { role: WorldRole; caller: Caller; because: RoleReason } | Refused

export interface Refused {
  refused: string
  /** Details of a step that is not a policy's. */
  because?: unknown
  /** Of the trust policy's decision, where that refused. */
  trust?: Explanation
}

const PROVIDER = "cognito-identity.amazonaws.com"

export interface PersonAtPool {
  person: Person
  /** `CustomRoleArn`. */
  customRoleArn: string | undefined
}

/** The enhanced flow: the pool chooses the role, whose trust policy is asked, and guests are cut down. */
export function enterPool(world: World, pool: WorldPool, who: PersonAtPool | undefined): Entered {
  const claims = who ? claimsOf(who.person, pool) : {}
  const chosen = chooseRole({
    roles: pool.roles,
    mapping: who && mappingOf(pool),
    isGuest: who === undefined,
    claims,
    customRoleArn: who?.customRoleArn,
  })
  const { because } = chosen
  if ("forbidden" in chosen) return { refused: `the token does not have the role ${chosen.forbidden}`, because }
  if ("ambiguous" in chosen) return { refused: "the role mapping chooses no role, and denies", because }
  if ("missing" in chosen)
    return { refused: `the pool has no role for ${who ? "authenticated identities" : "guests"}`, because }
  const role = findRole(world, chosen.role)
  if (role === undefined) return { refused: `the role ${chosen.role} is not known here`, because }

  const tags = tagsOf(pool, claims)
  if (tags === undefined) return { refused: "a claim cannot be the value of a principal tag", because: claims }
  const identity: Record<string, ContextValue> = {
    [`${PROVIDER}:aud`]: pool.poolId,
    [`${PROVIDER}:sub`]: who?.person.identityId ?? `${world.region}:${uuidOf(who?.person.name ?? "guest")}`,
    [`${PROVIDER}:amr`]: who ? ["authenticated", providerOf(pool)] : ["unauthenticated"],
  }
  const trust = findTrustRefusal(world, role, identity, tags)
  if (trust) return { refused: `the trust policy of ${role.name} does not let the identity in`, trust }
  const caller = asRole(
    role,
    {
      sessionName: "CognitoIdentityCredentials",
      session: who ? [] : guestSession(),
      tags,
      context: { ...identity, "aws:FederatedProvider": PROVIDER },
      groups: pool.hasGroupsTag ? (who?.person.groups ?? []) : undefined,
    },
    world.now,
  )
  return { role, caller, because }
}

/** One mapping, or none: which provider a person came by is not asked. */
const mappingOf = ({ mappings }: WorldPool): RoleMapping | undefined => Object.values(mappings)[0]

const providerOf = ({ mappings, poolId }: WorldPool): string => {
  const [name] = Object.keys(mappings)
  return (
    name?.replace(/:[^:]*$/, "") || `cognito-idp.${poolId.split(":")[0]}.amazonaws.com/${poolId.split(":")[0]}_example`
  )
}

/** What the person's ID token says. */
function claimsOf({ name, groups, claims }: Person, pool: WorldPool): Record<string, unknown> {
  const member = pool.groups.filter((group) => groups.includes(group.name))
  const roles = [...new Set(member.flatMap(({ roleArn }) => roleArn ?? []))]
  const preferred = preferredRole(member.map(asGroup))
  return {
    sub: uuidOf(name),
    "cognito:username": name,
    token_use: "id",
    ...(groups.length > 0 && { "cognito:groups": groups }),
    ...(roles.length > 0 && { "cognito:roles": roles }),
    ...(preferred !== undefined && { "cognito:preferred_role": preferred }),
    ...claims,
  }
}

const asGroup = (group: PoolGroup) => ({ ...group, createdAt: 0, modifiedAt: 0 })

function tagsOf(
  { principalTags: map }: WorldPool,
  claims: Record<string, unknown>,
): Record<string, string> | undefined {
  try {
    return principalTags(map, claims) ?? {}
  } catch {
    return undefined
  }
}

/** The bearer of a token has no policies and no account: the trust policy is all there is. Tags are an action of their own
 * that it has to allow as well. */
function findTrustRefusal(
  world: World,
  role: WorldRole,
  identity: Record<string, ContextValue>,
  tags: Record<string, string>,
): Explanation | undefined {
  const keys = Object.keys(tags)
  const actions = ["sts:AssumeRoleWithWebIdentity", ...(keys.length > 0 ? ["sts:TagSession"] : [])]
  const context = contextOf(
    globalContext(world),
    tagContext("aws:ResourceTag", role.tags),
    world.context,
    identity,
    keys.length > 0 ? { "aws:TagKeys": keys } : {},
    tagContext("aws:RequestTag", tags),
    tagContext("aws:PrincipalTag", tags),
  )
  for (const action of actions) {
    const principal = { type: "federated", arn: PROVIDER, account: null } as const
    const request = { principal, action, resource: role.arn, resourceAccount: role.account, context }
    const found = explain(request, { identity: [], resource: role.trust, resourcePolicyType: "trust" })
    if (!found.allowed) return found
  }
  return undefined
}
