import type { RoleMapping } from "@aws-sdk/client-cognito-identity"
import type { CompiledPolicy } from "../../policy/index.ts"
import { hasGroupsTag } from "../../services/cognito-identity/pools/groups-tag.ts"
import { resolve } from "../cloudformation/resolve.ts"
import {
  isTemplate,
  readTemplate,
  type Template,
  type TemplateOptions,
  type TemplateResource,
} from "../cloudformation/template.ts"
import { findNode, findText, itemsOf, plainOf, SourceError, type SourceNode } from "../source/node.ts"
import { compileNode, managedPolicy } from "./policies.ts"
import type { PoolGroup, World, WorldPool } from "./world.ts"

/** Adds the roles, users, identity pools and bucket policies of a CloudFormation template to the world, by their logical
 * ids. */
export function addTemplate(root: SourceNode, world: World, options: TemplateOptions): void {
  if (!isTemplate(root))
    throw new SourceError("This is no CloudFormation template: it has no Resources with a Type", root.at)
  read({ template: readTemplate(root, options), world })
}

interface Source {
  template: Template
  world: World
}

function read(source: Source): void {
  for (const resource of resourcesOfType(source, "AWS::IAM::Role")) addRole(source, resource)
  for (const resource of resourcesOfType(source, "AWS::IAM::User")) addUser(source, resource)
  for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy"])
    for (const resource of resourcesOfType(source, type)) attach(source, resource)
  for (const resource of resourcesOfType(source, "AWS::Cognito::IdentityPool")) addPool(source, resource)
  for (const resource of resourcesOfType(source, "AWS::S3::BucketPolicy")) addBucketPolicy(source, resource)
  for (const resource of resourcesOfType(source, "AWS::KMS::Key")) addKey(source, resource)
  source.world.names.push((name) => nameOf(source, name))
}

function resourcesOfType(source: Source, type: string): TemplateResource[] {
  return [...source.template.resources.values()].filter((resource) => resource.type === type)
}

/** A property with its functions resolved. */
function findProperty(source: Source, resource: TemplateResource, name: string): SourceNode | undefined {
  const node = findNode(resource.properties, name)
  return node && resolve(node, source.template)
}

function findPropertyText(source: Source, resource: TemplateResource, name: string): string | undefined {
  return findText(findProperty(source, resource, name))
}

/** What Ref, or Fn::GetAtt of a name with a dot, gives; undefined for what the template has not. */
function nameOf(source: Source, name: string): string | undefined {
  const [id = "", ...attribute] = name.split(".")
  if (!source.template.resources.has(id)) return undefined
  const at = { line: 1, column: 1 }
  const scalar = (text: string): SourceNode => ({ kind: "scalar", at, value: text, text })
  const value: SourceNode =
    attribute.length === 0 ? scalar(id) : { kind: "list", at, items: [scalar(id), scalar(attribute.join("."))] }
  const key = attribute.length === 0 ? "Ref" : "Fn::GetAtt"
  return findText(resolve({ kind: "map", at, entries: [{ key, keyAt: at, value }] }, source.template))
}

function arnOf(source: Source, resource: TemplateResource): string {
  return nameOf(source, `${resource.logicalId}.Arn`)!
}

function inlinePolicies(source: Source, resource: TemplateResource): CompiledPolicy[] {
  return itemsOf(findProperty(source, resource, "Policies")).map((one) => {
    const name = findText(findNode(one, "PolicyName")) ?? "inline"
    return compileNode(findNode(one, "PolicyDocument") ?? one, `${resource.logicalId}/${name}`)
  })
}

/** Managed policies: the template's own are attached by their ARN, the others are AWS's. */
function managedPolicies(source: Source, resource: TemplateResource): CompiledPolicy[] {
  return itemsOf(findProperty(source, resource, "ManagedPolicyArns")).map((node) => policyOf(source, node))
}

function policyOf(source: Source, node: SourceNode): CompiledPolicy {
  const arn = findText(node) ?? ""
  const own = resourcesOfType(source, "AWS::IAM::ManagedPolicy").find(
    ({ logicalId }) => nameOf(source, logicalId) === arn,
  )
  if (own === undefined) return managedPolicy(arn, node)
  return compileNode(findProperty(source, own, "PolicyDocument")!, own.logicalId)
}

function permissionsOf(source: Source, resource: TemplateResource) {
  const boundary = findProperty(source, resource, "PermissionsBoundary")
  const tags = itemsOf(findProperty(source, resource, "Tags")).map((tag) => [
    findText(findNode(tag, "Key")) ?? "",
    findText(findNode(tag, "Value")) ?? "",
  ])
  return {
    policies: [...inlinePolicies(source, resource), ...managedPolicies(source, resource)],
    boundary: boundary && policyOf(source, boundary),
    tags: Object.fromEntries(tags) as Record<string, string>,
  }
}

