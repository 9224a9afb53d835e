import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from "@aws-sdk/client-iam"
import type { PolicyDocument } from "../../policy/index.ts"

/** A role of a running server, with the documents of its policies. */
export interface ServerRole {
  name: string
  arn: string
  path: string
  trust: PolicyDocument
  inline: readonly NamedDocument[]
  attached: readonly ManagedDocument[]
  boundary: ManagedDocument | undefined
  tags: Readonly<Record<string, string>>
}

export interface NamedDocument {
  name: string
  document: PolicyDocument
}

export interface ManagedDocument extends NamedDocument {
  arn: string
}

export async function listRoleNames(iam: IAMClient): Promise<string[]> {
  const names: string[] = []
  for await (const { Roles } of paginateListRoles({ client: iam }, {}))
    names.push(...Roles!.map(({ RoleName }) => RoleName!))
  return names
}

export async function readRole(iam: IAMClient, RoleName: string): Promise<ServerRole> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  const inline: NamedDocument[] = []
  for await (const { PolicyNames } of paginateListRolePolicies({ client: iam }, { RoleName }))
    for (const PolicyName of PolicyNames!) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
      inline.push({ name: PolicyName, document: parseDocument(PolicyDocument!) })
    }
  const attached: ManagedDocument[] = []
  for await (const { AttachedPolicies } of paginateListAttachedRolePolicies({ client: iam }, { RoleName }))
    for (const { PolicyArn } of AttachedPolicies!) attached.push(await readManaged(iam, PolicyArn!))
  const boundary = Role!.PermissionsBoundary?.PermissionsBoundaryArn
  return {
    name: RoleName,
    arn: Role!.Arn!,
    path: Role!.Path!,
    trust: parseDocument(Role!.AssumeRolePolicyDocument!),
    inline,
    attached,
    boundary: boundary === undefined ? undefined : await readManaged(iam, boundary),
    tags: Object.fromEntries((Role!.Tags ?? []).map(({ Key, Value }) => [Key!, Value!])),
  }
}

async function readManaged(iam: IAMClient, arn: string): Promise<ManagedDocument> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }))
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy!.DefaultVersionId! }),
  )
  return { arn, name: Policy!.PolicyName!, document: parseDocument(PolicyVersion!.Document!) }
}

/** IAM answers documents in URL encoding. */
const parseDocument = (text: string): PolicyDocument => JSON.parse(decodeURIComponent(text))
