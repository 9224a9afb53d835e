import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AddCustomAttributesCommand,
  CognitoIdentityProvider,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolCommand,
  DeleteGroupCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetGroupCommand,
  GetUserPoolMfaConfigCommand,
  ListGroupsCommand,
  ListTagsForResourceCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  type SchemaAttributeType,
  SetUserPoolMfaConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateGroupCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { startServer } from "../harness/server.ts"
import { openWorld, refuses } from "./cognito-idp-world.ts"
import { allow, createPerson } from "./iam-world.ts"

describe("user pools", () => {
  test("have AWS's defaults, and get them back where an update leaves them out", async () => {
    await using world = await openWorld({ DeletionProtection: "ACTIVE", UserPoolTags: { team: "blue" } })
    const { idp, poolId } = world
    const describePool = async () => (await idp.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))).UserPool!
    const before = await describePool()
    assert.match(poolId, /^us-east-1_[0-9a-zA-Z]{9}$/)
    assert.equal(before.Arn, `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${poolId}`)
    assert.deepEqual(before.Policies!.PasswordPolicy, {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    })
    assert.deepEqual(
      [before.MfaConfiguration, before.DeletionProtection, before.UserPoolTier, before.EstimatedNumberOfUsers],
      ["OFF", "ACTIVE", "ESSENTIALS", 0],
    )
    assert.deepEqual(before.UserPoolTags, { team: "blue" })
    await refuses(
      idp.send(new DeleteUserPoolCommand({ UserPoolId: poolId })),
      "InvalidParameterException",
      "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
    )
    await idp.send(
      new UpdateUserPoolCommand({
        UserPoolId: poolId,
        Policies: { PasswordPolicy: { MinimumLength: 10 } },
        PoolName: "renamed",
      }),
    )
    const after = await describePool()
    assert.deepEqual(
      [after.Name, after.DeletionProtection, after.UserPoolTags],
      ["renamed", "INACTIVE", { team: "blue" }],
    )
    assert.equal(after.Policies!.PasswordPolicy!.RequireSymbols, false)
    await idp.send(new DeleteUserPoolCommand({ UserPoolId: poolId }))
    await refuses(describePool(), "ResourceNotFoundException", `User pool ${poolId} does not exist.`)
  })

  test("have a schema of standard and custom attributes", async () => {
    await using world = await openWorld({
      Schema: [
        // Without a type, as CDK and SAM write it.
        { Name: "email", Required: true, Mutable: true },
        { Name: "name", AttributeDataType: "String", StringAttributeConstraints: { MaxLength: "9" } },
        { Name: "updated_at", NumberAttributeConstraints: { MaxValue: "9" } },
        { Name: "custom:tier", AttributeDataType: "String", Mutable: true },
        { Name: "level", AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "1", MaxValue: "9" } },
        { Name: "hidden", AttributeDataType: "String", DeveloperOnlyAttribute: true },
      ],
    })
    const { idp, poolId } = world
    const add = (Name: string, more = {}) =>
      idp.send(
        new AddCustomAttributesCommand({
          UserPoolId: poolId,
          CustomAttributes: [{ Name, AttributeDataType: "String", ...more }],
        }),
      )
    await add("team")
    await refuses(
      add("team"),
      "InvalidParameterException",
      "custom:team: Existing attribute already has name custom:team.",
    )
    await refuses(
      add("x", { Required: true }),
      "InvalidParameterException",
      "Required custom attributes are not supported currently.",
    )
    await refuses(add("x".repeat(21)), "InvalidParameterException", /Member must have length less than or equal to 20/)
    const { UserPool } = await idp.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))
    const schema = new Map(UserPool!.SchemaAttributes!.map((attribute) => [attribute.Name, attribute]))
    assert.equal(schema.get("email")!.Required, true)
    assert.equal(schema.get("sub")!.Mutable, false)
    assert.deepEqual(schema.get("custom:level")!.NumberAttributeConstraints, { MinValue: "1", MaxValue: "9" })
    assert.deepEqual(schema.get("name")!.StringAttributeConstraints, { MinLength: "0", MaxLength: "9" })
    assert.deepEqual(schema.get("updated_at")!.NumberAttributeConstraints, { MinValue: "0", MaxValue: "9" })
    const custom = ["custom:team", "custom:level", "dev:custom:hidden", "custom:custom:tier"]
    assert.deepEqual(
      custom.map((name) => schema.get(name)?.Mutable),
      [false, false, false, true],
    )
    await refuses(
      idp.send(new CreateUserPoolCommand({ PoolName: "x", AliasAttributes: ["email"], UsernameAttributes: ["email"] })),
      "InvalidParameterException",
      "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
    )
  })

  const INVALID_TYPE = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
  const CHANGED_TYPE =
    "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"
  const of = (kind: "String" | "Number", name: string) =>
    `Invalid ${kind}AttributeConstraints for schema attribute ${name}`
  const lengths = (MinLength?: string, MaxLength?: string) => ({ StringAttributeConstraints: { MinLength, MaxLength } })
  const values = (MinValue?: string, MaxValue?: string) => ({ NumberAttributeConstraints: { MinValue, MaxValue } })
  const wrong: [attribute: SchemaAttributeType, message: string][] = [
    [{ Name: "foo" }, INVALID_TYPE],
    [{ Name: "email", AttributeDataType: "Number" }, CHANGED_TYPE],
    [{ Name: "email", DeveloperOnlyAttribute: true }, CHANGED_TYPE],
    [{ Name: "email", ...lengths("invalid_value") }, of("String", "email")],
    [{ Name: "email", ...lengths(undefined, "2049") }, of("String", "email")],
    [{ Name: "email", ...lengths("-1") }, of("String", "email")],
    [{ Name: "nickname", ...lengths("9", "8") }, of("String", "nickname")],
    // Shorter than what it has.
    [{ Name: "birthdate", ...lengths(undefined, "9") }, of("String", "birthdate")],
    [{ Name: "updated_at", ...values("1.5") }, of("Number", "updated_at")],
    [{ Name: "updated_at", ...values("2", "1") }, of("Number", "updated_at")],
    [{ Name: "updated_at", ...values(undefined, "-1") }, of("Number", "updated_at")],
    [{ Name: "tier", AttributeDataType: "String", ...lengths(undefined, "2049") }, of("String", "custom:tier")],
    [{ Name: "tier", AttributeDataType: "String", ...lengths("2", "1") }, of("String", "custom:tier")],
    [{ Name: "tier", AttributeDataType: "Number", ...values("x") }, of("Number", "custom:tier")],
    [{ Name: "tier", AttributeDataType: "Number", ...values(`9${"0".repeat(308)}`) }, of("Number", "custom:tier")],
  ]
  test("have no schema that AWS would not take", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    for (const [attribute, message] of wrong) {
      const create = new CreateUserPoolCommand({ PoolName: "x", Schema: [attribute] })
      await refuses(idp.send(create), "InvalidParameterException", message)
      if (!["foo", "tier"].includes(attribute.Name!)) continue
      const add = new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: [attribute] })
      await refuses(idp.send(add), "InvalidParameterException", message)
    }
  })

  test("are listed page by page, of one region", async () => {
    await using server = await startServer()
    const idp = new CognitoIdentityProviderClient(server.client)
    const elsewhere = new CognitoIdentityProviderClient({ ...server.client, region: "eu-west-1" })
    for (let i = 0; i < 5; i++) await idp.send(new CreateUserPoolCommand({ PoolName: `p${i}` }))
    const { UserPool } = await elsewhere.send(new CreateUserPoolCommand({ PoolName: "far" }))
    const names: string[] = []
    let NextToken: string | undefined
    do {
      const page = await idp.send(new ListUserPoolsCommand({ MaxResults: 2, NextToken }))
      names.push(...page.UserPools!.map(({ Name }) => Name!))
      NextToken = page.NextToken
    } while (NextToken)
    assert.deepEqual(names.sort(), ["p0", "p1", "p2", "p3", "p4"])
    await refuses(
      idp.send(new ListUserPoolsCommand({ MaxResults: 2, NextToken: "forged" })),
      "InvalidParameterException",
      /./,
    )
    await refuses(
      idp.send(new ListUserPoolsCommand({ MaxResults: 61 })),
      "InvalidParameterException",
      /^1 validation error detected/,
    )
    await refuses(
      idp.send(new DescribeUserPoolCommand({ UserPoolId: UserPool!.Id })),
      "ResourceNotFoundException",
      `User pool ${UserPool!.Id} does not exist.`,
    )
  })

  test("carry tags, which permissions can name", async () => {
    await using world = await openWorld({ UserPoolTags: { team: "blue" } })
    const { idp, poolId, server } = world
    const ResourceArn = `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${poolId}`
    await idp.send(new TagResourceCommand({ ResourceArn, Tags: { stage: "test" } }))
    await idp.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["team"] }))
    assert.deepEqual((await idp.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags, { stage: "test" })
    // Policies know the pool by one ARN.
    const elsewhere = ResourceArn.replace("arn:aws:", "arn:other:")
    await refuses(
      idp.send(new TagResourceCommand({ ResourceArn: elsewhere, Tags: { stage: "live" } })),
      "InvalidParameterException",
      "Invalid ARN.",
    )
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "cognito-idp:Describe*",
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceTag/stage": "test" } },
        },
      ],
    })
    const ann = new CognitoIdentityProviderClient((await createPerson(server, "ann", document)).options)
    assert.ok((await ann.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))).UserPool)
    await idp.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["stage"] }))
    await refuses(
      ann.send(new DescribeUserPoolCommand({ UserPoolId: poolId })),
      "AccessDeniedException",
      `User: arn:aws:iam::123456789012:user/ann is not authorized to perform: cognito-idp:DescribeUserPool on resource: ${ResourceArn} because no identity-based policy allows the cognito-idp:DescribeUserPool action`,
    )
  })

  test("remember their second factors", async () => {
    await using world = await openWorld()
    const { idp, poolId } = world
    await refuses(
      idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: poolId, MfaConfiguration: "ON" })),
      "InvalidParameterException",
      /MFA/,
    )
    const wanted = { MfaConfiguration: "OPTIONAL" as const, SoftwareTokenMfaConfiguration: { Enabled: true } }
    await idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: poolId, ...wanted }))
    const { $metadata, ...config } = await idp.send(new GetUserPoolMfaConfigCommand({ UserPoolId: poolId }))
    assert.deepEqual(config, wanted)
  })
})

