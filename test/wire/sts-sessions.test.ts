import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { GetUserCommand, IAMClient, ListUsersCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import {
  allow,
  createPerson,
  credentialsOf,
  type Person,
  policy,
  refused,
  clientsOf as usualClientsOf,
} from "./iam-world.ts"

type Credentials = ReturnType<typeof credentialsOf>

/** Sessions of users do not get at IAM, so other services show what they may do. */
const clientsOf = (server: TestServer, credentials: Credentials) => {
  const clients = usualClientsOf(server, credentials)
  const tables = new DynamoDBClient(clients.options)
  const buckets = new S3Client(clients.options)
  return {
    ...clients,
    listTables: () => tables.send(new ListTablesCommand({})),
    describeTable: () => tables.send(new DescribeTableCommand({ TableName: "some-table" })),
    listBuckets: () => buckets.send(new ListBucketsCommand({})),
  }
}

const INVALID = "The security token included in the request is invalid."

describe("sessions of users", () => {
  let server: TestServer
  let root: IAMClient
  let rootSts: STSClient
  let alice: Person
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
    rootSts = new STSClient(server.client)
    alice = await createPerson(
      server,
      "alice",
      allow(["iam:*", "dynamodb:List*", "s3:List*", "sts:GetFederationToken"]),
    )
  })
  after(() => server[Symbol.asyncDispose]())

  it("say who one is, whatever a policy denies", async () => {
    const mute = await createPerson(server, "mute", policy({ Effect: "Deny", Action: "*", Resource: "*" }))
    const { Arn, Account, UserId } = await mute.sts.send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, mute.arn)
    assert.equal(Account, server.account)
    assert.match(UserId!, /^AIDA/)
    await mute.sts.send(new GetSessionTokenCommand({}))
    await refused(mute.sts.send(new GetFederationTokenCommand({ Name: "bob" })), "AccessDenied", 403, /explicit deny/)
  })

  it("GetSessionToken gives the user for a while", async () => {
    const session = clientsOf(
      server,
      credentialsOf(await alice.sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }))),
    )
    assert.equal((await session.sts.send(new GetCallerIdentityCommand({}))).Arn, alice.arn)
    await session.listTables()
    await refused(session.describeTable(), "AccessDeniedException", 400)
    await refused(session.iam.send(new GetUserCommand({})), "InvalidClientTokenId", 403, INVALID)
    await refused(
      session.sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "bm9uc2Vuc2U" })),
      "AccessDenied",
      403,
    )
    const text = "Cannot call GetSessionToken with session credentials"
    await refused(session.sts.send(new GetSessionTokenCommand({})), "AccessDenied", 403, text)
    const federation = "Cannot call GetFederationToken with session credentials"
    await refused(session.sts.send(new GetFederationTokenCommand({ Name: "bob" })), "AccessDenied", 403, federation)
    await refused(alice.sts.send(new GetSessionTokenCommand({ DurationSeconds: 60 })), "ValidationError", 400)
    await refused(alice.sts.send(new GetSessionTokenCommand({ TokenCode: "123456" })), "AccessDenied", 403)
    const forRoot = await rootSts.send(new GetSessionTokenCommand({ DurationSeconds: 7200 }))
    assert.ok(forRoot.Credentials!.Expiration!.getTime() - Date.now() <= 3600 * 1000)
  })

  it("GetFederationToken gives no more than its policies and the user have in common", async () => {
    const { PackedPolicySize } = await alice.sts.send(new GetFederationTokenCommand({ Name: "bare" }))
    assert.equal(PackedPolicySize, 0)
    const federate = async (more: object = {}) => {
      const answer = await alice.sts.send(new GetFederationTokenCommand({ Name: "bob", ...more }))
      return { answer, ...clientsOf(server, credentialsOf(answer)) }
    }
    const bare = await federate()
    const arn = `arn:aws:sts::${server.account}:federated-user/bob`
    assert.deepEqual(bare.answer.FederatedUser, { FederatedUserId: `${server.account}:bob`, Arn: arn })
    assert.equal((await bare.sts.send(new GetCallerIdentityCommand({}))).Arn, arn)
    await refused(bare.listTables(), "AccessDeniedException", 400)
    const scoped = await federate({ Policy: allow(["dynamodb:*", "iam:*", "sts:*"]) })
    await scoped.listTables()
    await refused(scoped.listBuckets(), "AccessDenied", 403, /no session policy/)
    await refused(scoped.describeTable(), "AccessDeniedException", 400, /no identity-based policy/)
    await refused(scoped.iam.send(new ListUsersCommand({})), "InvalidClientTokenId", 403, INVALID)
    const RoleArn = `arn:aws:iam::${server.account}:role/any`
    await refused(scoped.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "one" })), "AccessDenied", 403)
    const managed = await federate({ PolicyArns: [{ arn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }] })
    await managed.listBuckets()
    await refused(
      alice.sts.send(new GetFederationTokenCommand({ Name: "bob", Tags: [{ Key: "a", Value: "b" }] })),
      "AccessDenied",
      403,
      /sts:TagSession/,
    )
    const byRoot = await rootSts.send(
      new GetFederationTokenCommand({ Name: "rr", Policy: allow("dynamodb:ListTables") }),
    )
    const ofRoot = clientsOf(server, credentialsOf(byRoot))
    await ofRoot.listTables()
    await refused(ofRoot.listBuckets(), "AccessDenied", 403)
  })

  it("GetAccessKeyInfo knows whose a key is", async () => {
    const { accessKeyId } = alice.credentials
    const { Account } = await rootSts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }))
    assert.equal(Account, server.account)
    const { Credentials } = await alice.sts.send(new GetSessionTokenCommand({}))
    const ofSession = await alice.sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: Credentials!.AccessKeyId }))
    assert.equal(ofSession.Account, server.account)
    await refused(
      rootSts.send(new GetAccessKeyInfoCommand({ AccessKeyId: "not-a-key-of-ours" })),
      "ValidationError",
      400,
    )
  })

  it("DecodeAuthorizationMessage opens nothing but our own", async () => {
    const decode = (sts: STSClient, EncodedMessage: string) =>
      sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }))
    await refused(decode(rootSts, "bm9uc2Vuc2U"), "InvalidAuthorizationMessageException", 400)
    await refused(decode(alice.sts, "bm9uc2Vuc2U"), "AccessDenied", 403)
  })

  it("stop being what a renamed or deleted user was", async () => {
    const gone = await createPerson(server, "gone", allow("dynamodb:List*"))
    const session = clientsOf(server, credentialsOf(await gone.sts.send(new GetSessionTokenCommand({}))))
    await session.listTables()
    await root.send(new PutUserPolicyCommand({ UserName: "gone", PolicyName: "own", PolicyDocument: allow("s3:*") }))
    await refused(session.listTables(), "AccessDeniedException", 400)
  })
})
