import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenForDeveloperIdentityCommand,
  SetPrincipalTagAttributeMapCommand,
} from "@aws-sdk/client-cognito-identity"
import { CreateGroupCommand } from "@aws-sdk/client-cognito-identity-provider"
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb"
import { PutRolePolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { askControl } from "../harness/control.ts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import {
  COGNITO,
  clientsOf,
  createIdentityPool,
  createRole,
  createUserPool,
  enter,
  policy,
  setRoles,
  trust,
  type UserPool,
} from "../wire/cognito-identity-world.ts"

/** One bucket and one table for everybody; who somebody is decides what of them is theirs. */
const BUCKET = "everybodys"
const TABLE = "notes"
const DEVELOPER = "login.shop"

let server: TestServer
let people: UserPool
const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
})

before(async () => {
  server = await startServer(["--clock-control"])
  people = await createUserPool(server, "people", {
    Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }],
  })
  await new S3Client({ ...server.client, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }))
  await new DynamoDBClient(server.client).send(
    new CreateTableCommand({
      TableName: TABLE,
      KeySchema: [
        { AttributeName: "owner", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "owner", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "S" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
})
after(() => server[Symbol.asyncDispose]())

const login = async (name: string) => ({ [people.providerName]: await people.signIn(name) })
const mappingName = () => `${people.providerName}:${people.clientId}`
const newPool = (more: object = {}) =>
  createIdentityPool(server, {
    CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
    ...more,
  })

/** A folder: what somebody may do in it, and that it ends at its slash. */
function bucketOf(credentials: Credentials) {
  const s3 = new S3Client({ ...server.clientOf(credentials), forcePathStyle: true })
  return {
    put: (Key: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key })),
    get: (Key: string) => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key })),
    list: async (Prefix?: string) =>
      (
        (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, ...(Prefix !== undefined && { Prefix }) })))
          .Contents ?? []
      ).map(({ Key }) => Key),
  }
}
const DENIED = { name: "AccessDenied" }

