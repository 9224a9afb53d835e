import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, clientsOf, createPerson, refused } from "./iam-world.ts"

const READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"

describe("users and groups", () => {
  let server: TestServer
  let iam: IAMClient
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
  })
  after(() => server[Symbol.asyncDispose]())
  const arn = (path: string) => `arn:aws:iam::${server.account}:${path}`
  const user = (UserName: string, more: object = {}) => iam.send(new CreateUserCommand({ UserName, ...more }))
  const group = (GroupName: string, more: object = {}) => iam.send(new CreateGroupCommand({ GroupName, ...more }))

  it("are made, listed, renamed and deleted", async () => {
    const { User } = await user("Ann", { Path: "/staff/", Tags: [{ Key: "a", Value: "b" }] })
    assert.match(User!.UserId!, /^AIDA[A-Z2-7]{17}$/)
    assert.equal(User!.Arn, arn("user/staff/Ann"))
    assert.deepEqual(User!.Tags, [{ Key: "a", Value: "b" }])
    await refused(user("ANN"), "EntityAlreadyExists", 409, "User with name ANN already exists.")
    const { Users } = await iam.send(new ListUsersCommand({ PathPrefix: "/staff/" }))
    assert.deepEqual(
      Users?.map(({ UserName }) => UserName),
      ["Ann"],
    )
    await iam.send(new UpdateUserCommand({ UserName: "Ann", NewUserName: "Anna", NewPath: "/" }))
    const renamed = await iam.send(new GetUserCommand({ UserName: "Anna" }))
    assert.equal(renamed.User?.UserId, User?.UserId)
    assert.equal(renamed.User?.Arn, arn("user/Anna"))
    const gone = "The user with name Ann cannot be found."
    await refused(iam.send(new GetUserCommand({ UserName: "Ann" })), "NoSuchEntity", 404, gone)
    await user("Bea")
    const taken = iam.send(new UpdateUserCommand({ UserName: "Bea", NewUserName: "anna" }))
    await refused(taken, "EntityAlreadyExists", 409, "User with name anna already exists.")
    await iam.send(new DeleteUserCommand({ UserName: "Anna" }))
    await refused(iam.send(new DeleteUserCommand({ UserName: "Anna" })), "NoSuchEntity", 404)
  })

  it("cannot be deleted while something hangs on them", async () => {
    const UserName = "full"
    await user(UserName)
    await group("holding")
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument: allow("s3:*") }))
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: READ_ONLY }))
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: "holding" }))
    const refusedFor = (what: string) =>
      refused(
        iam.send(new DeleteUserCommand({ UserName })),
        "DeleteConflict",
        409,
        `Cannot delete entity, must ${what}.`,
      )
    await refusedFor("delete access keys first")
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey!.AccessKeyId }))
    await refusedFor("detach all policies first")
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: READ_ONLY }))
    await refusedFor("delete policies first")
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "p" }))
    await refusedFor("remove users from group first")
    const emptied = iam.send(new DeleteGroupCommand({ GroupName: "holding" }))
    await refused(emptied, "DeleteConflict", 409, "Cannot delete entity, must remove users from group first.")
    await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "holding" }))
    await iam.send(new DeleteUserCommand({ UserName }))
    await iam.send(new DeleteGroupCommand({ GroupName: "holding" }))
  })

  it("have policies of their own", async () => {
    const UserName = "rich"
    await user(UserName)
    const PolicyDocument = allow("s3:*")
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }))
    const got = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: "p" }))
    assert.equal(decodeURIComponent(got.PolicyDocument!), PolicyDocument)
    assert.deepEqual((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames, ["p"])
    const large = iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: "q",
        PolicyDocument: allow("s3:*", `arn:aws:s3:::${"x".repeat(2048)}`),
      }),
    )
    await refused(large, "LimitExceeded", 409, "Maximum policy size of 2048 bytes exceeded for user rich")
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: READ_ONLY }))
    const attached = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))
    assert.deepEqual(
      attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
      [READ_ONLY],
    )
    const GroupName = "rich-group"
    await group(GroupName)
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: "p", PolicyDocument }))
    await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: "p" }))
    assert.deepEqual((await iam.send(new ListGroupPoliciesCommand({ GroupName }))).PolicyNames, ["p"])
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: READ_ONLY }))
    const ofGroup = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }))
    assert.equal(ofGroup.AttachedPolicies?.length, 1)
    await iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn: READ_ONLY }))
    await iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: "p" }))
    await iam.send(new DeleteGroupCommand({ GroupName }))
  })

  it("have tags", async () => {
    await user("tagged")
    await iam.send(
      new TagUserCommand({
        UserName: "tagged",
        Tags: [
          { Key: "x", Value: "1" },
          { Key: "y", Value: "2" },
        ],
      }),
    )
    await iam.send(new UntagUserCommand({ UserName: "tagged", TagKeys: ["x"] }))
    const { Tags } = await iam.send(new ListUserTagsCommand({ UserName: "tagged" }))
    assert.deepEqual(Tags, [{ Key: "y", Value: "2" }])
  })

  it("belong together", async () => {
    for (const name of ["m1", "m2"]) await user(name)
    const { Group } = await group("members", { Path: "/g/" })
    assert.match(Group!.GroupId!, /^AGPA[A-Z2-7]{17}$/)
    for (const UserName of ["m2", "m1", "m1"])
      await iam.send(new AddUserToGroupCommand({ GroupName: "members", UserName }))
    const page = await iam.send(new GetGroupCommand({ GroupName: "members", MaxItems: 1 }))
    assert.deepEqual(
      page.Users?.map(({ UserName }) => UserName),
      ["m1"],
    )
    const rest = await iam.send(new GetGroupCommand({ GroupName: "members", Marker: page.Marker }))
    assert.deepEqual(
      rest.Users?.map(({ UserName }) => UserName),
      ["m2"],
    )
    await iam.send(new UpdateGroupCommand({ GroupName: "members", NewGroupName: "people", NewPath: "/" }))
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: "m1" }))
    assert.deepEqual(
      Groups?.map(({ Arn }) => Arn),
      [arn("group/people")],
    )
    await refused(group("PEOPLE"), "EntityAlreadyExists", 409, "Group with name PEOPLE already exists.")
    const unknown = iam.send(new AddUserToGroupCommand({ GroupName: "nobody", UserName: "m1" }))
    await refused(unknown, "NoSuchEntity", 404, "The group with name nobody cannot be found.")
    const { Groups: all } = await iam.send(new ListGroupsCommand({}))
    assert.ok(all?.some(({ GroupName }) => GroupName === "people"))
    for (let i = 0; i < 9; i++) {
      await group(`more-${i}`)
      await iam.send(new AddUserToGroupCommand({ GroupName: `more-${i}`, UserName: "m1" }))
    }
    await group("eleventh")
    const tooMany = iam.send(new AddUserToGroupCommand({ GroupName: "eleventh", UserName: "m1" }))
    await refused(tooMany, "LimitExceeded", 409, "Cannot exceed quota for GroupsPerUser: 10")
  })

  it("sign with access keys that can be switched off", async () => {
    const carl = await createPerson(server, "carl", allow("iam:*", arn("user/carl")))
    const { accessKeyId } = carl.credentials
    const who = () => carl.sts.send(new GetCallerIdentityCommand({}))
    assert.equal((await who()).Arn, arn("user/carl"))
    // The user may be left out: it is the one who signs.
    const { AccessKey } = await carl.iam.send(new CreateAccessKeyCommand({}))
    assert.equal(AccessKey?.UserName, "carl")
    assert.match(AccessKey!.SecretAccessKey!, /^[A-Za-z0-9+/]{40}$/)
    const limit = carl.iam.send(new CreateAccessKeyCommand({}))
    await refused(limit, "LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2")
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: "carl" }))
    assert.deepEqual(
      AccessKeyMetadata?.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]).sort(),
      [
        [accessKeyId, "Active"],
        [AccessKey!.AccessKeyId, "Active"],
      ].sort(),
    )
    const set = (Status: "Active" | "Inactive") =>
      iam.send(new UpdateAccessKeyCommand({ UserName: "carl", AccessKeyId: accessKeyId, Status }))
    await set("Inactive")
    await refused(who(), "InvalidClientTokenId", 403)
    await set("Active")
    await who()
    await iam.send(new UpdateUserCommand({ UserName: "carl", NewUserName: "karl" }))
    assert.equal((await who()).Arn, arn("user/karl"))
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }))
    assert.equal(used.UserName, "karl")
    const missing = { UserName: "karl", AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }
    const text = "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found."
    await refused(iam.send(new DeleteAccessKeyCommand(missing)), "NoSuchEntity", 404, text)
    await iam.send(new DeleteAccessKeyCommand({ UserName: "karl", AccessKeyId: accessKeyId }))
    await refused(who(), "InvalidClientTokenId", 403, "The security token included in the request is invalid.")
  })

  it("have what their groups allow, within their boundary", async () => {
    const dora = await createPerson(server, "dora")
    const list = () => dora.iam.send(new ListUsersCommand({}))
    await refused(list(), "AccessDenied", 403, / because no identity-based policy allows the iam:ListUsers action$/)
    await group("readers")
    await iam.send(new AddUserToGroupCommand({ GroupName: "readers", UserName: "dora" }))
    await refused(list(), "AccessDenied", 403)
    await iam.send(
      new PutGroupPolicyCommand({ GroupName: "readers", PolicyName: "p", PolicyDocument: allow("iam:List*") }),
    )
    await list()
    const boundary = (PermissionsBoundary: string) =>
      iam.send(new PutUserPermissionsBoundaryCommand({ UserName: "dora", PermissionsBoundary }))
    await boundary("arn:aws:iam::aws:policy/AmazonS3FullAccess")
    await refused(list(), "AccessDenied", 403, / because no permissions boundary allows the iam:ListUsers action$/)
    await boundary(READ_ONLY)
    await list()
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: "readers", UserName: "dora" }))
    await refused(list(), "AccessDenied", 403)
  })

  it("name the root user where it asks for itself", async () => {
    const { User } = await iam.send(new GetUserCommand({}))
    assert.equal(User?.Arn, arn("root"))
    assert.equal(User?.UserId, server.account)
    const nobody = clientsOf(server, { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" })
    await refused(nobody.iam.send(new GetUserCommand({})), "InvalidClientTokenId", 403)
  })
})