describe("app clients", () => {
  test("are made, described, changed, listed and deleted", async () => {
    await using world = await openWorld()
    const { idp, poolId } = world
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({ UserPoolId: poolId, ClientName: "secret", GenerateSecret: true }),
    )
    const { ClientId, ClientSecret } = UserPoolClient!
    assert.match(ClientId!, /^[0-9a-z]{26}$/)
    assert.match(ClientSecret!, /^[0-9a-z]{51}$/)
    assert.deepEqual(
      [
        UserPoolClient!.RefreshTokenValidity,
        UserPoolClient!.EnableTokenRevocation,
        UserPoolClient!.AuthSessionValidity,
      ],
      [30, true, 3],
    )
    const described = await idp.send(new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId }))
    assert.deepEqual(described.UserPoolClient, UserPoolClient)
    const updated = await idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: poolId,
        ClientId,
        RefreshTokenValidity: 5,
        EnableTokenRevocation: false,
      }),
    )
    assert.deepEqual(
      [
        updated.UserPoolClient!.RefreshTokenValidity,
        updated.UserPoolClient!.ClientSecret,
        updated.UserPoolClient!.ClientName,
      ],
      [5, ClientSecret, "secret"],
    )
    const { UserPoolClients } = await idp.send(new ListUserPoolClientsCommand({ UserPoolId: poolId }))
    assert.equal(UserPoolClients!.length, 2)
    await idp.send(new DeleteUserPoolClientCommand({ UserPoolId: poolId, ClientId }))
    await refuses(
      idp.send(new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId })),
      "ResourceNotFoundException",
      `User pool client ${ClientId} does not exist.`,
    )
  })

  test("refuse settings that contradict each other", async () => {
    await using world = await openWorld()
    const cases: [Partial<CreateUserPoolClientRequest>, string | RegExp][] = [
      [{ ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] }, "REFRESH_TOKEN_AUTH should always be allowed."],
      [{ ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"] }, /legacy/],
      [{ ReadAttributes: ["custom:nope"] }, "Invalid read attributes specified while creating a client"],
      [{ WriteAttributes: ["sub"] }, "Invalid write attributes specified while creating a client"],
      [{ AccessTokenValidity: 1, TokenValidityUnits: { AccessToken: "seconds" } }, "Invalid range for token validity."],
      [{ IdTokenValidity: 25 }, "Invalid range for token validity."],
      [{ CallbackURLs: ["http://example.com/"] }, /^http:\/\/example\.com\/ cannot use the HTTP protocol\.$/],
      [{ CallbackURLs: ["https://example.com/#x"] }, /redirect/],
      [{ CallbackURLs: ["https://example.com/#"] }, /redirect/],
      [{ CallbackURLs: ["javascript:alert(1)"] }, /redirect/],
      [{ LogoutURLs: ["data:text/html,x"] }, /redirect/],
      [{ LogoutURLs: ["http://10.0.0.1/"] }, /cannot use the HTTP protocol/],
      [{ DefaultRedirectURI: "https://example.com/" }, /DefaultRedirectURI/],
      [{ AuthSessionValidity: 2 }, /Member must have value greater than or equal to 3/],
    ]
    for (const [settings, message] of cases)
      await refuses(
        world.idp.send(new CreateUserPoolClientCommand({ UserPoolId: world.poolId, ClientName: "x", ...settings })),
        "InvalidParameterException",
        message,
      )
  })
})

