import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { IAM } from "@aws-sdk/client-iam"
import { S3 } from "@aws-sdk/client-s3"
import { STS } from "@aws-sdk/client-sts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
let session: Credentials
before(async () => {
  server = await startServer()
  session = await sessionOfDeletedRole()
})
after(() => server[Symbol.asyncDispose]())

const statement = (Action: string, Principal?: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action, ...(Principal ? { Principal } : { Resource: "*" }) },
  })

/** A session that was good, of a role that is no more: and another of the same name does not make it good again. */
async function sessionOfDeletedRole(): Promise<Credentials> {
  const iam = new IAM(server.client)
  const UserName = "assumer"
  await iam.createUser({ UserName })
  await iam.putUserPolicy({ UserName, PolicyName: "assume", PolicyDocument: statement("sts:AssumeRole") })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const role = { RoleName: "gone", AssumeRolePolicyDocument: statement("sts:AssumeRole", { AWS: server.account }) }
  const { Role } = await iam.createRole(role)
  const sts = new STS(server.clientOf(credentials))
  const { Credentials: given } = await sts.assumeRole({ RoleArn: Role!.Arn, RoleSessionName: "session" })
  const found = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  }
  assert.ok((await new STS(server.clientOf(found)).getCallerIdentity({})).Arn)
  await iam.deleteRole({ RoleName: "gone" })
  await iam.createRole(role)
  return found
}

const CALLS: [string, string, (session: Credentials) => Promise<unknown>][] = [
  [
    "STS, where any principal may ask",
    "InvalidClientTokenId",
    (s) => new STS(server.clientOf(s)).getCallerIdentity({}),
  ],
  ["IAM", "InvalidClientTokenId", (s) => new IAM(server.clientOf(s)).listRoles({})],
  ["DynamoDB", "UnrecognizedClientException", (s) => new DynamoDB(server.clientOf(s)).listTables({})],
  ["S3", "InvalidAccessKeyId", (s) => new S3({ ...server.clientOf(s), forcePathStyle: true }).listBuckets({})],
]
for (const [service, name, call] of CALLS)
  test(`${service} does not know the session of a role that was deleted`, async () => {
    await assert.rejects(call(session), { name })
  })