/** The policy of a folder whose name may hold variables. */
const folderPolicy = (name: string) =>
  policy(
    allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${BUCKET}/${name}/*`),
    allow("s3:ListBucket", `arn:aws:s3:::${BUCKET}`, { StringLike: { "s3:prefix": [`${name}/`, `${name}/*`] } }),
  )

async function assertOwnFolder(credentials: Credentials, own: string, others: string[]) {
  const bucket = bucketOf(credentials)
  await bucket.put(`${own}/a`)
  await bucket.get(`${own}/a`)
  assert.ok((await bucket.list(`${own}/`)).includes(`${own}/a`))
  for (const other of [...others, `${own}-else`, `${own}x`]) {
    await assert.rejects(bucket.put(`${other}/a`), DENIED, other)
    await assert.rejects(bucket.get(`${other}/a`), DENIED, other)
    await assert.rejects(bucket.list(`${other}/`), DENIED, other)
  }
  await assert.rejects(bucket.list(), DENIED)
  await assert.rejects(bucket.list(own), DENIED)
}

test("each group has a folder, by the role of the group", async () => {
  const pool = await newPool()
  const { idp } = clientsOf(server)
  for (const [name, Precedence] of [
    ["editors", 1],
    ["readers", 2],
  ] as const) {
    const RoleArn = await createRole(server, `group-${name}`, trust(pool), folderPolicy(name))
    await idp.send(new CreateGroupCommand({ UserPoolId: people.userPoolId, GroupName: name, Precedence, RoleArn }))
  }
  await setRoles(server, pool, {}, { [mappingName()]: { Type: "Token", AmbiguousRoleResolution: "Deny" } })
  await people.signUp("ed", ["editors"])
  await people.signUp("rita", ["readers"])
  await people.signUp("both", ["readers", "editors"])
  await assertOwnFolder(await enter(server, pool, await login("ed")), "editors", ["readers"])
  await assertOwnFolder(await enter(server, pool, await login("rita")), "readers", ["editors"])
  // Of two groups the one that takes precedence counts, and only that one.
  await assertOwnFolder(await enter(server, pool, await login("both")), "editors", ["readers"])
})

test("each group has a folder, by rules on the token's groups", async () => {
  const pool = await newPool()
  const roles = Object.fromEntries(
    await Promise.all(
      ["editors", "readers"].map(async (name) => [
        name,
        await createRole(server, `ruled-${name}`, trust(pool), folderPolicy(name)),
      ]),
    ),
  )
  const Rules = ["readers", "editors"].map((Value) => ({
    Claim: "cognito:groups",
    MatchType: "Contains" as const,
    Value,
    RoleARN: roles[Value],
  }))
  await setRoles(
    server,
    pool,
    {},
    {
      [mappingName()]: { Type: "Rules", AmbiguousRoleResolution: "Deny", RulesConfiguration: { Rules } },
    },
  )
  await assertOwnFolder(await enter(server, pool, await login("ed")), "editors", ["readers"])
  // Here the first rule that matches counts, whatever the groups' precedence.
  await assertOwnFolder(await enter(server, pool, await login("both")), "readers", ["editors"])
})

test("each team has a folder, by a tag from a claim", async () => {
  const pool = await newPool()
  const actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
  const trusts = trust(pool, "authenticated", actions)
  const authenticated = await createRole(server, "team", trusts, folderPolicy("${aws:PrincipalTag/team}"))
  await setRoles(server, pool, { authenticated })
  await clientsOf(server).identity.send(
    new SetPrincipalTagAttributeMapCommand({
      IdentityPoolId: pool,
      IdentityProviderName: people.providerName,
      PrincipalTags: { team: "custom:team" },
    }),
  )
  await people.signUp("bea", [], { "custom:team": "blue" })
  await people.signUp("guy", [], { "custom:team": "green" })
  await people.signUp("nat")
  await assertOwnFolder(await enter(server, pool, await login("bea")), "blue", ["green"])
  await assertOwnFolder(await enter(server, pool, await login("guy")), "green", ["blue"])
  // No claim, no tag, no folder; not one without a name either.
  const without = bucketOf(await enter(server, pool, await login("nat")))
  for (const key of ["blue/a", "/a", "${aws:PrincipalTag/team}/a"]) await assert.rejects(without.put(key), DENIED, key)
})

test("a guest's folder stays theirs when they sign in", async () => {
  const pool = await newPool({ AllowUnauthenticatedIdentities: true })
  const own = folderPolicy(`\${${COGNITO}:sub}`)
  await setRoles(server, pool, {
    unauthenticated: await createRole(server, "own-guest", trust(pool, "unauthenticated"), own),
    authenticated: await createRole(server, "own-member", trust(pool), own),
  })
  const { identityId, ...guest } = await enter(server, pool)
  const stranger = await enter(server, pool)
  await assertOwnFolder(guest, identityId, [stranger.identityId])
  const { identity } = clientsOf(server)
  await people.signUp("late")
  const Logins = await login("late")
  const given = await identity.send(new GetCredentialsForIdentityCommand({ IdentityId: identityId, Logins }))
  assert.equal(given.IdentityId, identityId)
  const { AccessKeyId, SecretKey, SessionToken } = given.Credentials!
  const member = { accessKeyId: AccessKeyId!, secretAccessKey: SecretKey!, sessionToken: SessionToken! }
  await assertOwnFolder(member, identityId, [stranger.identityId])
  const { Arn } = await new STSClient(server.clientOf(member)).send(new GetCallerIdentityCommand({}))
  assert.match(Arn!, /own-member/)
})

test("a developer's own users have folders", async () => {
  const pool = await newPool({ DeveloperProviderName: DEVELOPER })
  const own = folderPolicy(`\${${COGNITO}:sub}`)
  await setRoles(server, pool, {
    authenticated: await createRole(server, "own-developers", trust(pool, DEVELOPER), own),
  })
  const { identity } = clientsOf(server)
  const signIn = async (user: string) => {
    const Logins = { [DEVELOPER]: user }
    const command = new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: pool, Logins })
    const { IdentityId, Token } = await identity.send(command)
    const given = await identity.send(
      new GetCredentialsForIdentityCommand({ IdentityId, Logins: { [COGNITO]: Token! } }),
    )
    const { AccessKeyId, SecretKey, SessionToken } = given.Credentials!
    return {
      identityId: IdentityId!,
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretKey!,
      sessionToken: SessionToken!,
    }
  }
  const [ann, bob] = [await signIn("ann"), await signIn("bob")]
  await assertOwnFolder(ann, ann.identityId, [bob.identityId])
  await assertOwnFolder(bob, bob.identityId, [ann.identityId])
})

test("two providers of one person lead to one folder", async () => {
  const other = await createUserPool(server, "others")
  const pool = await newPool({
    CognitoIdentityProviders: [people, other].map(({ providerName: ProviderName, clientId: ClientId }) => ({
      ProviderName,
      ClientId,
    })),
  })
  const own = folderPolicy(`\${${COGNITO}:sub}`)
  await setRoles(server, pool, { authenticated: await createRole(server, "own-linked", trust(pool), own) })
  await people.signUp("twice")
  await other.signUp("twice")
  const [here, there] = [await login("twice"), { [other.providerName]: await other.signIn("twice") }]
  const first = await enter(server, pool, here)
  // They come with both once, and from then on with either.
  await enter(server, pool, { ...here, ...there })
  const second = await enter(server, pool, there)
  assert.equal(second.identityId, first.identityId)
  await assertOwnFolder(second, first.identityId, [])
})

test("everybody has rows of their own", async () => {
  const pool = await newPool()
  const table = `arn:aws:dynamodb:${server.region}:${server.account}:table/${TABLE}`
  const access = policy(
    allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:Scan"], table, {
      "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [`\${${COGNITO}:sub}`] },
      Null: { "dynamodb:LeadingKeys": "false" },
    }),
  )
  await setRoles(server, pool, { authenticated: await createRole(server, "rows", trust(pool), access) })
  const [ed, rita] = [await enter(server, pool, await login("ed")), await enter(server, pool, await login("rita"))]
  const dynamodb = new DynamoDBClient(server.clientOf(ed))
  const item = (owner: string) => ({ owner: { S: owner }, at: { S: "1" } })
  const query = (owner: string) =>
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: "#o = :o",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":o": { S: owner } },
    })
  await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: item(ed.identityId) }))
  assert.ok((await dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: item(ed.identityId) }))).Item)
  assert.equal((await dynamodb.send(query(ed.identityId))).Count, 1)
  const refused: object[] = [
    new PutItemCommand({ TableName: TABLE, Item: item(rita.identityId) }),
    new GetItemCommand({ TableName: TABLE, Key: item(rita.identityId) }),
    query(rita.identityId),
    new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [item(ed.identityId), item(rita.identityId)] } } }),
    new ScanCommand({ TableName: TABLE }),
  ]
  for (const command of refused)
    await assert.rejects(dynamodb.send(command as GetItemCommand), { name: "AccessDeniedException" })
})

test("the sessions of a role are revoked by the time at which they began", async () => {
  const pool = await newPool()
  const RoleName = "revocable"
  const own = folderPolicy("everybody")
  await setRoles(server, pool, { authenticated: await createRole(server, RoleName, trust(pool), own) })
  const before = bucketOf(await enter(server, pool, await login("ed")))
  await before.put("everybody/a")
  const { now } = await askControl(server, "GET", "clock")
  const moment = new Date(Date.parse(now) + 1000).toISOString()
  // What the console's "Revoke active sessions" attaches.
  await clientsOf(server).iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: "AWSRevokeOlderSessions",
      PolicyDocument: policy({
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { DateLessThan: { "aws:TokenIssueTime": moment } },
      }),
    }),
  )
  await assert.rejects(before.put("everybody/b"), DENIED)
  await askControl(server, "POST", "clock", { now: new Date(Date.parse(moment) + 2000).toISOString() })
  const { identity } = clientsOf(server)
  const Logins = await login("ed")
  await identity.send(new GetIdCommand({ IdentityPoolId: pool, Logins }))
  await bucketOf(await enter(server, pool, Logins)).put("everybody/c")
})