describe("groups", () => {
  test("are made, described, changed, listed and deleted", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    const RoleArn = "arn:aws:iam::123456789012:role/admins"
    await idp.send(
      new CreateGroupCommand({ UserPoolId, GroupName: "admins", Precedence: 3, Description: "All of them" }),
    )
    await refuses(
      idp.send(new CreateGroupCommand({ UserPoolId, GroupName: "admins" })),
      "GroupExistsException",
      "A group with the name already exists.",
    )
    await idp.send(new UpdateGroupCommand({ UserPoolId, GroupName: "admins", RoleArn }))
    const { Group } = await idp.send(new GetGroupCommand({ UserPoolId, GroupName: "admins" }))
    assert.deepEqual(
      [Group!.Precedence, Group!.Description, Group!.RoleArn, Group!.UserPoolId],
      [3, "All of them", RoleArn, UserPoolId],
    )
    await idp.send(new CreateGroupCommand({ UserPoolId, GroupName: "guests" }))
    const first = await idp.send(new ListGroupsCommand({ UserPoolId, Limit: 1 }))
    const second = await idp.send(new ListGroupsCommand({ UserPoolId, Limit: 1, NextToken: first.NextToken }))
    assert.deepEqual(
      [...first.Groups!, ...second.Groups!].map(({ GroupName }) => GroupName),
      ["admins", "guests"],
    )
    assert.equal(second.NextToken, undefined)
    await idp.send(new DeleteGroupCommand({ UserPoolId, GroupName: "admins" }))
    for (const Command of [GetGroupCommand, DeleteGroupCommand, UpdateGroupCommand])
      await refuses(
        idp.send(new Command({ UserPoolId, GroupName: "admins" }) as GetGroupCommand),
        "ResourceNotFoundException",
        "Group not found.",
      )
  })

  test("take no role that the caller may not pass, no more than clients and pools do", async () => {
    await using world = await openWorld()
    const { options } = await createPerson(world.server, "ann", allow("cognito-idp:*"))
    const ann = new CognitoIdentityProvider(options)
    const RoleArn = "arn:aws:iam::123456789012:role/admins"
    const { poolId: UserPoolId, clientId: ClientId } = world
    await ann.createGroup({ UserPoolId, GroupName: "plain" })
    const AnalyticsConfiguration = { ApplicationId: "abc123", ExternalId: "any", RoleArn }
    const SmsConfiguration = { SnsCallerArn: RoleArn, ExternalId: "any" }
    for (const call of [
      () => ann.createGroup({ UserPoolId, GroupName: "admins", RoleArn }),
      () => ann.updateGroup({ UserPoolId, GroupName: "plain", RoleArn }),
      () => ann.createUserPoolClient({ UserPoolId, ClientName: "app", AnalyticsConfiguration }),
      () => ann.updateUserPoolClient({ UserPoolId, ClientId, AnalyticsConfiguration }),
      () => ann.createUserPool({ PoolName: "texts", SmsConfiguration }),
      () => ann.updateUserPool({ UserPoolId, SmsConfiguration }),
      () => ann.setUserPoolMfaConfig({ UserPoolId, SmsMfaConfiguration: { SmsConfiguration } }),
    ])
      await refuses(
        call(),
        "AccessDeniedException",
        `User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:PassRole on resource: ${RoleArn} because no identity-based policy allows the iam:PassRole action`,
      )
  })
})
