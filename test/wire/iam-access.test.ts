import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AttachUserPolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, type Person, policy, refused, trust } from "./iam-world.ts"

const EC2 = trust({ Service: "ec2.amazonaws.com" })
const S3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"

describe("who may do what in IAM", () => {
  let server: TestServer
  let root: IAMClient
  let person: Person
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
    person = await createPerson(server, "operator")
  })
  after(() => server[Symbol.asyncDispose]())
  const arn = (path: string) => `arn:aws:iam::${server.account}:${path}`
  const may = (...statements: object[]) =>
    root.send(
      new PutUserPolicyCommand({ UserName: "operator", PolicyName: "own", PolicyDocument: policy(...statements) }),
    )
  const role = (RoleName: string, more: object = {}) =>
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: EC2, ...more })

  it("names what is refused as IAM does", async () => {
    await may({ Action: "s3:*", Resource: "*" })
    const cases: [call: Promise<unknown>, action: string, resource: string][] = [
      [person.iam.send(new GetRoleCommand({ RoleName: "r" })), "iam:GetRole", "role r"],
      [person.iam.send(role("r", { Path: "/a/" })), "iam:CreateRole", arn("role/a/r")],
      [person.iam.send(new ListRolesCommand({})), "iam:ListRoles", arn("role/")],
      [
        person.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: "r", PermissionsBoundary: S3 })),
        "iam:PutRolePermissionsBoundary",
        arn("role/r"),
      ],
      [
        person.iam.send(new TagUserCommand({ UserName: "u", Tags: [{ Key: "a", Value: "b" }] })),
        "iam:TagUser",
        "user u",
      ],
    ]
    for (const [call, action, resource] of cases)
      await refused(
        call,
        "AccessDenied",
        403,
        `User: ${person.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      )
  })

  it("matches the whole ARN, path and all, of what a request names by its name", async () => {
    await root.send(role("pathed", { Path: "/team/" }))
    await may({ Action: "iam:GetRole", Resource: arn("role/pathed") })
    await refused(person.iam.send(new GetRoleCommand({ RoleName: "pathed" })), "AccessDenied", 403)
    await may({ Action: "iam:GetRole", Resource: arn("role/team/*") })
    await person.iam.send(new GetRoleCommand({ RoleName: "pathed" }))
    await may({ Action: "iam:*", Resource: "*" }, { Effect: "Deny", Action: "iam:*", Resource: arn("role/team/*") })
    await refused(
      person.iam.send(new DeleteRoleCommand({ RoleName: "pathed" })),
      "AccessDenied",
      403,
      / with an explicit deny in an identity-based policy$/,
    )
  })

  it("asks for the tag permission when something is made with tags", async () => {
    await may({ Action: "iam:CreateRole", Resource: "*" })
    await person.iam.send(role("bare"))
    const Tags = [{ Key: "team", Value: "blue" }]
    await refused(person.iam.send(role("tagged", { Tags })), "AccessDenied", 403, /iam:TagRole/)
    await may({
      Action: ["iam:CreateRole", "iam:TagRole"],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestTag/team": "blue" } },
    })
    await person.iam.send(role("tagged", { Tags }))
    await refused(person.iam.send(role("red", { Tags: [{ Key: "team", Value: "red" }] })), "AccessDenied", 403)
  })

  it("knows the tags and the boundary of what it is about", async () => {
    await may({
      Action: ["iam:TagRole", "iam:PutRolePolicy"],
      Resource: "*",
      Condition: { StringEquals: { "iam:ResourceTag/team": "blue" } },
    })
    const tag = (RoleName: string) =>
      person.iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "x", Value: "y" }] }))
    await root.send(role("blue", { Tags: [{ Key: "team", Value: "blue" }], PermissionsBoundary: S3 }))
    await root.send(role("green", { Tags: [{ Key: "team", Value: "green" }] }))
    await tag("blue")
    await refused(tag("green"), "AccessDenied", 403)
    await may({
      Action: "iam:PutRolePolicy",
      Resource: "*",
      Condition: { ArnEquals: { "iam:PermissionsBoundary": S3 } },
    })
    const put = (RoleName: string) =>
      person.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: allow("s3:*") }))
    await put("blue")
    await refused(put("green"), "AccessDenied", 403)
  })

  it("limits what may be made and attached: boundary and policy", async () => {
    await may(
      { Action: "iam:CreateUser", Resource: "*", Condition: { StringEquals: { "iam:PermissionsBoundary": S3 } } },
      { Action: "iam:AttachUserPolicy", Resource: "*", Condition: { ArnEquals: { "iam:PolicyARN": S3 } } },
    )
    await refused(person.iam.send(new CreateUserCommand({ UserName: "free" })), "AccessDenied", 403)
    await refused(
      person.iam.send(new CreateUserCommand({ UserName: "free", PermissionsBoundary: ADMIN })),
      "AccessDenied",
      403,
    )
    await person.iam.send(new CreateUserCommand({ UserName: "held", PermissionsBoundary: S3 }))
    await person.iam.send(new AttachUserPolicyCommand({ UserName: "held", PolicyArn: S3 }))
    await refused(
      person.iam.send(new AttachUserPolicyCommand({ UserName: "held", PolicyArn: ADMIN })),
      "AccessDenied",
      403,
    )
  })

  it("simulates what it would decide", async () => {
    await may(
      { Sid: "Own", Action: "s3:*", Resource: "arn:aws:s3:::own/${aws:username}/*" },
      { Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" },
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::other/*", Condition: { StringEquals: { "s3:prefix": "a" } } },
    )
    const { EvaluationResults } = await root.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: person.arn,
        ActionNames: ["s3:GetObject", "s3:DeleteObject"],
        ResourceArns: ["arn:aws:s3:::own/operator/x", "arn:aws:s3:::other/x"],
      }),
    )
    assert.deepEqual(
      EvaluationResults?.map((one) => [one.EvalActionName, one.EvalResourceName, one.EvalDecision]),
      [
        ["s3:GetObject", "arn:aws:s3:::own/operator/x", "allowed"],
        ["s3:GetObject", "arn:aws:s3:::other/x", "implicitDeny"],
        ["s3:DeleteObject", "arn:aws:s3:::own/operator/x", "explicitDeny"],
        ["s3:DeleteObject", "arn:aws:s3:::other/x", "explicitDeny"],
      ],
    )
    const [allowed, missing] = EvaluationResults ?? []
    // AWS has the missing keys beside the resource where resources are named (API Reference, "EvaluationResult").
    assert.deepEqual(missing?.MissingContextValues, [])
    assert.deepEqual(missing?.ResourceSpecificResults?.[0]?.MissingContextValues, ["s3:prefix"])
    const statement = {
      SourcePolicyId: "user_operator_own",
      SourcePolicyType: "IAM Policy",
      StartPosition: { Line: 1, Column: 39 },
      EndPosition: { Line: 1, Column: 132 },
    }
    const specific = {
      EvalResourceName: "arn:aws:s3:::own/operator/x",
      EvalResourceDecision: "allowed",
      MatchedStatements: [statement],
      MissingContextValues: [],
    }
    assert.deepEqual(allowed, {
      EvalActionName: "s3:GetObject",
      EvalResourceName: "arn:aws:s3:::own/operator/x",
      EvalDecision: "allowed",
      EvalDecisionDetails: {},
      MatchedStatements: [statement],
      MissingContextValues: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      ResourceSpecificResults: [specific],
    })
    const pageOf = (Marker?: string) =>
      root.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: person.arn,
          ActionNames: Array.from({ length: 1000 }, (_, i) => `s3:Action${i}`),
          ResourceArns: Array.from({ length: 500 }, (_, i) => `arn:aws:s3:::own/${i}`),
          MaxItems: 600,
          ...(Marker !== undefined && { Marker }),
        }),
      )
    const first = await pageOf()
    assert.equal(first.EvaluationResults?.length, 600)
    assert.equal(first.EvaluationResults?.at(-1)?.EvalResourceName, "arn:aws:s3:::own/99")
    const second = await pageOf(first.Marker)
    assert.equal(second.EvaluationResults?.[0]?.EvalActionName, "s3:Action1")
    assert.equal(second.EvaluationResults?.[0]?.EvalResourceName, "arn:aws:s3:::own/100")
    const custom = await root.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [allow("s3:*")],
        PermissionsBoundaryPolicyInputList: [allow("s3:Get*")],
        ActionNames: ["s3:GetObject", "s3:PutObject"],
        ContextEntries: [{ ContextKeyName: "aws:username", ContextKeyValues: ["x"], ContextKeyType: "string" }],
      }),
    )
    assert.deepEqual(
      custom.EvaluationResults?.map((one) => [
        one.EvalDecision,
        one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
      ]),
      [
        ["allowed", true],
        ["implicitDeny", false],
      ],
    )
    const [whole] = custom.EvaluationResults ?? []
    assert.equal(whole?.MatchedStatements?.[0]?.SourcePolicyId, "PolicyInputList.1")
    assert.equal(whole?.ResourceSpecificResults, undefined)
    assert.equal(whole?.EvalDecisionDetails, undefined)
    await refused(
      root.send(new SimulateCustomPolicyCommand({ PolicyInputList: ["{"], ActionNames: ["s3:GetObject"] })),
      "InvalidInput",
      400,
    )
    await refused(
      root.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn("user/ghost"), ActionNames: ["s3:GetObject"] }),
      ),
      "NoSuchEntity",
      404,
    )
  })
})
