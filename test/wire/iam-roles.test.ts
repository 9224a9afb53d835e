import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, policy, refused, trust } from "./iam-world.ts"

const EC2 = trust({ Service: "ec2.amazonaws.com" })

describe("roles", () => {
  let server: TestServer
  let iam: IAMClient
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
  })
  after(() => server[Symbol.asyncDispose]())
  const arn = (path: string) => `arn:aws:iam::${server.account}:${path}`

  it("are made with all they are given, and read back", async () => {
    const input = {
      RoleName: "whole",
      Path: "/team/a/",
      AssumeRolePolicyDocument: EC2,
      Description: "A role",
      MaxSessionDuration: 7200,
      PermissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",
      Tags: [{ Key: "Team", Value: "blue" }],
    }
    const created = await iam.send(new CreateRoleCommand(input))
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "whole" }))
    assert.equal(created.Role?.RoleId, Role?.RoleId)
    assert.match(Role!.RoleId!, /^AROA[A-Z2-7]{17}$/)
    assert.equal(Role!.Arn, arn("role/team/a/whole"))
    assert.equal(decodeURIComponent(Role!.AssumeRolePolicyDocument!), EC2)
    assert.equal(Role!.Description, "A role")
    assert.equal(Role!.MaxSessionDuration, 7200)
    assert.deepEqual(Role!.Tags, input.Tags)
    assert.deepEqual(Role!.PermissionsBoundary, {
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn: input.PermissionsBoundary,
    })
    assert.ok(Role!.CreateDate instanceof Date)
  })

  const creations: [what: string, input: object, code: string, status: number, message?: string | RegExp][] = [
    [
      "a name that is taken in another case",
      { RoleName: "WHOLE" },
      "EntityAlreadyExists",
      409,
      "Role with name WHOLE already exists.",
    ],
    ["a name of other characters", { RoleName: "no spaces" }, "ValidationError", 400],
    [
      "a trust policy that is no JSON",
      { AssumeRolePolicyDocument: "{" },
      "MalformedPolicyDocument",
      400,
      "This policy contains invalid Json",
    ],
    [
      "a trust policy with a resource",
      { AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }, { Resource: "*" }) },
      "MalformedPolicyDocument",
      400,
      "Has prohibited field Resource",
    ],
    [
      "a trust policy of other actions",
      { AssumeRolePolicyDocument: policy({ Principal: { AWS: "*" }, Action: "s3:GetObject" }) },
      "MalformedPolicyDocument",
      400,
      "AssumeRole policy may only specify STS AssumeRole actions.",
    ],
    [
      "a principal that does not exist",
      { AssumeRolePolicyDocument: trust({ AWS: "arn:aws:iam::123456789012:user/ghost" }) },
      "MalformedPolicyDocument",
      400,
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/ghost"',
    ],
    [
      "a trust policy that is too long",
      {
        AssumeRolePolicyDocument: trust(
          { Service: "ec2.amazonaws.com" },
          { Condition: { StringEquals: { "sts:ExternalId": "x".repeat(2048) } } },
        ),
      },
      "LimitExceeded",
      409,
      "Cannot exceed quota for ACLSizePerRole: 2048",
    ],
    [
      "two tags of one key",
      {
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "A", Value: "2" },
        ],
      },
      "InvalidInput",
      400,
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ],
    [
      "a boundary that does not exist",
      { PermissionsBoundary: "arn:aws:iam::aws:policy/NoSuchPolicy" },
      "NoSuchEntity",
      404,
      "Scope ARN: arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.",
    ],
    ["a session of a day", { MaxSessionDuration: 86400 }, "ValidationError", 400],
  ]
  for (const [what, input, code, status, message] of creations)
    it(`are refused for ${what}`, async () => {
      const whole = { RoleName: "refused", AssumeRolePolicyDocument: EC2, ...input }
      await refused(iam.send(new CreateRoleCommand(whole)), code, status, message)
      await refused(iam.send(new GetRoleCommand({ RoleName: "refused" })), "NoSuchEntity", 404)
    })

  it("are updated", async () => {
    await iam.send(new CreateRoleCommand({ RoleName: "changing", AssumeRolePolicyDocument: EC2 }))
    await iam.send(new UpdateRoleCommand({ RoleName: "changing", Description: "one", MaxSessionDuration: 3700 }))
    const { Role } = await iam.send(new UpdateRoleDescriptionCommand({ RoleName: "changing", Description: "two" }))
    assert.equal(Role?.Description, "two")
    assert.equal(Role?.MaxSessionDuration, 3700)
    const lambda = trust({ Service: "lambda.amazonaws.com" })
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "changing", PolicyDocument: lambda }))
    const after = await iam.send(new GetRoleCommand({ RoleName: "changing" }))
    assert.equal(decodeURIComponent(after.Role!.AssumeRolePolicyDocument!), lambda)
    await refused(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "changing", PolicyDocument: "[]" })),
      "MalformedPolicyDocument",
      400,
    )
    await refused(
      iam.send(new UpdateRoleCommand({ RoleName: "ghost" })),
      "NoSuchEntity",
      404,
      "The role with name ghost cannot be found.",
    )
  })

  it("are listed by path, in pages", async () => {
    for (const name of ["p3", "p1", "P2"])
      await iam.send(new CreateRoleCommand({ RoleName: name, Path: "/paged/", AssumeRolePolicyDocument: EC2 }))
    const list = (more: object) => iam.send(new ListRolesCommand({ PathPrefix: "/paged/", ...more }))
    const first = await list({ MaxItems: 2 })
    assert.deepEqual(
      first.Roles?.map(({ RoleName }) => RoleName),
      ["p1", "P2"],
    )
    assert.equal(first.IsTruncated, true)
    const second = await list({ MaxItems: 2, Marker: first.Marker })
    assert.deepEqual(
      second.Roles?.map(({ RoleName }) => RoleName),
      ["p3"],
    )
    assert.equal(second.IsTruncated, false)
    assert.equal(second.Marker, undefined)
    await refused(list({ Marker: "bogus" }), "ValidationError", 400)
    await refused(iam.send(new ListRolesCommand({ Marker: first.Marker })), "ValidationError", 400)
  })

  it("have tags", async () => {
    await iam.send(new CreateRoleCommand({ RoleName: "tagged", AssumeRolePolicyDocument: EC2 }))
    const tag = (Tags: { Key: string; Value: string }[]) => iam.send(new TagRoleCommand({ RoleName: "tagged", Tags }))
    await tag([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "" },
    ])
    await tag([{ Key: "A", Value: "2" }])
    await iam.send(new UntagRoleCommand({ RoleName: "tagged", TagKeys: ["B", "none"] }))
    const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: "tagged" }))
    assert.deepEqual(Tags, [{ Key: "a", Value: "2" }])
    await refused(tag([{ Key: "aws:x", Value: "1" }]), "ValidationError", 400)
    await tag(Array.from({ length: 49 }, (_, i) => ({ Key: `k${i}`, Value: "v" })))
    await refused(tag([{ Key: "last", Value: "v" }]), "LimitExceeded", 409)
  })

  it("have inline policies, percent-encoded when read", async () => {
    await iam.send(new CreateRoleCommand({ RoleName: "inline", AssumeRolePolicyDocument: EC2 }))
    const document = ' {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'.trim()
    const put = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName: "inline", PolicyName, PolicyDocument }))
    await put("b", document)
    await put("a", document)
    const names = await iam.send(new ListRolePoliciesCommand({ RoleName: "inline" }))
    assert.deepEqual(names.PolicyNames, ["a", "b"])
    const got = await iam.send(new GetRolePolicyCommand({ RoleName: "inline", PolicyName: "a" }))
    assert.match(got.PolicyDocument!, /^%7B%22Version%22%3A.*%2A%22%7D%7D$/)
    assert.equal(decodeURIComponent(got.PolicyDocument!), document)
    await refused(put("c", '{"Statement":1}'), "MalformedPolicyDocument", 400, "Syntax errors in policy.")
    await refused(
      put("c", policy({ Action: "s3:*", Resource: "*", Condition: { Strange: { a: "b" } } })),
      "MalformedPolicyDocument",
      400,
    )
    await refused(
      put("c", allow("s3:*", `arn:aws:s3:::${"x".repeat(10240)}`)),
      "LimitExceeded",
      409,
      "Maximum policy size of 10240 bytes exceeded for role inline",
    )
    const missing = { RoleName: "inline", PolicyName: "none" }
    const text = "The role policy with name none cannot be found."
    await refused(iam.send(new GetRolePolicyCommand(missing)), "NoSuchEntity", 404, text)
    await refused(iam.send(new DeleteRolePolicyCommand(missing)), "NoSuchEntity", 404, text)
    await refused(
      iam.send(new DeleteRoleCommand({ RoleName: "inline" })),
      "DeleteConflict",
      409,
      "Cannot delete entity, must delete policies first.",
    )
    for (const PolicyName of ["a", "b"]) await iam.send(new DeleteRolePolicyCommand({ RoleName: "inline", PolicyName }))
    await iam.send(new DeleteRoleCommand({ RoleName: "inline" }))
  })

  it("have managed policies, ten at most", async () => {
    const RoleName = "attached"
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: EC2 }))
    const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    const s3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    await attach(s3)
    await attach(s3)
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    assert.deepEqual(AttachedPolicies, [{ PolicyName: "AmazonS3ReadOnlyAccess", PolicyArn: s3 }])
    await refused(
      attach("arn:aws:iam::aws:policy/No"),
      "NoSuchEntity",
      404,
      "Policy arn:aws:iam::aws:policy/No does not exist or is not attachable.",
    )
    await refused(attach("longer-than-twenty-characters"), "ValidationError", 400, "Invalid ARN:  Could not be parsed!")
    await refused(
      iam.send(new DeleteRoleCommand({ RoleName })),
      "DeleteConflict",
      409,
      "Cannot delete entity, must detach all policies first.",
    )
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: s3 }))
    await refused(
      iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: s3 })),
      "NoSuchEntity",
      404,
      `Policy ${s3} was not found.`,
    )
    const { AttachedPolicies: none } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    assert.deepEqual(none, [])
  })

  it("have a boundary that can be set and taken away", async () => {
    const RoleName = "bounded"
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: EC2 }))
    const PermissionsBoundary = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
    assert.equal(Role?.PermissionsBoundary?.PermissionsBoundaryArn, PermissionsBoundary)
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
    const after = await iam.send(new GetRoleCommand({ RoleName }))
    assert.equal(after.Role?.PermissionsBoundary, undefined)
  })

  it("trust the very principal they named, not its namesake", async () => {
    await iam.send(new CreateUserCommand({ UserName: "once" }))
    const AssumeRolePolicyDocument = trust({ AWS: [arn("user/once"), arn("root")] })
    await iam.send(new CreateRoleCommand({ RoleName: "trusting", AssumeRolePolicyDocument }))
    const principals = async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: "trusting" }))
      return JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).Statement[0].Principal.AWS
    }
    assert.deepEqual(await principals(), [arn("user/once"), arn("root")])
    await iam.send(new DeleteUserCommand({ UserName: "once" }))
    const [id, root] = await principals()
    assert.match(id, /^AIDA[A-Z2-7]{17}$/)
    assert.equal(root, arn("root"))
    await iam.send(new CreateUserCommand({ UserName: "once" }))
    assert.deepEqual(await principals(), [id, root])
    await refused(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "trusting", PolicyDocument: trust({ AWS: id }) })),
      "MalformedPolicyDocument",
      400,
      `Invalid principal in policy: "AWS":"${id}"`,
    )
  })
})
