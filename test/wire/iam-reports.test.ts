import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  GetCredentialReportCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts"
import { eventually } from "../harness/eventually.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, clientsOf, createPerson, credentialsOf, type Person, policy, refused, trust } from "./iam-world.ts"

describe("what IAM tells of an account", () => {
  let server: TestServer
  let root: IAMClient
  let person: Person
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
    person = await createPerson(server, "rita")
  })
  after(() => server[Symbol.asyncDispose]())

  it("tells when keys and roles were used last", async () => {
    const { Role } = await root.send(
      new CreateRoleCommand({ RoleName: "used", AssumeRolePolicyDocument: trust({ AWS: person.arn }) }),
    )
    const roleUse = async () => (await root.send(new GetRoleCommand({ RoleName: "used" }))).Role?.RoleLastUsed
    assert.equal((await roleUse())?.LastUsedDate, undefined)
    const session = clientsOf(
      server,
      credentialsOf(await person.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: "one" }))),
    )
    assert.equal((await roleUse())?.LastUsedDate, undefined)
    await session.sts.send(new GetCallerIdentityCommand({}))
    const used = await eventually(async () => {
      const use = await roleUse()
      return use?.LastUsedDate && use
    })
    assert.equal(used.Region, "us-east-1")

    const { AccessKeyLastUsed, UserName } = await root.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: person.credentials.accessKeyId }),
    )
    assert.equal(UserName, "rita")
    assert.equal(AccessKeyLastUsed?.ServiceName, "sts")
    assert.ok(AccessKeyLastUsed?.LastUsedDate)
  })

  it("reports on everybody's credentials", async () => {
    await refused(root.send(new GetCredentialReportCommand({})), "ReportNotPresent", 410)
    assert.equal((await root.send(new GenerateCredentialReportCommand({}))).State, "STARTED")
    assert.equal((await root.send(new GenerateCredentialReportCommand({}))).State, "COMPLETE")
    const { Content, ReportFormat } = await root.send(new GetCredentialReportCommand({}))
    assert.equal(ReportFormat, "text/csv")
    const [header, first, rita] = Buffer.from(Content!)
      .toString()
      .split("\n")
      .map((line) => line.split(","))
    assert.equal(header?.length, 22)
    assert.equal(first?.[0], "<root_account>")
    assert.equal(first?.length, 22)
    assert.equal(rita?.length, 22)
    const cell = (column: string) => rita?.[header!.indexOf(column)]
    assert.equal(cell("user"), "rita")
    assert.equal(cell("arn"), person.arn)
    assert.equal(cell("password_enabled"), "false")
    assert.equal(cell("mfa_active"), "false")
    assert.equal(cell("access_key_1_active"), "true")
    assert.equal(cell("access_key_1_last_used_service"), "sts")
    assert.equal(cell("access_key_2_active"), "false")
  })

  it("makes roles for services, which nobody else changes", async () => {
    const AWSServiceName = "email.cognito-idp.amazonaws.com"
    const create = (more: object = {}) => root.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, ...more }))
    await refused(
      create({ CustomSuffix: "x" }),
      "InvalidInput",
      400,
      `Custom suffix is not allowed for ${AWSServiceName}`,
    )
    await refused(
      create({ AWSServiceName: "none.amazonaws.com" }),
      "InvalidInput",
      400,
      "Service linked role cannot be created for none.amazonaws.com: Hallpass does not know the name that AWS gives its role.",
    )
    const { Role } = await create()
    const RoleName = "AWSServiceRoleForAmazonCognitoIdpEmailService"
    assert.equal(Role?.Arn, `arn:aws:iam::${server.account}:role/aws-service-role/${AWSServiceName}/${RoleName}`)
    await refused(
      create(),
      "InvalidInput",
      400,
      `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
    )
    const { AttachedPolicies } = await root.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    const PolicyName = "AmazonCognitoIdpEmailServiceRolePolicy"
    assert.deepEqual(AttachedPolicies, [
      { PolicyName, PolicyArn: `arn:aws:iam::aws:policy/aws-service-role/${PolicyName}` },
    ])
    for (const Description of ["sends mail", ""]) {
      await root.send(new UpdateRoleCommand({ RoleName, Description }))
      const described = await root.send(new GetRoleCommand({ RoleName }))
      assert.equal(described.Role?.Description, Description)
    }
    const elsewhere = await create({ AWSServiceName: "elasticbeanstalk.amazonaws.com" })
    assert.equal(elsewhere.Role?.RoleName, "AWSServiceRoleForElasticBeanstalk")
    const suffixed = await create({ AWSServiceName: "lexv2.amazonaws.com", CustomSuffix: "a" })
    assert.equal(suffixed.Role?.RoleName, "AWSServiceRoleForLexV2Bots_a")
    const isProtected = `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`
    await refused(root.send(new DeleteRoleCommand({ RoleName })), "UnmodifiableEntity", 400, isProtected)
    await refused(
      root.send(new UpdateRoleCommand({ RoleName, Description: "x", MaxSessionDuration: 7200 })),
      "UnmodifiableEntity",
      400,
      isProtected,
    )
    await refused(
      root.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: allow("s3:*") })),
      "UnmodifiableEntity",
      400,
      isProtected,
    )
    await refused(
      root.send(
        new CreateRoleCommand({
          RoleName: "mine",
          Path: "/aws-service-role/x.amazonaws.com/",
          AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
        }),
      ),
      "InvalidInput",
      400,
    )

    await root.send(
      new PutUserPolicyCommand({
        UserName: "rita",
        PolicyName: "own",
        PolicyDocument: policy({
          Action: "iam:CreateServiceLinkedRole",
          Resource: "*",
          Condition: { StringLike: { "iam:AWSServiceName": "batch.amazonaws.com" } },
        }),
      }),
    )
    await person.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "batch.amazonaws.com" }))
    await refused(
      person.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ecs.amazonaws.com" })),
      "AccessDenied",
      403,
      /on resource: arn:aws:iam::\d+:role\/aws-service-role\/ecs\.amazonaws\.com\/AWSServiceRoleForECS because/,
    )

    const { DeletionTaskId } = await root.send(new DeleteServiceLinkedRoleCommand({ RoleName }))
    assert.ok(DeletionTaskId?.startsWith(`task/aws-service-role/${AWSServiceName}/${RoleName}/`))
    const { Status } = await root.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }))
    assert.equal(Status, "SUCCEEDED")
    await refused(root.send(new GetRoleCommand({ RoleName })), "NoSuchEntity", 404)
    await refused(
      root.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId: "task/none" })),
      "NoSuchEntity",
      404,
    )
    await root.send(
      new CreateRoleCommand({ RoleName: "plain", AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }) }),
    )
    await refused(root.send(new DeleteServiceLinkedRoleCommand({ RoleName: "plain" })), "InvalidInput", 400)
  })

  it("names the keys that policies ask for", async () => {
    const document = policy({
      Action: "s3:*",
      Resource: "arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/team, 'none'}/${*}",
      Condition: { StringLike: { "s3:prefix": ["${aws:userid}/*", "x"] }, Bool: { "aws:SecureTransport": "true" } },
    })
    const custom = await root.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [document] }))
    assert.deepEqual(custom.ContextKeyNames?.sort(), [
      "aws:PrincipalTag/team",
      "aws:SecureTransport",
      "aws:userid",
      "aws:username",
      "s3:prefix",
    ])
    await root.send(new PutUserPolicyCommand({ UserName: "rita", PolicyName: "own", PolicyDocument: document }))
    const own = await root.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: person.arn }))
    assert.deepEqual(own.ContextKeyNames?.sort(), custom.ContextKeyNames)
    await refused(root.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: ["{"] })), "InvalidInput", 400)
  })

  it("knows the paths and the tags of instance profiles", async () => {
    await root.send(
      new CreateInstanceProfileCommand({
        InstanceProfileName: "profile",
        Path: "/team/",
        Tags: [{ Key: "team", Value: "blue" }],
      }),
    )
    const may = (Resource: string, value: string) =>
      root.send(
        new PutUserPolicyCommand({
          UserName: "rita",
          PolicyName: "own",
          PolicyDocument: policy({
            Action: "iam:GetInstanceProfile",
            Resource: `arn:aws:iam::${server.account}:instance-profile/${Resource}`,
            Condition: { StringEquals: { "aws:ResourceTag/team": value } },
          }),
        }),
      )
    const get = () => person.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "profile" }))
    await may("profile", "blue")
    await refused(get(), "AccessDenied", 403)
    await may("team/profile", "red")
    await refused(get(), "AccessDenied", 403)
    await may("team/profile", "blue")
    await get()
  })
})
