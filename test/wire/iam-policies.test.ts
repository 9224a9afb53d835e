import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, refused, trust } from "./iam-world.ts"

describe("managed policies", () => {
  let server: TestServer
  let iam: IAMClient
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
  })
  after(() => server[Symbol.asyncDispose]())
  async function create(PolicyName: string, PolicyDocument = allow("s3:*"), more: object = {}): Promise<string> {
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument, ...more }))
    return Policy!.Arn!
  }

  it("are made, read and listed", async () => {
    const Tags = [{ Key: "a", Value: "b" }]
    const PolicyArn = await create("First", allow("s3:*"), { Path: "/p/", Description: "about", Tags })
    assert.equal(PolicyArn, `arn:aws:iam::${server.account}:policy/p/First`)
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    assert.match(Policy!.PolicyId!, /^ANPA[A-Z2-7]{17}$/)
    assert.deepEqual(
      [Policy?.DefaultVersionId, Policy?.AttachmentCount, Policy?.IsAttachable, Policy?.Description, Policy?.Tags],
      ["v1", 0, true, "about", Tags],
    )
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }))
    assert.equal(decodeURIComponent(PolicyVersion!.Document!), allow("s3:*"))
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }))
    assert.deepEqual(
      Policies?.map(({ Arn }) => Arn),
      [PolicyArn],
    )
    await refused(
      create("FIRST"),
      "EntityAlreadyExists",
      409,
      "A policy called FIRST already exists. Duplicate names are not allowed.",
    )
    await refused(create("bad", "{"), "MalformedPolicyDocument", 400, "Syntax errors in policy.")
    await refused(
      create("bad", allow("s3:*").replace("2012-10-17", "2008-10-17")),
      "MalformedPolicyDocument",
      400,
      "Policy document must be version 2012-10-17 or greater.",
    )
    await refused(
      create("bad", allow("s3:*", `arn:aws:s3:::${"x".repeat(6144)}`)),
      "LimitExceeded",
      409,
      "Cannot exceed quota for PolicySize: 6144",
    )
  })

  it("have five versions, of which one counts", async () => {
    const PolicyArn = await create("Versioned", allow("s3:*"))
    const eve = await createPerson(server, "eve")
    await iam.send(new AttachUserPolicyCommand({ UserName: "eve", PolicyArn }))
    const list = () => eve.iam.send(new ListUsersCommand({}))
    const add = (document: string, SetAsDefault = false) =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document, SetAsDefault }))
    await refused(list(), "AccessDenied", 403)
    await add(allow("iam:ListUsers"))
    await refused(list(), "AccessDenied", 403)
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v2" }))
    await list()
    const { PolicyVersion } = await add(allow("s3:*"), true)
    assert.deepEqual([PolicyVersion?.VersionId, PolicyVersion?.IsDefaultVersion], ["v3", true])
    await refused(list(), "AccessDenied", 403)
    await add(allow("s3:*"))
    await add(allow("s3:*"))
    await refused(add(allow("s3:*")), "LimitExceeded", 409, /^A managed policy can have up to 5 versions\./)
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
    assert.deepEqual(
      Versions?.map(({ VersionId }) => VersionId),
      ["v5", "v4", "v3", "v2", "v1"],
    )
    const remove = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    await refused(remove("v3"), "DeleteConflict", 409, "Cannot delete the default version of a policy.")
    await refused(
      remove("v9"),
      "NoSuchEntity",
      404,
      `Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
    )
    const drop = () => iam.send(new DeletePolicyCommand({ PolicyArn }))
    await refused(drop(), "DeleteConflict", 409, "Cannot delete a policy attached to entities.")
    await iam.send(new DetachUserPolicyCommand({ UserName: "eve", PolicyArn }))
    await refused(drop(), "DeleteConflict", 409, /^This policy has more than one version\./)
    for (const version of ["v1", "v2", "v4", "v5"]) await remove(version)
    await drop()
    await refused(drop(), "NoSuchEntity", 404, `Policy ${PolicyArn} was not found.`)
  })

  it("know who uses them", async () => {
    const PolicyArn = await create("Used")
    const AssumeRolePolicyDocument = trust({ Service: "ec2.amazonaws.com" })
    await iam.send(new CreateRoleCommand({ RoleName: "user-of", AssumeRolePolicyDocument }))
    await createPerson(server, "bounded")
    await iam.send(new AttachRolePolicyCommand({ RoleName: "user-of", PolicyArn }))
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: "bounded", PermissionsBoundary: PolicyArn }))
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    assert.deepEqual([Policy?.AttachmentCount, Policy?.PermissionsBoundaryUsageCount], [1, 1])
    const entities = async (more: object) => {
      const found = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, ...more }))
      return [found.PolicyRoles?.map((one) => one.RoleName), found.PolicyUsers?.map((one) => one.UserName)]
    }
    assert.deepEqual(await entities({}), [["user-of"], ["bounded"]])
    assert.deepEqual(await entities({ EntityFilter: "Role" }), [["user-of"], []])
    assert.deepEqual(await entities({ PolicyUsageFilter: "PermissionsBoundary" }), [[], ["bounded"]])
    const used = await iam.send(new ListPoliciesCommand({ OnlyAttached: true }))
    assert.deepEqual(
      used.Policies?.map(({ Arn }) => Arn),
      [PolicyArn],
    )
    await refused(iam.send(new DeletePolicyCommand({ PolicyArn })), "DeleteConflict", 409)
  })

  it("have tags", async () => {
    const PolicyArn = await create("Tagged")
    await iam.send(
      new TagPolicyCommand({
        PolicyArn,
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      }),
    )
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ["a"] }))
    assert.deepEqual((await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags, [{ Key: "b", Value: "2" }])
  })

  it("of AWS can be read by all and changed by nobody", async () => {
    const PolicyArn = "arn:aws:iam::aws:policy/PowerUserAccess"
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy!.DefaultVersionId }),
    )
    assert.deepEqual(JSON.parse(decodeURIComponent(PolicyVersion!.Document!)).Statement[0].NotAction, [
      "iam:*",
      "organizations:*",
      "account:*",
    ])
    const reader = await createPerson(server, "reader", allow("iam:GetPolicy", PolicyArn))
    await reader.iam.send(new GetPolicyCommand({ PolicyArn }))
    const other = "arn:aws:iam::aws:policy/AdministratorAccess"
    await refused(
      reader.iam.send(new GetPolicyCommand({ PolicyArn: other })),
      "AccessDenied",
      403,
      `User: ${reader.arn} is not authorized to perform: iam:GetPolicy on resource: policy ${other} because no identity-based policy allows the iam:GetPolicy action`,
    )
    await refused(iam.send(new DeletePolicyCommand({ PolicyArn })), "AccessDenied", 403)
    await refused(
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow("s3:*") })),
      "AccessDenied",
      403,
    )
    const names: string[] = []
    let Marker: string | undefined
    do {
      const page: { Policies?: { PolicyName?: string }[]; Marker?: string } = await iam.send(
        new ListPoliciesCommand({ Scope: "AWS", MaxItems: 5, Marker }),
      )
      names.push(...page.Policies!.map(({ PolicyName }) => PolicyName!))
      Marker = page.Marker
    } while (Marker)
    assert.equal(new Set(names).size, names.length)
    assert.ok(names.includes("AdministratorAccess") && names.includes("AWSLambdaBasicExecutionRole"))
  })
})
