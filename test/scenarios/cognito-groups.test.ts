import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  SetIdentityPoolRolesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { askControl } from "../harness/control.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, createRole, PASSWORD, trustPool } from "./bookshop.ts"

const BUCKET = "group-folders"
const OBJECTS = `arn:aws:s3:::${BUCKET}`
const TAG = "hallpass:cognito-groups"

/** Names that AWS allows for groups and that a careless engine would read as patterns, paths or variables. */
const GROUPS = ["Red", "Green", "Blue", "*", "Re?", "a/b", "$", "${aws:userid}", "a"]

let server: TestServer
let identity: CognitoIdentityClient
let userPoolId: string
let clientId: string
let providerName: string
let role: string

before(async () => {
  server = await startServer()
  identity = new CognitoIdentityClient(server.client)
  const idp = new CognitoIdentityProviderClient(server.client)
  userPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "people" }))).UserPool!.Id!
  const client = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  )
  clientId = client.UserPoolClient!.ClientId!
  providerName = `cognito-idp.${server.region}.amazonaws.com/${userPoolId}`
  for (const GroupName of GROUPS) await idp.send(new CreateGroupCommand({ UserPoolId: userPoolId, GroupName }))
  await createPerson(server, userPoolId, "rosa", ["Red", "Green"])
  await createPerson(server, userPoolId, "star", ["*"])
  await createPerson(server, userPoolId, "query", ["Re?"])
  await createPerson(server, userPoolId, "slash", ["a/b"])
  await createPerson(server, userPoolId, "dollar", ["$", "${aws:userid}"])
  await createPerson(server, userPoolId, "loner", [])

  role = await createRole(
    server,
    "Member",
    trustPool("us-east-1:00000000-0000-0000-0000-000000000000"),
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject"],
          Resource: `${OBJECTS}/Folder/\${cognito:groups}/*`,
        },
        {
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: OBJECTS,
          Condition: { StringLike: { "s3:prefix": "Folder/${cognito:groups}/*" } },
        },
        {
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: `${OBJECTS}/green-only`,
          Condition: { "ForAnyValue:StringEquals": { "cognito:groups": "Green" } },
        },
      ],
    }),
  )
  const s3 = new S3Client({ ...server.client, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  for (const Key of [...GROUPS.map((group) => `Folder/${group}/note`), "Folder/AROA/note", "green-only", "Folder/note"])
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }))
})
after(() => server[Symbol.asyncDispose]())

async function createPool(tags: Record<string, string>): Promise<string> {
  const { IdentityPoolId } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "app",
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: providerName, ClientId: clientId }],
      IdentityPoolTags: tags,
    }),
  )
  const Roles = { authenticated: role, unauthenticated: role }
  await identity.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles }))
  return IdentityPoolId!
}

/** The role trusts one pool after another. */
const trust = async (poolId: string, amr: "authenticated" | "unauthenticated" = "authenticated") =>
  new IAMClient(server.client).send(
    new UpdateAssumeRolePolicyCommand({ RoleName: "Member", PolicyDocument: trustPool(poolId, amr) }),
  )

async function s3Of(poolId: string, username?: string): Promise<S3Client> {
  let Logins: Record<string, string> | undefined
  if (username) {
    const { AuthenticationResult } = await new CognitoIdentityProviderClient(server.client).send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: clientId,
        AuthParameters: { USERNAME: username, PASSWORD },
      }),
    )
    Logins = { [providerName]: AuthenticationResult!.IdToken! }
  }
  const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: poolId, Logins }))
  const { Credentials } = await identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }))
  const credentials = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretKey!,
    sessionToken: Credentials!.SessionToken!,
  }
  return new S3Client({ ...server.clientOf(credentials), forcePathStyle: true })
}

const read = async (s3: S3Client, Key: string): Promise<string> =>
  (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body!.transformToString()

const assertRefused = (call: Promise<unknown>) => assert.rejects(call, { name: "AccessDenied" })

test("someone in two groups reaches both folders, and no third one", async () => {
  const pool = await createPool({ [TAG]: "true" })
  await trust(pool)
  const s3 = await s3Of(pool, "rosa")
  for (const group of ["Red", "Green"]) {
    assert.equal(await read(s3, `Folder/${group}/note`), `Folder/${group}/note`)
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `Folder/${group}/new`, Body: "x" }))
    const list = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `Folder/${group}/` }))
    assert.equal(list.KeyCount, 2)
  }
  for (const key of ["Folder/Blue/note", "Folder/note", "Folder/red/note", "Folder/Red", "Folder/RedGreen/note"])
    await assertRefused(read(s3, key))
  await assertRefused(s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "Folder/Blue/" })))
  await assertRefused(s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "Folder/" })))
})

