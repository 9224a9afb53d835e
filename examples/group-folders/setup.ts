// Makes the bucket, the people and the three identity pools on a running server, and tells the page where they are.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { type ServerOptions, serverOfEnvironment } from "./environment.ts"
import { BUCKET, FOLDERS, type FoldersConfig, PASSWORD, PEOPLE } from "./folders.ts"
import { createIdentityPools, type Pools } from "./identity-pools.ts"
import { bucketPolicy, CORS } from "./policies.ts"

export async function shareFolders(server: ServerOptions): Promise<FoldersConfig> {
  const { userPoolId, userPoolClientId } = await createUserPool(server)
  const provider = `cognito-idp.${server.region}.amazonaws.com/${userPoolId}`
  const pools = await createIdentityPools(server, { name: provider, clientId: userPoolClientId })
  await createPeople(server, userPoolId, pools)
  await fillBucket(server, pools)
  const { endpoint, region } = server
  return { endpoint, region, userPoolId, userPoolClientId, identityPoolIds: pools.ids }
}

async function createUserPool(server: ServerOptions) {
  const idp = new CognitoIdentityProviderClient(server)
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      PoolName: "teams",
      Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }],
    }),
  )
  const userPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      // People may not put themselves into another team.
      ReadAttributes: ["custom:team"],
      WriteAttributes: ["name"],
    }),
  )
  return { userPoolId, userPoolClientId: UserPoolClient!.ClientId! }
}

async function createPeople(server: ServerOptions, UserPoolId: string, { groupRoles }: Pools): Promise<void> {
  const idp = new CognitoIdentityProviderClient(server)
  for (const [index, GroupName] of FOLDERS.entries())
    await idp.send(
      new CreateGroupCommand({ UserPoolId, GroupName, RoleArn: groupRoles[GroupName], Precedence: index + 1 }),
    )
  for (const { name, groups, team } of PEOPLE) {
    const of = { UserPoolId, Username: name }
    const UserAttributes = team ? [{ Name: "custom:team", Value: team }] : []
    await idp.send(new AdminCreateUserCommand({ ...of, UserAttributes, MessageAction: "SUPPRESS" }))
    await idp.send(new AdminSetUserPasswordCommand({ ...of, Password: PASSWORD, Permanent: true }))
    for (const GroupName of groups) await idp.send(new AdminAddUserToGroupCommand({ ...of, GroupName }))
  }
}

async function fillBucket(server: ServerOptions, { groupRoles }: Pools): Promise<void> {
  const s3 = new S3Client({ ...server, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET })).catch((error: Error) => {
    if (error.name !== "BucketAlreadyOwnedByYou") throw error
  })
  await s3.send(new PutBucketCorsCommand({ Bucket: BUCKET, CORSConfiguration: CORS }))
  await s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: bucketPolicy(groupRoles) }))
  for (const folder of FOLDERS)
    await s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: `${folder}/welcome.txt`, Body: `Welcome to ${folder}.\n` }),
    )
}

export const CONFIG = new URL("public/config.json", import.meta.url)

/** What the last set-up made, where this server still has it. */
async function findFolders(server: ServerOptions): Promise<FoldersConfig | undefined> {
  if (!existsSync(CONFIG)) return undefined
  const config = JSON.parse(readFileSync(CONFIG, "utf8")) as FoldersConfig
  if (config.endpoint !== server.endpoint) return undefined
  const describe = new DescribeUserPoolCommand({ UserPoolId: config.userPoolId })
  return new CognitoIdentityProviderClient(server).send(describe).then(
    () => config,
    () => undefined,
  )
}

if (import.meta.main) {
  const server = serverOfEnvironment()
  const config = (await findFolders(server)) ?? (await shareFolders(server))
  mkdirSync(new URL(".", CONFIG), { recursive: true })
  writeFileSync(CONFIG, `${JSON.stringify(config, null, 2)}\n`)
  console.log(
    `The folders are set up on ${config.endpoint}; 'npm run dev' says where their page is. Sign in there with the password ${PASSWORD} as`,
  )
  for (const { name, groups } of PEOPLE) console.log(`  ${name}  (${groups.join(", ") || "in no group"})`)
}
