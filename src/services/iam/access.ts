import { requestTagContext } from "../../authorization/request-tags.ts"
import type { Requirement } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"
import type { ContextValue } from "../../policy/index.ts"
import { iamArn } from "./arns.ts"
import type { Tag } from "./tags.ts"

type Context = Record<string, ContextValue>

/**
 * Requests name users, roles and groups without their path; `resourceFacts` completes the ARN. A refusal names them as
 * the request did: `on resource: role alice` (recorded in public issue threads).
 */
const named =
  (type: string, label = type) =>
  (name: string, { account }: Scope, context?: Context): Requirement => ({
    resource: iamArn(account, type, "/", name),
    refusedAs: `${label} ${name}`,
    ...(context && { context }),
  })

const role = named("role")
const user = named("user")
const group = named("group")
const profile = named("instance-profile", "instance profile")

export const onRole = ({ RoleName }: { RoleName: string }, scope: Scope) => role(RoleName, scope)
export const onGroup = ({ GroupName }: { GroupName: string }, scope: Scope) => group(GroupName, scope)
export const onUser = ({ UserName }: { UserName: string }, scope: Scope) => user(UserName, scope)
export const onInstanceProfile = ({ InstanceProfileName }: { InstanceProfileName: string }, scope: Scope) =>
  profile(InstanceProfileName, scope)

/** Where the user may be left out for the caller's own: nothing to ask yet, the handler asks for it (`userNameOf`). */
export const onUserOrSelf = ({ UserName }: { UserName?: string }, scope: Scope) =>
  UserName === undefined ? [] : user(UserName, scope)

const attaching = (PolicyArn: string): Context => ({ "iam:PolicyARN": PolicyArn })

export const attachingToRole = ({ RoleName, PolicyArn }: { RoleName: string; PolicyArn: string }, scope: Scope) =>
  role(RoleName, scope, attaching(PolicyArn))
export const attachingToUser = ({ UserName, PolicyArn }: { UserName: string; PolicyArn: string }, scope: Scope) =>
  user(UserName, scope, attaching(PolicyArn))
export const attachingToGroup = ({ GroupName, PolicyArn }: { GroupName: string; PolicyArn: string }, scope: Scope) =>
  group(GroupName, scope, attaching(PolicyArn))

/** Requests that set a boundary are judged by the new one; those about a bounded identity by the one it has. */
const bounding = (PermissionsBoundary: string): Context => ({ "iam:PermissionsBoundary": PermissionsBoundary })

interface BoundaryInput {
  PermissionsBoundary: string
}
/** Boundary operations are refused by the whole ARN. */
export const boundingRole = (
  { RoleName, PermissionsBoundary }: BoundaryInput & { RoleName: string },
  { account }: Scope,
) => ({
  resource: iamArn(account, "role", "/", RoleName),
  context: bounding(PermissionsBoundary),
})
export const boundingUser = (
  { UserName, PermissionsBoundary }: BoundaryInput & { UserName: string },
  { account }: Scope,
) => ({
  resource: iamArn(account, "user", "/", UserName),
  context: bounding(PermissionsBoundary),
})

export const taggingRole = ({ RoleName, Tags }: { RoleName: string; Tags: readonly Tag[] }, scope: Scope) =>
  role(RoleName, scope, requestTagContext(Tags))
export const taggingUser = ({ UserName, Tags }: { UserName: string; Tags: readonly Tag[] }, scope: Scope) =>
  user(UserName, scope, requestTagContext(Tags))
export const untaggingRole = ({ RoleName, TagKeys }: { RoleName: string; TagKeys: readonly string[] }, scope: Scope) =>
  role(RoleName, scope, { "aws:TagKeys": TagKeys })
export const untaggingUser = ({ UserName, TagKeys }: { UserName: string; TagKeys: readonly string[] }, scope: Scope) =>
  user(UserName, scope, { "aws:TagKeys": TagKeys })

interface Creation {
  Path?: string
  Tags?: readonly Tag[]
  PermissionsBoundary?: string
}

/** What is made is named by its whole ARN. Tags on creation need the Tag* permission as well (IAM User Guide,
 * "Tags for IAM resources"). */
export function creating(type: string, tagAction: string, name: string, input: Creation, scope: Scope): Requirement[] {
  const resource = iamArn(scope.account, type, input.Path ?? "/", name)
  const tags = requestTagContext(input.Tags)
  const context = {
    ...tags,
    ...(input.PermissionsBoundary !== undefined && bounding(input.PermissionsBoundary)),
  }
  const requirements: Requirement[] = [{ resource, context }]
  if (input.Tags?.length) requirements.push({ action: `iam:${tagAction}`, resource, context: tags })
  return requirements
}

/** Lists of an account have no resource; a refusal names the path that was asked for. */
export const listing =
  (type: string) =>
  ({ PathPrefix = "/" }: { PathPrefix?: string }, { account }: Scope): Requirement => ({
    resource: "*",
    refusedAs: `arn:aws:iam::${account}:${type}${PathPrefix}`,
  })

export const onAccount = (): Requirement => ({ resource: "*" })

export const onPolicy = ({ PolicyArn }: { PolicyArn: string }): Requirement => ({
  resource: PolicyArn,
  refusedAs: `policy ${PolicyArn}`,
})

/** A serial number that is no ARN is that of a device made of metal and plastic. */
export const onMfaDevice = ({ SerialNumber }: { SerialNumber: string }, { account }: Scope): Requirement => ({
  resource: SerialNumber.startsWith("arn:") ? SerialNumber : iamArn(account, "mfa", "/", SerialNumber),
})
