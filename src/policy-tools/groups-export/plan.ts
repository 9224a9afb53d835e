import { createHash } from "node:crypto"
import type { PolicyDocument } from "../../policy/index.ts"
import { chooseRole } from "../../services/cognito-identity/roles/choose-role.ts"
import type { RoleMapping } from "../cases/world.ts"
import type { ServerGroup, ServerPool, ServerUserPool } from "../server/identity-pools.ts"
import type { ManagedDocument, NamedDocument, ServerRole } from "../server/roles.ts"
import { ExportError, policyForGroup, usesGroups } from "./for-group.ts"

/** What AWS is to have in the place of a pool whose policies use the groups. */
export interface Plan {
  pool: ServerPool
  account: string
  roles: readonly PlannedRole[]
  /** `authenticated` and `unauthenticated` to names of roles. */
  poolRoles: Readonly<Record<string, string>>
  userPools: readonly PlannedUserPool[]
}

export interface PlannedRole {
  name: string
  path: string
  trust: PolicyDocument
  inline: readonly NamedDocument[]
  /** Of AWS's own policies. */
  managedArns: readonly string[]
  boundary: ManagedDocument | undefined
  tags: Readonly<Record<string, string>>
}

export interface PlannedUserPool {
  userPoolId: string
  clientIds: readonly string[]
  /** What is done where the token prefers no role. */
  otherwise: "AuthenticatedRole" | "Deny"
  groups: readonly PlannedGroup[]
}

export interface PlannedGroup {
  name: string
  precedence: number
  /** The name of its role; undefined for a group that gives none. */
  role: string | undefined
}

/**
 * A role for each group that reaches a role whose policies use the groups, and the other roles of the pool as they are.
 * `readRole` reads one of the server's, by its ARN.
 *
 * @throws {ExportError} where AWS has no words for it
 */
export async function planExport(
  pool: ServerPool,
  account: string,
  readRole: (arn: string) => Promise<ServerRole>,
): Promise<Plan> {
  if (!pool.hasGroupsTag)
    throw new ExportError(
      `The identity pool ${pool.name} has not the tag hallpass:cognito-groups = true: its sessions have no groups, and AWS understands its policies as they are.`,
    )
  const known = new Map<string, ServerRole>()
  const roleOf = async (arn: string): Promise<ServerRole> => {
    const role = known.get(arn) ?? (await readRole(arn))
    known.set(arn, role)
    return role
  }
  const planned = new Map<string, PlannedRole>()
  let isNeeded = false
  const plan = async (arn: string, group: string | undefined): Promise<string> => {
    const role = await roleOf(arn)
    const depends = documentsOf(role).some(({ document }) => usesGroups(document))
    isNeeded ||= depends
    const one = depends ? roleForGroup(role, group) : asItIs(role)
    planned.set(one.name, one)
    return one.name
  }

  const poolRoles: Record<string, string> = {}
  for (const [kind, arn] of Object.entries(pool.roles)) poolRoles[kind] = await plan(arn, undefined)
  const userPools: PlannedUserPool[] = []
  for (const userPool of pool.userPools) {
    const mapping = mappingOf(pool, userPool)
    const rest = Math.max(0, ...userPool.groups.map(({ precedence }) => precedence ?? 0))
    const groups: PlannedGroup[] = []
    for (const [i, group] of userPool.groups.entries()) {
      const arn = chosenRole(pool, mapping, group)
      const role = arn === undefined ? undefined : await plan(arn, group.name)
      groups.push({ name: group.name, precedence: group.precedence ?? rest + i + 1, role })
    }
    const otherwise = mapping === undefined ? "AuthenticatedRole" : (mapping.AmbiguousRoleResolution ?? "Deny")
    userPools.push({ userPoolId: userPool.userPoolId, clientIds: userPool.clientIds, otherwise, groups })
  }
  if (!isNeeded)
    throw new ExportError(
      `No policy of the roles of ${pool.name} uses cognito:groups: AWS understands them as they are.`,
    )
  return { pool, account, roles: [...planned.values()], poolRoles, userPools }
}

const documentsOf = ({ inline, attached, boundary }: ServerRole): readonly NamedDocument[] =>
  boundary ? [...inline, ...attached, boundary] : [...inline, ...attached]

/** The one mapping of a user pool. */
function mappingOf(
  { mappings, name }: ServerPool,
  { providerName, clientIds }: ServerUserPool,
): RoleMapping | undefined {
  const found = clientIds.map((clientId) => mappings[`${providerName}:${clientId}`])
  if (new Set(found.map((mapping) => JSON.stringify(mapping))).size > 1)
    throw new ExportError(
      `The clients of ${providerName} have different role mappings in ${name}. A group has one role on AWS: give them the same mapping.`,
    )
  const [mapping] = found
  const foreign = mapping?.RulesConfiguration?.Rules?.find(({ Claim }) => Claim !== "cognito:groups")
  if (foreign)
    throw new ExportError(
      `A rule of ${name} chooses the role by the claim ${foreign.Claim}. A rule of AWS asks for one claim, and so cannot ask for the group as well.`,
    )
  return mapping
}

/** The role of someone who is in this group alone. */
function chosenRole({ roles }: ServerPool, mapping: RoleMapping | undefined, group: ServerGroup): string | undefined {
  const claims = {
    "cognito:groups": [group.name],
    ...(group.roleArn && { "cognito:roles": [group.roleArn], "cognito:preferred_role": group.roleArn }),
  }
  const chosen = chooseRole({ roles, mapping, isGuest: false, claims, customRoleArn: undefined })
  return "role" in chosen ? chosen.role : undefined
}

const isOfAws = ({ arn }: ManagedDocument): boolean => arn.startsWith("arn:aws:iam::aws:")

/** Managed policies of the account are inline in what is exported: they are not there on AWS. */
function asItIs({ name, path, trust, inline, attached, boundary, tags }: ServerRole): PlannedRole {
  return {
    name,
    path,
    trust,
    inline: [...inline, ...attached.filter((one) => !isOfAws(one))],
    managedArns: attached.filter(isOfAws).map(({ arn }) => arn),
    boundary,
    tags,
  }
}

function roleForGroup(role: ServerRole, group: string | undefined): PlannedRole {
  const plain = asItIs(role)
  const { boundary } = plain
  const limit = boundary && policyForGroup(boundary.document, group)
  const name = group === undefined ? role.name : nameOf(role.name, group)
  return {
    ...plain,
    name,
    inline: plain.inline.flatMap(({ name: policy, document }) => {
      const left = policyForGroup(document, group)
      return left === undefined ? [] : { name: policy, document: left }
    }),
    // A boundary of which nothing is left allows nothing.
    boundary: boundary && {
      ...boundary,
      name: group === undefined ? boundary.name : nameOf(boundary.name, group),
      document: limit ?? NOTHING,
    },
  }
}

const NOTHING: PolicyDocument = { Version: "2012-10-17", Statement: { Effect: "Deny", Action: "*", Resource: "*" } }

/** Source: IAM API Reference, "CreateRole": letters, digits and _+=,.@-, 64 at most. */
const LONGEST_NAME = 64

/** A name for the role of a group. What a name cannot hold is told apart by a digest. */
function nameOf(role: string, group: string): string {
  const plain = `${role}-${group}`
  if (/^[\w+=,.@-]+$/.test(plain) && plain.length <= LONGEST_NAME) return plain
  const digest = createHash("sha256").update(`${role}\n${group}`).digest("hex").slice(0, 8)
  return `${plain.replace(/[^\w+=,.@-]/g, "-").slice(0, LONGEST_NAME - 9)}-${digest}`
}
