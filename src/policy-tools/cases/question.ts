import { parseArn } from "../../base/arn.ts"
import {
  type Applicable,
  type CompiledPolicy,
  type ContextValue,
  compile,
  contextOf,
  type Principal,
  type Request,
} from "../../policy/index.ts"
import {
  GUEST_SESSION_POLICY,
  GUEST_SESSION_POLICY_ARN,
} from "../../services/cognito-identity/roles/guest-scope-down.ts"
import { uuidOf } from "../cloudformation/physical.ts"
import { findManagedPolicy } from "./policies.ts"
import { findResource, type Permissions, type World, type WorldRole, type WorldUser } from "./world.ts"

/** A caller with everything that is known of it: what a case is put to the engine with. */
export interface Caller extends Permissions {
  principal: Principal
  session: readonly CompiledPolicy[]
  context: Readonly<Record<string, ContextValue | undefined>>
  /** Hallpass's own: the groups may stand as variables. */
  hasGroups: boolean
}

export interface Question {
  request: Request
  applicable: Applicable
}

const NOBODY: Permissions = { policies: [], boundary: undefined, tags: {} }

export const anyone = (): Caller => ({
  ...NOBODY,
  principal: { type: "anonymous", arn: null, account: null },
  session: [],
  context: { "aws:PrincipalType": "Anonymous", "aws:userid": "anonymous" },
  hasGroups: false,
})

export const asUser = (user: WorldUser, account: string): Caller => ({
  policies: user.policies,
  boundary: user.boundary,
  tags: user.tags,
  principal: { type: "user", arn: user.arn, account },
  session: [],
  context: {
    "aws:PrincipalArn": user.arn,
    "aws:PrincipalAccount": account,
    "aws:PrincipalType": "User",
    "aws:userid": `AIDA${idOf(user.arn)}`,
    "aws:username": user.name,
  },
  hasGroups: false,
})

export interface SessionFacts {
  sessionName: string
  session?: readonly CompiledPolicy[]
  tags?: Readonly<Record<string, string>>
  context?: Readonly<Record<string, ContextValue>>
  /** The user-pool groups, of identity pools with the groups' tag. */
  groups?: readonly string[] | undefined
}

/** A session of a role. Its tags stand over the role's own. */
export function asRole(
  role: WorldRole,
  { sessionName, session = [], tags = {}, context, groups }: SessionFacts,
  now: number,
): Caller {
  const { arn, account, policies, boundary } = role
  return {
    policies,
    boundary,
    tags: { ...role.tags, ...tags },
    principal: {
      type: "assumed-role",
      arn: `arn:aws:sts::${account}:assumed-role/${arn.slice(arn.lastIndexOf("/") + 1)}/${sessionName}`,
      account,
      roleArn: arn,
    },
    session,
    context: {
      "aws:PrincipalArn": arn,
      "aws:PrincipalAccount": account,
      "aws:PrincipalType": "AssumedRole",
      "aws:userid": `AROA${idOf(arn)}:${sessionName}`,
      "aws:TokenIssueTime": isoOf(now),
      "aws:MultiFactorAuthPresent": "false",
      ...context,
      ...(groups && { "cognito:groups": groups }),
    },
    hasGroups: groups !== undefined,
  }
}

let guestPolicies: readonly CompiledPolicy[] | undefined

/** What guests are cut down to in the enhanced flow: a union. */
export function guestSession(): readonly CompiledPolicy[] {
  guestPolicies ??= [
    compile(GUEST_SESSION_POLICY, { name: "Cognito's session policy for guests" }),
    findManagedPolicy(GUEST_SESSION_POLICY_ARN)!,
  ]
  return guestPolicies
}

const EXPANDABLE: ReadonlySet<string> = new Set(["cognito:groups"])

export interface Asked {
  action: string
  resource: string
  context: Readonly<Record<string, ContextValue>>
  /** Of the VPC endpoint; undefined where it is the world's. */
  endpointPolicies: readonly CompiledPolicy[] | undefined
}

/** A request of the caller, with the policies that apply to it. */
export function questionOf(
  world: World,
  caller: Caller,
  { action, resource, context, endpointPolicies = world.endpointPolicies }: Asked,
): Question {
  const known = findResource(world, resource)
  const role = /^sts:/i.test(action) ? [...world.roles.values()].find(({ arn }) => arn === resource) : undefined
  const resourceAccount = role?.account ?? known?.account ?? (parseArn(resource)?.account || world.account)
  const request: Request = {
    principal: caller.principal,
    action,
    resource,
    resourceAccount,
    context: contextOf(
      globalContext(world),
      { "aws:ResourceAccount": resourceAccount },
      tagContext("aws:ResourceTag", role?.tags ?? known?.tags ?? {}),
      tagContext("aws:PrincipalTag", caller.tags),
      caller.context,
      world.context,
      context,
    ),
  }
  if (caller.hasGroups) request.expandable = EXPANDABLE
  const applicable: Applicable = { identity: caller.policies }
  if (caller.boundary) applicable.boundary = caller.boundary
  if (caller.session.length > 0) applicable.session = caller.session
  if (endpointPolicies.length > 0) applicable.vpce = endpointPolicies
  if (role) {
    applicable.resource = role.trust ?? TRUSTS_NOBODY
    applicable.resourcePolicyType = "trust"
  } else if (known?.policy) {
    applicable.resource = known.policy
    if (isKey(resource)) applicable.resourcePolicyType = "key"
  }
  return { request, applicable }
}

/** Of KMS, whose policy must allow. */
const isKey = (arn: string): boolean => /^arn:[^:]*:kms:[^:]*:\d{12}:key\//.test(arn)

const TRUSTS_NOBODY = compile({ Version: "2012-10-17", Statement: [] })

/** What every request has. The address of the caller is for the file to give. */
export const globalContext = ({ now, region }: World): Record<string, ContextValue> => ({
  "aws:CurrentTime": isoOf(now),
  "aws:EpochTime": String(Math.floor(now / 1000)),
  "aws:SecureTransport": "true",
  "aws:RequestedRegion": region,
  "aws:ViaAWSService": "false",
  "aws:PrincipalIsAWSService": "false",
})

export const tagContext = (prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]))

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z")
const idOf = (text: string): string => uuidOf(text).replaceAll("-", "").slice(0, 16).toUpperCase()
