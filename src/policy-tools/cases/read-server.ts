import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider"
import { IAMClient } from "@aws-sdk/client-iam"
import { GetBucketPolicyCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { type CompiledPolicy, compile } from "../../policy/index.ts"
import { clientOptions, type ServerAccess } from "../server/access.ts"
import { listPoolIds, readPool, type ServerPool } from "../server/identity-pools.ts"
import { listRoleNames, type ManagedDocument, type NamedDocument, readRole, type ServerRole } from "../server/roles.ts"
import type { World } from "./world.ts"

/** Adds the roles, identity pools and bucket policies of a running server to the world, by their names. */
export async function addServerTo(world: World, server: ServerAccess): Promise<void> {
  const options = clientOptions(server)
  const iam = new IAMClient(options)
  world.account = server.accountId
  world.region = server.region
  for (const name of await listRoleNames(iam)) addRole(world, await readRole(iam, name))
  const identity = new CognitoIdentityClient(options)
  const idp = new CognitoIdentityProviderClient(options)
  for (const { poolId } of await listPoolIds(identity)) addPool(world, await readPool(identity, idp, poolId))
  const s3 = new S3Client({ ...options, forcePathStyle: true })
  const { Buckets } = await s3.send(new ListBucketsCommand({}))
  for (const { Name } of Buckets ?? [])
    world.resources.push({
      arn: `arn:aws:s3:::${Name}`,
      account: server.accountId,
      policy: await findBucketPolicy(s3, Name!),
      tags: {},
    })
}

const compileNamed = ({ name, document, arn }: NamedDocument & Partial<ManagedDocument>): CompiledPolicy =>
  compile(document, { name, ...(arn !== undefined && { arn }) })

function addRole(world: World, { name, arn, trust, inline, attached, boundary, tags }: ServerRole): void {
  world.roles.set(name, {
    name,
    arn,
    account: world.account,
    trust: compile(trust, { name: `${name}/trust` }),
    policies: [...inline, ...attached].map(compileNamed),
    boundary: boundary && compileNamed(boundary),
    tags,
  })
}

function addPool(
  world: World,
  { poolId, name, roles, mappings, principalTags, hasGroupsTag, userPools }: ServerPool,
): void {
  world.pools.set(name, {
    name,
    poolId,
    account: world.account,
    roles,
    mappings,
    groups: userPools.flatMap(({ groups }) => groups),
    principalTags: Object.values(principalTags)[0],
    hasGroupsTag,
  })
}

async function findBucketPolicy(s3: S3Client, Bucket: string): Promise<CompiledPolicy | undefined> {
  try {
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }))
    return compile(Policy!, { name: `the policy of ${Bucket}` })
  } catch (error) {
    if ((error as Error).name === "NoSuchBucketPolicy") return undefined
    throw error
  }
}
