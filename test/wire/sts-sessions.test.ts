import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import {
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, clientsOf, createPerson, credentialsOf, type Person, policy, refused } from "./iam-world.ts"

describe("sessions of users", () => {
  let server: TestServer
  let root: IAMClient
  let rootSts: STSClient
  let alice: Person
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
    rootSts = new STSClient(server.client)
    alice = await createPerson(server, "alice", allow(["iam:List*", "sts:GetFederationToken"]))
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
    await refused(session.iam.send(new GetUserCommand({})), "AccessDenied", 403)
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
    const federate = async (more: object = {}) => {
      const answer = await alice.sts.send(new GetFederationTokenCommand({ Name: "bob", ...more }))
      return { answer, ...clientsOf(server, credentialsOf(answer)) }
    }
    const bare = await federate()
    const arn = `arn:aws:sts::${server.account}:federated-user/bob`
    assert.deepEqual(bare.answer.FederatedUser, { FederatedUserId: `${server.account}:bob`, Arn: arn })
    assert.equal((await bare.sts.send(new GetCallerIdentityCommand({}))).Arn, arn)
    await refused(bare.iam.send(new ListUsersCommand({})), "AccessDenied", 403)
    const scoped = await federate({ Policy: allow(["iam:ListUsers", "iam:GetUser"]) })
    await scoped.iam.send(new ListUsersCommand({}))
    await refused(scoped.iam.send(new ListRolesCommand({})), "AccessDenied", 403, /no session policy/)
    await refused(
      scoped.iam.send(new GetUserCommand({ UserName: "alice" })),
      "AccessDenied",
      403,
      /no identity-based policy/,
    )
    const managed = await federate({ PolicyArns: [{ arn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess" }] })
    await managed.iam.send(new ListRolesCommand({}))
    await refused(
      alice.sts.send(new GetFederationTokenCommand({ Name: "bob", Tags: [{ Key: "a", Value: "b" }] })),
      "AccessDenied",
      403,
      /sts:TagSession/,
    )
    const byRoot = await rootSts.send(new GetFederationTokenCommand({ Name: "rr", Policy: allow("iam:ListUsers") }))
    const ofRoot = clientsOf(server, credentialsOf(byRoot))
    await ofRoot.iam.send(new ListUsersCommand({}))
    await refused(ofRoot.iam.send(new ListRolesCommand({})), "AccessDenied", 403)
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
    const gone = await createPerson(server, "gone", allow("iam:List*"))
    const session = clientsOf(server, credentialsOf(await gone.sts.send(new GetSessionTokenCommand({}))))
    await session.iam.send(new ListUsersCommand({}))
    await root.send(new PutUserPolicyCommand({ UserName: "gone", PolicyName: "own", PolicyDocument: allow("s3:*") }))
    await refused(session.iam.send(new ListUsersCommand({})), "AccessDenied", 403)
  })
})
