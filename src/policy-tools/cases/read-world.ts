import type { RoleMapping } from "@aws-sdk/client-cognito-identity"
import { findNearest } from "../../base/nearest.ts"
import { uuidOf } from "../cloudformation/physical.ts"
import { type Fields, flagOf, mapOf, oneOf, readFields, textMapOf, textOf, textsOf } from "../source/fields.ts"
import { type Entry, itemsOf, plainOf, SourceError, type SourceNode } from "../source/node.ts"
import type { Policies } from "./policies.ts"
import { findRole, type Permissions, type PoolGroup, type World, type WorldPool } from "./world.ts"

/** Adds what a file says itself to the world: roles, users, identity pools, resources and people. */
export function readWorld(file: Fields, world: World, policies: Policies): void {
  for (const { key, value } of entriesOf(file, "roles")) readRole(key, value, world, policies)
  const groups = new Map(
    entriesOf(file, "groups").map(({ key, value }) => [
      key,
      itemsOf(value).map((one) => policies.get(one, `a policy of the group ${key}`)),
    ]),
  )
  for (const { key, value } of entriesOf(file, "users")) {
    const what = `the user ${key}`
    const fields = readFields(value, what, ["groups", "policies", "boundary", "tags"])
    const permissions = readPermissions(fields, what, policies)
    for (const node of itemsOf(fields.find("groups"))) {
      const name = textOf(node, `a group of ${what}`)
      const inherited = groups.get(name)
      if (inherited === undefined)
        throw new SourceError(`There is no group '${name}'${hintOf(name, groups.keys())}`, node.at)
      permissions.policies.push(...inherited)
    }
    world.users.set(key, { name: key, arn: `arn:aws:iam::${world.account}:user/${key}`, ...permissions })
  }
  for (const { key, value } of entriesOf(file, "identity pools")) world.pools.set(key, readPool(key, value, world))
  for (const { key, value } of entriesOf(file, "resources")) {
    const what = `the resource ${key}`
    const fields = readFields(value, what, ["policy", "account", "tags"])
    const policy = fields.find("policy")
    const account = fields.find("account")
    world.resources.push({
      arn: key,
      account: account && textOf(account, `the account of ${key}`),
      policy: policy && policies.get(policy, `the policy of ${key}`, key),
      tags: textMapOf(fields.find("tags"), `the tags of ${key}`),
    })
  }
  for (const { key, value } of entriesOf(file, "people")) {
    const fields = readFields(value, `the person ${key}`, ["groups", "claims", "identity"])
    const claims = fields.find("claims")
    const identity = fields.find("identity")
    world.people.set(key, {
      name: key,
      groups: textsOf(fields.find("groups"), `a group of ${key}`),
      claims: claims
        ? (plainOf({ kind: "map", at: claims.at, ...mapOf(claims, `the claims of ${key}`) }) as object as Record<
            string,
            unknown
          >)
        : {},
      identityId: identity && textOf(identity, `the identity of ${key}`),
    })
  }
}

const entriesOf = (file: Fields, section: string): readonly Entry[] => {
  const node = file.find(section)
  return node === undefined ? [] : mapOf(node, `'${section}'`).entries
}

export const hintOf = (name: string, names: Iterable<string>): string => {
  const nearest = findNearest(name, names)
  return nearest === undefined ? "" : `; did you mean '${nearest}'?`
}

function readPermissions(fields: Fields, what: string, policies: Policies): Permissions {
  const boundary = fields.find("boundary")
  return {
    policies: itemsOf(fields.find("policies")).map((node, i) =>
      policies.get(node, `a policy of ${what}`, `${i + 1} of ${what}`),
    ),
    boundary: boundary && policies.get(boundary, `the boundary of ${what}`),
    tags: textMapOf(fields.find("tags"), `the tags of ${what}`),
  }
}