test("the groups are a condition key too", async () => {
  const pool = await createPool({ [TAG]: "true" })
  await trust(pool)
  assert.equal(await read(await s3Of(pool, "rosa"), "green-only"), "green-only")
  await assertRefused(read(await s3Of(pool, "star"), "green-only"))
})

/** Who, the folder that is theirs, and folders that a pattern in the group's name would open. */
const LITERAL: readonly [string, string[], string[]][] = [
  ["star", ["*"], ["Red", "a/b", "$"]],
  ["query", ["Re?"], ["Red"]],
  ["slash", ["a/b"], ["a", "Red"]],
  ["dollar", ["$", "${aws:userid}"], ["Red", "AROA"]],
]

for (const [username, own, others] of LITERAL)
  test(`the group names of ${username} match as they are: ${own.join(" ")}`, async () => {
    const pool = await createPool({ [TAG]: "true" })
    await trust(pool)
    const s3 = await s3Of(pool, username)
    for (const group of own) assert.equal(await read(s3, `Folder/${group}/note`), `Folder/${group}/note`)
    for (const group of others) await assertRefused(read(s3, `Folder/${group}/note`))
  })

test("someone in no group, and a guest, reach no folder", async () => {
  const pool = await createPool({ [TAG]: "true" })
  await trust(pool)
  const loner = await s3Of(pool, "loner")
  for (const group of GROUPS) await assertRefused(read(loner, `Folder/${group}/note`))
  await trust(pool, "unauthenticated")
  const guest = await s3Of(pool)
  for (const group of GROUPS) await assertRefused(read(guest, `Folder/${group}/note`))
})

for (const [what, tags] of [
  ["without the tag", {}],
  ["with the tag at another value", { [TAG]: "yes" }],
  ["with a tag of nearly that name", { "hallpass:cognito-group": "true" }],
] as const)
  test(`a pool ${what} gives no key, as on AWS`, async () => {
    const pool = await createPool(tags)
    await trust(pool)
    const s3 = await s3Of(pool, "rosa")
    await assertRefused(read(s3, "green-only"))
    const refused = await read(s3, "Folder/Red/note").then(
      () => assert.fail("it was read"),
      (error) => error,
    )
    const call = await askControl(server, "GET", `decisions/${refused.$metadata.requestId}`)
    const [mismatch] = call.decisions[0].explanation.policies[0].statements[0].mismatches
    assert.deepEqual(mismatch.patterns, [{ written: `${OBJECTS}/Folder/\${cognito:groups}/*`, substituted: [] }])
  })

test("the tag can be given and taken later, for the sessions from then on", async () => {
  const pool = await createPool({})
  await trust(pool)
  const ResourceArn = `arn:aws:cognito-identity:${server.region}:${server.account}:identitypool/${pool}`
  const before = await s3Of(pool, "rosa")
  await identity.send(new TagResourceCommand({ ResourceArn, Tags: { [TAG]: "true" } }))
  await assertRefused(read(before, "Folder/Red/note"))
  const tagged = await s3Of(pool, "rosa")
  assert.equal(await read(tagged, "Folder/Red/note"), "Folder/Red/note")
  await identity.send(new UntagResourceCommand({ ResourceArn, TagKeys: [TAG] }))
  assert.equal(await read(tagged, "Folder/Red/note"), "Folder/Red/note")
  await assertRefused(read(await s3Of(pool, "rosa"), "Folder/Red/note"))
})

test("a Deny of everyone outside a group denies everyone where the pool does not opt in", async () => {
  // On a pool without the tag the key is absent, so that a negated operator holds: what AWS says of absent keys.
  const deny = {
    Effect: "Deny",
    Action: "s3:GetObject",
    Resource: `${OBJECTS}/*`,
    Condition: { "ForAllValues:StringNotEquals": { "cognito:groups": "Red" } },
  }
  const open = JSON.parse(allow("s3:GetObject", `${OBJECTS}/*`))
  await new IAMClient(server.client).send(
    new PutRolePolicyCommand({
      RoleName: "Member",
      PolicyName: "red-only",
      PolicyDocument: JSON.stringify({ ...open, Statement: [open.Statement, deny] }),
    }),
  )
  const tagged = await createPool({ [TAG]: "true" })
  await trust(tagged)
  assert.equal(await read(await s3Of(tagged, "rosa"), "Folder/Blue/note"), "Folder/Blue/note")
  await assertRefused(read(await s3Of(tagged, "star"), "Folder/*/note"))
  const untagged = await createPool({})
  await trust(untagged)
  await assertRefused(read(await s3Of(untagged, "rosa"), "Folder/Blue/note"))
})
