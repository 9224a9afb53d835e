import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteInstanceProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteUserCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  GetGroupCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, clientsOf, createPerson, policy, refused, trust } from "./iam-world.ts"

const EC2 = trust({ Service: "ec2.amazonaws.com" })

describe("whom IAM's requests are about", () => {
  let server: TestServer
  let root: IAMClient
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
  })
  after(() => server[Symbol.asyncDispose]())
  const arn = (path: string) => `arn:aws:iam::${server.account}:${path}`

  it("is found by a name in any case, and told by its own", async () => {
    await root.send(new CreateUserCommand({ UserName: "Una", Path: "/p/" }))
    await root.send(new CreateGroupCommand({ GroupName: "Guild" }))
    await root.send(new CreateRoleCommand({ RoleName: "Role", AssumeRolePolicyDocument: EC2 }))
    await root.send(new CreateInstanceProfileCommand({ InstanceProfileName: "Profile" }))
    const { User } = await root.send(new GetUserCommand({ UserName: "UNA" }))
    assert.equal(User?.Arn, arn("user/p/Una"))
    assert.equal((await root.send(new GetRoleCommand({ RoleName: "role" }))).Role?.RoleName, "Role")
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: "una" }))
    assert.equal(AccessKey?.UserName, "Una")
    const { AccessKeyMetadata } = await root.send(new ListAccessKeysCommand({ UserName: "uNA" }))
    assert.deepEqual(
      AccessKeyMetadata?.map(({ UserName }) => UserName),
      ["Una"],
    )
    await root.send(new AddUserToGroupCommand({ GroupName: "GUILD", UserName: "UNA" }))
    const members = await root.send(new GetGroupCommand({ GroupName: "guild" }))
    assert.equal(members.Group?.GroupName, "Guild")
    assert.equal(members.Users?.[0]?.UserName, "Una")
    await root.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "PROFILE", RoleName: "ROLE" }))
    const profile = await root.send(new GetInstanceProfileCommand({ InstanceProfileName: "profile" }))
    assert.equal(profile.InstanceProfile?.InstanceProfileName, "Profile")
    assert.equal(profile.InstanceProfile?.Roles?.[0]?.RoleName, "Role")
    await refused(
      root.send(new DeleteInstanceProfileCommand({ InstanceProfileName: "profile" })),
      "DeleteConflict",
      409,
    )
    await root.send(new RemoveUserFromGroupCommand({ GroupName: "guild", UserName: "una" }))
    await root.send(new DeleteGroupCommand({ GroupName: "guild" }))
    await root.send(new DeleteAccessKeyCommand({ UserName: "una", AccessKeyId: AccessKey?.AccessKeyId }))
    await root.send(new DeleteUserCommand({ UserName: "una" }))
    const text = "The user with name una cannot be found."
    await refused(root.send(new GetUserCommand({ UserName: "una" })), "NoSuchEntity", 404, text)
  })

  it("is judged by the ARN that it has, however its name was written", async () => {
    const person = await createPerson(server, "Judge")
    const may = (...statements: object[]) =>
      root.send(
        new PutUserPolicyCommand({ UserName: "JUDGE", PolicyName: "own", PolicyDocument: policy(...statements) }),
      )
    const get = () => person.iam.send(new GetUserCommand({ UserName: "judge" }))
    await may({ Action: "iam:GetUser", Resource: arn("user/Judge") })
    assert.equal((await get()).User?.UserName, "Judge")
    await may({ Action: "iam:GetUser", Resource: arn("user/judge") })
    await refused(get(), "AccessDenied", 403, /on resource: user judge because/)
    await may(
      { Action: "iam:GetUser", Resource: "*" },
      { Effect: "Deny", Action: "iam:GetUser", Resource: arn("user/Judge") },
    )
    await refused(get(), "AccessDenied", 403, /with an explicit deny in an identity-based policy/)
  })

  it("has an ARN whose case does matter", async () => {
    const { arn: user, sts } = await createPerson(server, "Caller")
    await root.send(new CreateRoleCommand({ RoleName: "Cased", AssumeRolePolicyDocument: trust({ AWS: user }) }))
    const assume = (name: string) =>
      sts.send(new AssumeRoleCommand({ RoleArn: arn(`role/${name}`), RoleSessionName: "session" }))
    await assume("Cased")
    await refused(assume("cased"), "AccessDenied", 403)
    const PolicyDocument = trust({ AWS: arn("user/CALLER") })
    await refused(
      root.send(new UpdateAssumeRolePolicyCommand({ RoleName: "cased", PolicyDocument })),
      "MalformedPolicyDocument",
      400,
      `Invalid principal in policy: "AWS":"${arn("user/CALLER")}"`,
    )
  })

  it("is the root user, for its own access keys", async () => {
    const idsOf = async (iam: IAMClient) => {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({}))
      return AccessKeyMetadata.map(({ AccessKeyId, Status, UserName }) => [AccessKeyId, Status, UserName])
    }
    const own = server.client.credentials.accessKeyId
    assert.deepEqual(await idsOf(root), [[own, "Active", undefined]])
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({}))
    assert.equal(AccessKey?.UserName, undefined)
    const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    const made = clientsOf(server, credentials)
    const { Arn, UserId } = await made.sts.send(new GetCallerIdentityCommand({}))
    assert.deepEqual([Arn, UserId], [arn("root"), server.account])
    assert.deepEqual(
      (await idsOf(made.iam)).sort(),
      [
        [own, "Active", undefined],
        [credentials.accessKeyId, "Active", undefined],
      ].sort(),
    )
    await refused(root.send(new CreateAccessKeyCommand({})), "LimitExceeded", 409)
    const used = await root.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: credentials.accessKeyId }))
    assert.equal(used.UserName, undefined)
    await root.send(new GenerateCredentialReportCommand({}))
    const report = Buffer.from((await root.send(new GetCredentialReportCommand({}))).Content!).toString()
    const [header, first] = report.split("\n").map((line) => line.split(","))
    assert.equal(first?.[header!.indexOf("access_key_1_active")], "true")
    assert.equal(first?.[header!.indexOf("access_key_2_active")], "true")

    const status = { AccessKeyId: credentials.accessKeyId, Status: "Inactive" } as const
    await root.send(new UpdateAccessKeyCommand(status))
    await refused(made.sts.send(new GetCallerIdentityCommand({})), "InvalidClientTokenId", 403)
    await root.send(new DeleteAccessKeyCommand({ AccessKeyId: credentials.accessKeyId }))
    assert.deepEqual(await idsOf(root), [[own, "Active", undefined]])
    await refused(root.send(new DeleteAccessKeyCommand({ AccessKeyId: own })), "UnmodifiableEntity", 400)
    await refused(
      root.send(new UpdateAccessKeyCommand({ AccessKeyId: own, Status: "Inactive" })),
      "UnmodifiableEntity",
      400,
    )
    await refused(root.send(new DeleteAccessKeyCommand({ AccessKeyId: credentials.accessKeyId })), "NoSuchEntity", 404)
  })

  it("is the root user, who has no devices, and nobody where a role asks", async () => {
    assert.deepEqual((await root.send(new ListMFADevicesCommand({}))).MFADevices, [])
    const person = await createPerson(server, "assuming", allow("iam:*"))
    const { Role } = await root.send(
      new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument: trust({ AWS: person.arn }) }),
    )
    const { Credentials } = await person.sts.send(
      new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: "session" }),
    )
    const session = clientsOf(server, {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    })
    const text = "Must specify userName when calling with non-User credentials"
    for (const command of [new ListAccessKeysCommand({}), new CreateAccessKeyCommand({}), new GetUserCommand({})])
      await refused(session.iam.send(command as ListAccessKeysCommand), "ValidationError", 400, text)
  })

  it("has a device's name that a serial number has room for, or no device at all", async () => {
    const create = (name: string, Path?: string) =>
      root.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name, ...(Path && { Path }) }))
    const longest = "n".repeat(254 - arn("mfa/").length)
    for (const [name, Path] of [[`${longest}n`], ["n".repeat(2953)], [longest, "/a/"]] as const)
      await refused(create(name, Path), "ValidationError", 400, /virtualMFADeviceName.*less than or equal to \d+$/)
    assert.deepEqual((await root.send(new ListVirtualMFADevicesCommand({}))).VirtualMFADevices, [])
    const { VirtualMFADevice } = await create(longest)
    assert.equal(VirtualMFADevice?.SerialNumber?.length, 254)
    assert.ok(VirtualMFADevice?.QRCodePNG?.length)
  })

  it("may be gone already where it is a provider", async () => {
    const remove = (OpenIDConnectProviderArn: string) =>
      root.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
    const { OpenIDConnectProviderArn } = await root.send(
      new CreateOpenIDConnectProviderCommand({ Url: "https://login.example.com" }),
    )
    for (let times = 0; times < 2; times++) await remove(OpenIDConnectProviderArn!)
    await remove(arn("oidc-provider/never.example.com"))
  })
})