function readRole(name: string, node: SourceNode, world: World, policies: Policies): void {
  const what = `the role ${name}`
  const fields = readFields(node, what, ["trust", "policies", "boundary", "tags", "path", "account"])
  const trust = fields.find("trust")
  const account = fields.find("account")
  const path = fields.find("path")
  const owner = account ? textOf(account, `the account of ${what}`) : world.account
  world.roles.set(name, {
    name,
    account: owner,
    arn: `arn:aws:iam::${owner}:role${path ? textOf(path, `the path of ${what}`) : "/"}${name}`,
    trust: trust && policies.get(trust, `the trust of ${what}`, `${name}/trust`),
    ...readPermissions(fields, what, policies),
  })
}

/** The ARN of a role that a file names. */
export function roleArnOf(node: SourceNode, world: World): string {
  const name = textOf(node, "a role")
  const role = findRole(world, name)
  if (role === undefined)
    throw new SourceError(`There is no role '${name}'${hintOf(name, world.roles.keys())}`, node.at)
  return role.arn
}

function readPool(name: string, node: SourceNode, world: World): WorldPool {
  const what = `the identity pool ${name}`
  const fields = readFields(node, what, ["id", "roles", "mapping", "groups", "principal tags", "cognito groups"])
  const roles = fields.find("roles")
  const id = fields.find("id")
  const mapping = fields.find("mapping")
  const groups = fields.find("groups")
  const tags = fields.find("principal tags")
  const flag = fields.find("cognito groups")
  const byKind = roles ? readFields(roles, `the roles of ${what}`, ["authenticated", "unauthenticated"]).entries : []
  return {
    name,
    poolId: id ? textOf(id, `the id of ${what}`) : `${world.region}:${uuidOf(name)}`,
    account: world.account,
    roles: Object.fromEntries(byKind.map(({ key, value }) => [key, roleArnOf(value, world)])),
    mappings: mapping ? { "": readMapping(mapping, what, world) } : {},
    groups: groups ? mapOf(groups, `the groups of ${what}`).entries.map((entry) => readGroup(entry, world)) : [],
    principalTags: tags && readPrincipalTags(tags, what),
    hasGroupsTag: flag !== undefined && flagOf(flag, `'cognito groups' of ${what}`),
  }
}

const readPrincipalTags = (node: SourceNode, what: string): WorldPool["principalTags"] =>
  node.kind === "scalar" && node.value === "default"
    ? { useDefaults: true, tags: {} }
    : { useDefaults: false, tags: textMapOf(node, `the principal tags of ${what}`) }

/** A group, its role by name; with a precedence where it has one; or nothing for a group without a role. */
function readGroup({ key, value }: Entry, world: World): PoolGroup {
  if (value.kind === "scalar" && value.value === null) return { name: key }
  if (value.kind !== "map") return { name: key, roleArn: roleArnOf(value, world) }
  const fields = readFields(value, `the group ${key}`, ["role", "precedence"])
  const role = fields.find("role")
  const precedence = fields.find("precedence")
  return {
    name: key,
    ...(role && { roleArn: roleArnOf(role, world) }),
    ...(precedence && { precedence: Number(textOf(precedence, `the precedence of ${key}`)) }),
  }
}

const MATCHES = ["Equals", "Contains", "StartsWith", "NotEqual"] as const

function readMapping(node: SourceNode, pool: string, world: World): RoleMapping {
  const what = `the mapping of ${pool}`
  const fields = readFields(node, what, ["type", "otherwise", "rules"])
  const Type = oneOf(fields.get("type"), `the type of ${what}`, ["Token", "Rules"])
  const otherwise = fields.find("otherwise")
  const AmbiguousRoleResolution = otherwise
    ? oneOf(otherwise, `'otherwise' of ${what}`, ["Deny", "AuthenticatedRole"])
    : "Deny"
  if (Type === "Token") return { Type, AmbiguousRoleResolution }
  const Rules = itemsOf(fields.get("rules")).map((rule) => {
    const parts = readFields(rule, `a rule of ${what}`, ["claim", "match", "value", "role"])
    return {
      Claim: textOf(parts.get("claim"), "the claim of a rule"),
      MatchType: oneOf(parts.get("match"), "the match of a rule", MATCHES),
      Value: textOf(parts.get("value"), "the value of a rule"),
      RoleARN: roleArnOf(parts.get("role"), world),
    }
  })
  return { Type, AmbiguousRoleResolution, RulesConfiguration: { Rules } }
}
