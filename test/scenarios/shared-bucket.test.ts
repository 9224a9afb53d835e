import assert from "node:assert/strict"
import { Agent } from "node:http"
import type { LookupFunction } from "node:net"
import { after, before, describe, test } from "node:test"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { startServer, type TestServer } from "../harness/server.ts"
import { createPerson, createRole, PASSWORD, trustPool } from "./bookshop.ts"

/** Not every system resolves the names below `localhost`, as browsers do. */
const loopback: LookupFunction = (_host, { all }, answer) =>
  all ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4)

const BUCKET = "shared-folders"

interface Member {
  identityId: string
  arn: string
  /** By path style and by virtual host. */
  s3: S3Client[]
}

let server: TestServer
const members: Record<string, Member> = {}

/** Two groups, each with a role; a bucket policy that gives role A its folder; a prefix of everyone's own. */
before(async () => {
  server = await startServer()
  const root = new S3Client({ ...server.client, forcePathStyle: true })
  await root.send(new CreateBucketCommand({ Bucket: BUCKET }))
  for (const Key of ["Folder_A/report.txt", "Folder_B/report.txt"])
    await root.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }))

  const idp = new CognitoIdentityProviderClient(server.client)
  const UserPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "staff" }))).UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  )
  const ClientId = UserPoolClient!.ClientId!
  const ProviderName = `cognito-idp.${server.region}.amazonaws.com/${UserPoolId}`
  const identity = new CognitoIdentityClient(server.client)
  const { IdentityPoolId } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "staff",
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [{ ProviderName, ClientId }],
    }),
  )
  const bucket = `arn:aws:s3:::${BUCKET}`
  const own = "${cognito-identity.amazonaws.com:sub}"
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `${bucket}/people/${own}/*` },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: bucket,
        Condition: { StringLike: { "s3:prefix": [`people/${own}/*`] } },
      },
    ],
  })
  for (const letter of ["A", "B"]) {
    const RoleArn = await createRole(server, `Folder_${letter}_Role`, trustPool(IdentityPoolId!), policy)
    await idp.send(new CreateGroupCommand({ UserPoolId, GroupName: letter, RoleArn, Precedence: 1 }))
    await createPerson(server, UserPoolId, `member-${letter}`, [letter])
  }
  await identity.send(
    new SetIdentityPoolRolesCommand({
      IdentityPoolId,
      Roles: {},
      RoleMappings: { [`${ProviderName}:${ClientId}`]: { Type: "Token", AmbiguousRoleResolution: "Deny" } },
    }),
  )
  await root.send(
    new PutBucketPolicyCommand({
      Bucket: BUCKET,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${server.account}:role/Folder_A_Role` },
          Action: "s3:GetObject",
          Resource: `${bucket}/Folder_A/*`,
        },
      }),
    }),
  )
  for (const letter of ["A", "B"]) {
    const { AuthenticationResult } = await idp.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId,
        AuthParameters: { USERNAME: `member-${letter}`, PASSWORD },
      }),
    )
    const Logins = { [ProviderName]: AuthenticationResult!.IdToken! }
    const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId, Logins }))
    const { Credentials } = await identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }))
    const options = server.clientOf({
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretKey!,
      sessionToken: Credentials!.SessionToken!,
    })
    const virtual = {
      ...options,
      endpoint: `http://s3.localhost:${new URL(server.url).port}`,
      requestHandler: { httpAgent: new Agent({ lookup: loopback }) },
    }
    members[letter] = {
      identityId: IdentityId!,
      arn: `arn:aws:sts::${server.account}:assumed-role/Folder_${letter}_Role/CognitoIdentityCredentials`,
      s3: [new S3Client({ ...options, forcePathStyle: true }), new S3Client(virtual)],
    }
  }
})
after(() => server[Symbol.asyncDispose]())

const get = (Key: string) => new GetObjectCommand({ Bucket: BUCKET, Key })
const put = (Key: string) => new PutObjectCommand({ Bucket: BUCKET, Key, Body: "mine" })
const list = (Prefix?: string) => new ListObjectsV2Command({ Bucket: BUCKET, Prefix })

const refused = (arn: string, action: string, resource: string) => ({
  name: "AccessDenied",
  message: `User: ${arn} is not authorized to perform: ${action} on resource: "arn:aws:s3:::${resource}" because no identity-based policy allows the ${action} action`,
})

for (const [style, index] of [
  ["path style", 0],
  ["virtual host", 1],
] as const)
  describe(`folders, by ${style}`, () => {
    test("the bucket policy lets the role it names read its folder", async () => {
      const { Body } = await members.A!.s3[index]!.send(get("Folder_A/report.txt"))
      assert.equal(await Body!.transformToString(), "Folder_A/report.txt")
    })

    test("and no other role, and no other folder, and nothing but reading", async () => {
      const { A, B } = members as { A: Member; B: Member }
      await assert.rejects(
        B.s3[index]!.send(get("Folder_A/report.txt")),
        refused(B.arn, "s3:GetObject", `${BUCKET}/Folder_A/report.txt`),
      )
      await assert.rejects(
        A.s3[index]!.send(get("Folder_B/report.txt")),
        refused(A.arn, "s3:GetObject", `${BUCKET}/Folder_B/report.txt`),
      )
      await assert.rejects(
        A.s3[index]!.send(put("Folder_A/new.txt")),
        refused(A.arn, "s3:PutObject", `${BUCKET}/Folder_A/new.txt`),
      )
    })

    test("everyone has a prefix of their own to read, write and list", async () => {
      for (const { identityId, s3 } of Object.values(members)) {
        const key = `people/${identityId}/notes.txt`
        await s3[index]!.send(put(key))
        assert.equal(await (await s3[index]!.send(get(key))).Body!.transformToString(), "mine")
        const { Contents } = await s3[index]!.send(list(`people/${identityId}/`))
        assert.deepEqual(
          Contents!.map(({ Key }) => Key),
          [key],
        )
      }
    })

    test("and nobody has another's", async () => {
      const { A, B } = members as { A: Member; B: Member }
      const key = `people/${B.identityId}/notes.txt`
      await assert.rejects(A.s3[index]!.send(get(key)), refused(A.arn, "s3:GetObject", `${BUCKET}/${key}`))
      await assert.rejects(A.s3[index]!.send(put(key)), refused(A.arn, "s3:PutObject", `${BUCKET}/${key}`))
      await assert.rejects(A.s3[index]!.send(list(`people/${B.identityId}/`)), refused(A.arn, "s3:ListBucket", BUCKET))
    })

    test("listing without a prefix, or with a shorter one, is refused", async () => {
      const { A } = members as { A: Member }
      for (const prefix of [undefined, "", "people/", `people/${A.identityId}`])
        await assert.rejects(A.s3[index]!.send(list(prefix)), refused(A.arn, "s3:ListBucket", BUCKET))
    })
  })
