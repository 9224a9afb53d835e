import { stringify } from "yaml"
import type { Plan, PlannedRole, PlannedUserPool } from "./plan.ts"

type Json = Record<string, unknown>

/** What is told beside everything that is exported. */
export const NOTES = [
  "What policies with cognito:groups, an extension of Hallpass, are on AWS: a role for each group.",
  "AWS gives a person one role at a time: in several groups, that of the lowest precedence (or the one asked for by",
  "CustomRoleArn). On Hallpass the same person has all groups at once.",
]

/** A CloudFormation template. The identity pool and the user pools are there already: their ids are parameters. */
export function templateOf(plan: Plan): Json {
  const { roles, poolRoles, userPools, pool } = plan
  const ids = logicalIdsOf(roles)
  const names = parameterNames(userPools)
  const arnOf = (role: string) => ({ "Fn::GetAtt": [ids.get(role)!, "Arn"] })
  const parameter = (Description: string) => ({ Type: "String", Description })
  const Parameters: Json = { IdentityPoolId: parameter(`In the place of ${pool.poolId} (${pool.name})`) }
  const Resources: Json = {}
  for (const role of roles) addRole(Resources, role, ids.get(role.name)!, plan)
  const RoleMappings: Json = {}
  for (const [i, userPool] of userPools.entries()) {
    const { id, clients } = names[i]!
    Parameters[id] = parameter(`In the place of the user pool ${userPool.userPoolId}`)
    for (const [j, client] of clients.entries()) {
      Parameters[client] = parameter(`In the place of the app client ${userPool.clientIds[j]}`)
      RoleMappings[client] = {
        IdentityProvider: { "Fn::Sub": `cognito-idp.\${AWS::Region}.amazonaws.com/\${${id}}:\${${client}}` },
        Type: "Token",
        AmbiguousRoleResolution: userPool.otherwise,
      }
    }
    for (const [j, { name, precedence, role }] of userPool.groups.entries())
      Resources[`${id.replace("Id", "")}Group${j + 1}`] = {
        Type: "AWS::Cognito::UserPoolGroup",
        Properties: {
          UserPoolId: { Ref: id },
          GroupName: name,
          Precedence: precedence,
          ...(role !== undefined && { RoleArn: arnOf(role) }),
        },
      }
  }
  Resources.IdentityPoolRoles = {
    Type: "AWS::Cognito::IdentityPoolRoleAttachment",
    Properties: {
      IdentityPoolId: { Ref: "IdentityPoolId" },
      Roles: Object.fromEntries(Object.entries(poolRoles).map(([kind, role]) => [kind, arnOf(role)])),
      ...(Object.keys(RoleMappings).length > 0 && { RoleMappings }),
    },
  }
  return { AWSTemplateFormatVersion: "2010-09-09", Description: NOTES.join(" "), Parameters, Resources }
}

function addRole(resources: Json, role: PlannedRole, id: string, plan: Plan): void {
  const { name, path, trust, inline, managedArns, boundary, tags } = role
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const isOwn = boundary && !boundary.arn.startsWith("arn:aws:iam::aws:")
  if (isOwn)
    resources[`${id}Boundary`] = {
      Type: "AWS::IAM::ManagedPolicy",
      Properties: { ManagedPolicyName: boundary.name, PolicyDocument: substituted(boundary.document, plan) },
    }
  resources[id] = {
    Type: "AWS::IAM::Role",
    Properties: {
      RoleName: name,
      ...(path !== "/" && { Path: path }),
      AssumeRolePolicyDocument: substituted(trust, plan),
      ...(inline.length > 0 && {
        Policies: inline.map((one) => ({ PolicyName: one.name, PolicyDocument: substituted(one.document, plan) })),
      }),
      ...(managedArns.length > 0 && { ManagedPolicyArns: managedArns }),
      ...(boundary && { PermissionsBoundary: isOwn ? { Ref: `${id}Boundary` } : boundary.arn }),
      ...(Tags.length > 0 && { Tags }),
    },
  }
}

/** A document with the account and the identity pool in the place of this server's. */
function substituted(value: unknown, plan: Plan): unknown {
  if (Array.isArray(value)) return value.map((one) => substituted(one, plan))
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, substituted(one, plan)]))
  if (typeof value !== "string") return value
  if (value === plan.pool.poolId) return { Ref: "IdentityPoolId" }
  const account = `:${plan.account}:`
  if (!value.includes(account) && !value.includes(plan.pool.poolId)) return value
  const text = value
    .replaceAll("${", "${!")
    .replaceAll(account, ":${AWS::AccountId}:")
    .replaceAll(plan.pool.poolId, "${IdentityPoolId}")
  return { "Fn::Sub": text }
}

function logicalIdsOf(roles: readonly PlannedRole[]): Map<string, string> {
  const ids = new Map<string, string>()
  const taken = new Set<string>()
  for (const { name } of roles) {
    const plain = `Role${name.replace(/[^A-Za-z0-9]/g, "")}`
    let id = plain
    for (let i = 2; taken.has(id); i++) id = `${plain}x${i}`
    taken.add(id)
    ids.set(name, id)
  }
  return ids
}

/** `UserPoolId` and `UserPoolClientId`, numbered where there are several. */
export function parameterNames(userPools: readonly PlannedUserPool[]): { id: string; clients: string[] }[] {
  return userPools.map(({ clientIds }, i) => {
    const pool = userPools.length === 1 ? "UserPool" : `UserPool${i + 1}`
    return {
      id: `${pool}Id`,
      clients: clientIds.map((_, j) => `${pool}Client${clientIds.length === 1 ? "" : j + 1}Id`),
    }
  })
}

export const formatYaml = (template: Json): string =>
  `${NOTES.map((note) => `# ${note}`).join("\n")}\n${stringify(template, { aliasDuplicateObjects: false, lineWidth: 0, schema: "yaml-1.1" })}`