function addRole(source: Source, resource: TemplateResource): void {
  const trust = findProperty(source, resource, "AssumeRolePolicyDocument")
  const name = findPropertyText(source, resource, "RoleName") ?? resource.logicalId
  source.world.roles.set(resource.logicalId, {
    name,
    arn: arnOf(source, resource),
    account: source.template.account,
    trust: trust && compileNode(trust, `${resource.logicalId}/trust`),
    ...permissionsOf(source, resource),
  })
}

function addUser(source: Source, resource: TemplateResource): void {
  const permissions = permissionsOf(source, resource)
  for (const group of itemsOf(findProperty(source, resource, "Groups"))) {
    const own = resourcesOfType(source, "AWS::IAM::Group").find(
      ({ logicalId }) => nameOf(source, logicalId) === findText(group),
    )
    if (own) permissions.policies.push(...inlinePolicies(source, own), ...managedPolicies(source, own))
  }
  const name = findPropertyText(source, resource, "UserName") ?? resource.logicalId
  source.world.users.set(resource.logicalId, { name, arn: arnOf(source, resource), ...permissions })
}

/** A policy that is a resource of its own, to the roles and users that it names. */
function attach(source: Source, resource: TemplateResource): void {
  const document = findProperty(source, resource, "PolicyDocument")
  if (document === undefined) return
  const policy = compileNode(document, resource.logicalId)
  const names = (property: string) => itemsOf(findProperty(source, resource, property)).map((node) => findText(node))
  const roles = [...names("Roles"), ...names("RoleName")]
  for (const role of source.world.roles.values()) if (roles.includes(role.name)) role.policies.push(policy)
  const users = [...names("Users"), ...names("UserName")]
  for (const user of source.world.users.values()) if (users.includes(user.name)) user.policies.push(policy)
}

function addPool(source: Source, resource: TemplateResource): void {
  const poolId = nameOf(source, resource.logicalId)!
  const attachment = resourcesOfType(source, "AWS::Cognito::IdentityPoolRoleAttachment").find(
    (one) => findPropertyText(source, one, "IdentityPoolId") === poolId,
  )
  const roles = attachment && findProperty(source, attachment, "Roles")
  const tags = itemsOf(
    resourcesOfType(source, "AWS::Cognito::IdentityPoolPrincipalTag")
      .filter((one) => findPropertyText(source, one, "IdentityPoolId") === poolId)
      .map((one) => findProperty(source, one, "PrincipalTags"))[0],
  )
  const poolTags = itemsOf(findProperty(source, resource, "IdentityPoolTags")).map(
    (tag) => plainOf(tag) as { Key: string; Value: string },
  )
  const pool: WorldPool = {
    name: resource.logicalId,
    poolId,
    account: source.template.account,
    roles: roles ? (plainOf(roles) as Record<string, string>) : {},
    mappings: roleMappings(source, attachment),
    groups: poolGroups(source),
    principalTags: tags[0] && { useDefaults: false, tags: plainOf(tags[0]) as Record<string, string> },
    hasGroupsTag: hasGroupsTag(Object.fromEntries(poolTags.map(({ Key, Value }) => [Key, Value]))),
  }
  source.world.pools.set(resource.logicalId, pool)
}

/** By provider. The key of a mapping may be any name where its provider stands in it. */
function roleMappings(source: Source, attachment: TemplateResource | undefined): Record<string, RoleMapping> {
  const node = attachment && findProperty(source, attachment, "RoleMappings")
  if (node === undefined) return {}
  const mappings = Object.entries(plainOf(node) as Record<string, RoleMapping & { IdentityProvider?: string }>)
  return Object.fromEntries(mappings.map(([key, mapping]) => [mapping.IdentityProvider ?? key, mapping]))
}

function poolGroups(source: Source): PoolGroup[] {
  return resourcesOfType(source, "AWS::Cognito::UserPoolGroup").map((group) => {
    const roleArn = findPropertyText(source, group, "RoleArn")
    const precedence = findNode(group.properties, "Precedence")
    return {
      name: findPropertyText(source, group, "GroupName") ?? group.logicalId,
      ...(roleArn && { roleArn }),
      ...(precedence?.kind === "scalar" && { precedence: Number(precedence.value) }),
    }
  })
}

function addBucketPolicy(source: Source, resource: TemplateResource): void {
  const bucket = findPropertyText(source, resource, "Bucket")
  const document = findProperty(source, resource, "PolicyDocument")
  if (bucket === undefined || document === undefined) return
  source.world.resources.push({
    arn: `arn:aws:s3:::${bucket}`,
    account: source.template.account,
    policy: compileNode(document, resource.logicalId),
    tags: {},
  })
}

function addKey(source: Source, resource: TemplateResource): void {
  const document = findProperty(source, resource, "KeyPolicy")
  if (document === undefined) return
  source.world.resources.push({
    arn: arnOf(source, resource),
    account: source.template.account,
    policy: compileNode(document, resource.logicalId),
    tags: {},
  })
}
