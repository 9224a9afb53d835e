import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam"
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, clientsOf, createPerson, credentialsOf, type Person, policy, refused, trust } from "./iam-world.ts"

const READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"

const LONGER_THAN_CHAIN =
  "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."

describe("AssumeRole", () => {
  let server: TestServer
  let root: IAMClient
  let alice: Person
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
    alice = await createPerson(server, "alice")
  })
  after(() => server[Symbol.asyncDispose]())

  async function role(RoleName: string, AssumeRolePolicyDocument: string, more: object = {}): Promise<string> {
    const { Role } = await root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }))
    return Role!.Arn!
  }
  const assume = (RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}, who: { sts: STSClient } = alice) =>
    who.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "work", ...more }))
  const entered = async (...input: Parameters<typeof assume>) =>
    clientsOf(server, credentialsOf(await assume(...input)))
  const notAllowed = (who: string, action: string, arn: string) =>
    new RegExp(`^User: ${who} is not authorized to perform: ${action} on resource: ${arn}\\b`)

  it("lets in whom the trust policy names, without any other permission", async () => {
    const arn = await role("named", trust({ AWS: alice.arn }), { Path: "/deep/" })
    const answer = await assume(arn)
    assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${server.account}:assumed-role/named/work`)
    assert.match(answer.AssumedRoleUser!.AssumedRoleId!, /^AROA\w{17}:work$/)
    assert.match(answer.Credentials!.AccessKeyId!, /^ASIA/)
    assert.equal(answer.PackedPolicySize, undefined)
    const seconds = (answer.Credentials!.Expiration!.getTime() - Date.now()) / 1000
    assert.ok(seconds > 3500 && seconds <= 3600, `${seconds}`)
    const session = clientsOf(server, credentialsOf(answer))
    const identity = await session.sts.send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, answer.AssumedRoleUser?.Arn)
    assert.equal(identity.UserId, answer.AssumedRoleUser?.AssumedRoleId)
  })

  it("asks both sides where the trust policy names the account", async () => {
    const arn = await role("delegated", trust({ AWS: server.account }))
    const text = `User: ${alice.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn} because no identity-based policy allows the sts:AssumeRole action`
    await refused(assume(arn), "AccessDenied", 403, text)
    const PolicyName = "assume"
    await root.send(
      new PutUserPolicyCommand({ UserName: "alice", PolicyName, PolicyDocument: allow("sts:AssumeRole", arn) }),
    )
    await assume(arn)
    await root.send(new DeleteUserPolicyCommand({ UserName: "alice", PolicyName }))
    await refused(assume(arn), "AccessDenied", 403, text)
  })

  it("refuses in the same words whom it does not trust and a role that is not there", async () => {
    const arn = await role("stranger", trust({ Service: "ec2.amazonaws.com" }))
    await refused(assume(arn), "AccessDenied", 403, notAllowed(alice.arn, "sts:AssumeRole", arn))
    const none = arn.replace("stranger", "none")
    await refused(assume(none), "AccessDenied", 403, notAllowed(alice.arn, "sts:AssumeRole", none))
    const [a, b] = await Promise.all([assume(arn), assume(none)].map((call) => call.catch((error) => error.message)))
    assert.equal(String(a).replaceAll("stranger", "none"), b)
  })

  it("refuses the root user, whatever the trust policy says", async () => {
    const arn = await role("everybody", trust({ AWS: "*" }))
    await assume(arn)
    const sts = new STSClient(server.client)
    await refused(assume(arn, {}, { sts }), "AccessDenied", 403, "Roles may not be assumed by root accounts.")
  })

  it("refuses what is no ARN of a role", async () => {
    for (const arn of ["nothing-valid-in-here", "arn::b:::something/test-role", "arn:aws:iam::123456789012:user/alice"])
      await refused(assume(arn), "ValidationError", 400, `${arn} is invalid`)
    await refused(
      assume("arn:aws:iam::123456789012:role/x", { RoleSessionName: "Session1:2" }),
      "ValidationError",
      400,
      "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    )
  })

  it("honours conditions: the external id, and the name of the session", async () => {
    const condition = { StringEquals: { "sts:ExternalId": "secret" }, StringLike: { "sts:RoleSessionName": "wo*" } }
    const arn = await role("conditional", trust({ AWS: alice.arn }, { Condition: condition }))
    await assume(arn, { ExternalId: "secret" })
    await refused(assume(arn), "AccessDenied", 403)
    await refused(assume(arn, { ExternalId: "guess" }), "AccessDenied", 403)
    await refused(assume(arn, { ExternalId: "secret", RoleSessionName: "play" }), "AccessDenied", 403)
  })

  it("lasts as long as asked, within the role's maximum", async () => {
    const arn = await role("long", trust({ AWS: alice.arn }), { MaxSessionDuration: 7200 })
    const { Credentials } = await assume(arn, { DurationSeconds: 7200 })
    assert.ok(Credentials!.Expiration!.getTime() - Date.now() > 7100 * 1000)
    await refused(
      assume(arn, { DurationSeconds: 7201 }),
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    await refused(assume(arn, { DurationSeconds: 899 }), "ValidationError", 400)
    await refused(assume(arn, { DurationSeconds: 43201 }), "ValidationError", 400)
  })

  it("is limited to an hour by role chaining", async () => {
    const first = await role("first", trust({ AWS: alice.arn }))
    const second = await role("second", trust({ AWS: first }), { MaxSessionDuration: 7200 })
    const session = await entered(first)
    await assume(second, { DurationSeconds: 3600 }, session)
    await refused(assume(second, { DurationSeconds: 3601 }, session), "ValidationError", 400, LONGER_THAN_CHAIN)
  })

  it("is limited to an hour by temporary credentials of any kind", async () => {
    const arn = await role("hourly", trust({ AWS: alice.arn }), { MaxSessionDuration: 7200 })
    const { Credentials } = await alice.sts.send(new GetSessionTokenCommand({}))
    const session = clientsOf(server, credentialsOf({ Credentials }))
    await assume(arn, { DurationSeconds: 3600 }, session)
    await refused(assume(arn, { DurationSeconds: 7200 }, session), "ValidationError", 400, LONGER_THAN_CHAIN)
    await assume(arn, { DurationSeconds: 7200 })
  })

  it("takes effect at once when a policy is attached or detached, and ends with the role", async () => {
    const arn = await role("living", trust({ AWS: alice.arn }))
    const { iam } = await entered(arn)
    const list = () => iam.send(new ListUsersCommand({}))
    await refused(list(), "AccessDenied", 403)
    await root.send(new AttachRolePolicyCommand({ RoleName: "living", PolicyArn: READ_ONLY }))
    await list()
    await root.send(new DetachRolePolicyCommand({ RoleName: "living", PolicyArn: READ_ONLY }))
    await refused(list(), "AccessDenied", 403)
    await root.send(new DeleteRoleCommand({ RoleName: "living" }))
    await role("living", trust({ AWS: alice.arn }))
    await root.send(new AttachRolePolicyCommand({ RoleName: "living", PolicyArn: READ_ONLY }))
    await assert.rejects(list())
  })

  it("is limited by session policies", async () => {
    const arn = await role("limited", trust({ AWS: alice.arn }))
    await root.send(new AttachRolePolicyCommand({ RoleName: "limited", PolicyArn: READ_ONLY }))
    const inline = await entered(arn, { Policy: allow("iam:ListUsers") })
    await inline.iam.send(new ListUsersCommand({}))
    const text = / because no session policy allows the iam:ListRoles action$/
    await refused(inline.iam.send(new ListRolesCommand({})), "AccessDenied", 403, text)
    const managed = await entered(arn, { PolicyArns: [{ arn: "arn:aws:iam::aws:policy/AmazonS3FullAccess" }] })
    await refused(managed.iam.send(new ListRolesCommand({})), "AccessDenied", 403, text)
    const both = await entered(arn, { Policy: allow("s3:*"), PolicyArns: [{ arn: READ_ONLY }] })
    await both.iam.send(new ListRolesCommand({}))
    const { PackedPolicySize } = await assume(arn, { Policy: allow("s3:*") })
    assert.ok(PackedPolicySize! > 0 && PackedPolicySize! <= 100)
    await refused(assume(arn, { Policy: "{" }), "MalformedPolicyDocument", 400)
    await refused(assume(arn, { Policy: allow("s3:*", `arn:aws:s3:::${"x".repeat(2048)}`) }), "ValidationError", 400)
    await refused(
      assume(arn, { PolicyArns: [{ arn: "arn:aws:iam::aws:policy/None" }] }),
      "MalformedPolicyDocument",
      400,
    )
  })

  it("passes session tags where the trust policy lets them pass", async () => {
    const Tags = [{ Key: "team", Value: "blue" }]
    const plain = await role("untaggable", trust({ AWS: alice.arn }))
    await refused(assume(plain, { Tags }), "AccessDenied", 403, notAllowed(alice.arn, "sts:TagSession", plain))
    const tagging = (Condition?: object) =>
      policy({
        Principal: { AWS: alice.arn },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        ...(Condition && { Condition }),
      })
    const arn = await role("taggable", tagging())
    await root.send(new TagRoleCommand({ RoleName: "taggable", Tags: [{ Key: "Team", Value: "red" }] }))
    await root.send(
      new PutUserPolicyCommand({ UserName: "alice", PolicyName: "unused", PolicyDocument: allow("s3:*") }),
    )
    const answer = await assume(arn, { Tags })
    assert.ok(answer.PackedPolicySize! > 0)

    const guarded = await role("guarded", tagging({ StringEquals: { "aws:RequestTag/team": "blue" } }))
    await assume(guarded, { Tags })
    await refused(assume(guarded, { Tags: [{ Key: "team", Value: "red" }] }), "AccessDenied", 403)
    await refused(assume(guarded), "AccessDenied", 403)

    const clash = [...Tags, { Key: "TEAM", Value: "x" }]
    await refused(
      assume(arn, { Tags: clash }),
      "InvalidParameterValue",
      400,
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
    await refused(
      assume(arn, { Tags, TransitiveTagKeys: ["other"] }),
      "InvalidParameterValue",
      400,
      "The specified transitive tag key must be included in the requested tags.",
    )
    const many = Array.from({ length: 9 }, (_, i) => ({ Key: `T${i + 1}`, Value: "a".repeat(250) }))
    await refused(
      assume(arn, { Tags: many }),
      "PackedPolicyTooLarge",
      400,
      "Packed size of session tags consumes 498% of allotted space.",
    )
  })

  it("judges by the session's tags, over the role's, and hands transitive ones on", async () => {
    const document = policy({
      Action: "iam:GetUser",
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } },
    })
    const taggable = (principal: string) =>
      policy({ Principal: { AWS: principal }, Action: ["sts:AssumeRole", "sts:TagSession"] })
    const one = await role("one", taggable(alice.arn), { Tags: [{ Key: "Team", Value: "red" }] })
    const two = await role("two", taggable(one))
    for (const RoleName of ["one", "two"])
      await root.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: document }))
    const getUser = (who: { iam: IAMClient }) => who.iam.send(new GetUserCommand({ UserName: "alice" }))

    await refused(getUser(await entered(one)), "AccessDenied", 403)
    const tagged = { Tags: [{ Key: "team", Value: "blue" }], TransitiveTagKeys: ["team"] }
    const first = await entered(one, tagged)
    await getUser(first)
    await getUser(await entered(two, {}, first))
    await refused(
      assume(two, { Tags: [{ Key: "team", Value: "red" }] }, first),
      "InvalidParameterValue",
      400,
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
    const loose = await entered(one, { Tags: tagged.Tags })
    await refused(getUser(await entered(two, {}, loose)), "AccessDenied", 403)
  })

  it("keeps a source identity through the chain", async () => {
    const source = (principal: string) =>
      policy({ Principal: { AWS: principal }, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] })
    const first = await role("source-1", source(alice.arn))
    const second = await role("source-2", source(first))
    const closed = await role("source-3", trust({ AWS: first }))
    const answer = await assume(first, { SourceIdentity: "alice" })
    assert.equal(answer.SourceIdentity, "alice")
    const session = clientsOf(server, credentialsOf(answer))
    const chained = await assume(second, {}, session)
    assert.equal(chained.SourceIdentity, "alice")
    await refused(assume(second, { SourceIdentity: "bob" }, session), "AccessDenied", 403)
    await refused(assume(closed, {}, session), "AccessDenied", 403, /sts:SetSourceIdentity/)
    const plain = await role("source-4", trust({ AWS: alice.arn }))
    await refused(assume(plain, { SourceIdentity: "alice" }), "AccessDenied", 403, /sts:SetSourceIdentity/)
  })

  it("knows no MFA device", async () => {
    const arn = await role("mfa", trust({ AWS: alice.arn }))
    const SerialNumber = `arn:aws:iam::${server.account}:mfa/alice`
    await refused(
      assume(arn, { SerialNumber, TokenCode: "123456" }),
      "AccessDenied",
      403,
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    )
    await refused(
      assume(arn, { SerialNumber }),
      "AccessDenied",
      403,
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    )
    const condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } }
    const guarded = await role("mfa-only", trust({ AWS: alice.arn }, { Condition: condition }))
    await refused(assume(guarded), "AccessDenied", 403)
  })

  it("does not let in a user who was made anew under the trusted name", async () => {
    const bob = await createPerson(server, "bob")
    const arn = await role("trusts-bob", trust({ AWS: bob.arn }))
    await assume(arn, {}, bob)
    const { accessKeyId } = bob.credentials
    await root.send(new DeleteAccessKeyCommand({ UserName: "bob", AccessKeyId: accessKeyId }))
    await refused(assume(arn, {}, bob), "InvalidClientTokenId", 403)
    await root.send(new DeleteUserCommand({ UserName: "bob" }))
    await root.send(new CreateUserCommand({ UserName: "bob" }))
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: "bob" }))
    const again = clientsOf(server, {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    })
    await refused(assume(arn, {}, again), "AccessDenied", 403, notAllowed(bob.arn, "sts:AssumeRole", arn))
  })
})
