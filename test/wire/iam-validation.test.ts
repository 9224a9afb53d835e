import { after, before, describe, it } from "node:test"
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, policy, refused, trust } from "./iam-world.ts"

const EC2 = trust({ Service: "ec2.amazonaws.com" })
const NAME = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
const PATH = "It must begin and end with / and contain only alphanumeric characters and/or / characters."

describe("how IAM tells of bad values", () => {
  let server: TestServer
  let root: IAMClient
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
  })
  after(() => server[Symbol.asyncDispose]())
  const is = (call: Promise<unknown>, text: string) => refused(call, "ValidationError", 400, text)

  it("has words of its own for names, paths and documents", async () => {
    await is(
      root.send(new CreateRoleCommand({ RoleName: "a b", AssumeRolePolicyDocument: EC2 })),
      `The specified value for roleName is invalid. ${NAME}`,
    )
    await is(
      root.send(new UpdateUserCommand({ UserName: "a", NewUserName: "a/b" })),
      `The specified value for newUserName is invalid. ${NAME}`,
    )
    await is(
      root.send(new CreatePolicyCommand({ PolicyName: "a:b", PolicyDocument: allow("s3:*") })),
      `The specified value for policyName is invalid. ${NAME}`,
    )
    await is(
      root.send(new CreateUserCommand({ UserName: "a", Path: "team" })),
      `The specified value for path is invalid. ${PATH}`,
    )
    await is(
      root.send(new ListRolesCommand({ PathPrefix: "team" })),
      "The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.",
    )
    await is(
      root.send(new PutUserPolicyCommand({ UserName: "a", PolicyName: "p", PolicyDocument: "{\u2028}" })),
      "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
    )
  })

  it("refuses documents with values that no operator can read", async () => {
    await root.send(new CreateUserCommand({ UserName: "dated" }))
    const PolicyDocument = policy({
      Effect: "Deny",
      Action: "s3:*",
      Resource: "*",
      Condition: { DateGreaterThan: { "aws:CurrentTime": "not-a-date" } },
    })
    for (const command of [
      new CreatePolicyCommand({ PolicyName: "dated", PolicyDocument }),
      new PutUserPolicyCommand({ UserName: "dated", PolicyName: "dated", PolicyDocument }),
    ])
      await refused(
        root.send(command as CreatePolicyCommand),
        "MalformedPolicyDocument",
        400,
        "The policy failed legacy parsing",
      )
    const Condition = { IpAddress: { "aws:SourceIp": "10.0.0.0/33" } }
    const AssumeRolePolicyDocument = trust({ Service: "ec2.amazonaws.com" }, { Condition })
    await refused(
      root.send(new CreateRoleCommand({ RoleName: "dated", AssumeRolePolicyDocument })),
      "MalformedPolicyDocument",
      400,
      "Syntax error in policy.",
    )
    const path = policy({ Action: "iam:GetUser", Resource: "arn:aws:iam:::example_bucket" })
    await refused(
      root.send(new CreatePolicyCommand({ PolicyName: "path", PolicyDocument: path })),
      "MalformedPolicyDocument",
      400,
      /^IAM resource path must either be "\*" or start with user\//,
    )
    const empty = policy({ Action: "s3:*", Resource: "*", Condition: { StringEquals: {} } })
    await root.send(new CreatePolicyCommand({ PolicyName: "empty", PolicyDocument: empty }))
  })

  it("takes a trust of identity pools that says of whose users it speaks", async () => {
    const create = (RoleName: string, claim: object) =>
      root.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: policy({
            Principal: { Federated: "cognito-identity.amazonaws.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: claim,
          }),
        }),
      )
    const key = (claim: string) => `cognito-identity.amazonaws.com:${claim}`
    await create("any", { "ForAnyValue:StringLike": { [key("amr")]: "authenticated" } })
    await create("one", { StringEquals: { [key("sub")]: "us-east-1:12345678-1234-1234-1234-123456789012" } })
    await refused(
      create("all", { StringLike: { [key("sub")]: "*" } }),
      "MalformedPolicyDocument",
      400,
      "A condition block must be present for the Cognito provider",
    )
  })

  it("has the usual words for lengths, bounds and enums", async () => {
    const long = "x".repeat(65)
    await is(
      root.send(new GetRoleCommand({ RoleName: long })),
      `1 validation error detected: Value '${long}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    )
    await is(
      root.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: EC2, MaxSessionDuration: 60 })),
      "1 validation error detected: Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
    )
    await is(
      root.send(
        new UpdateAccessKeyCommand({ UserName: "a", AccessKeyId: "AKIA0123456789ABCDEF", Status: "Off" as never }),
      ),
      "1 validation error detected: Value 'Off' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Expired, Active, Inactive]",
    )
  })

  it("counts all that is wrong", async () => {
    const long = " ".repeat(65)
    await is(
      root.send(new GetRoleCommand({ RoleName: long })),
      `2 validation errors detected: Value '${long}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64; The specified value for roleName is invalid. ${NAME}`,
    )
  })
})
