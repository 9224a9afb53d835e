import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminListUserAuthEventsCommand,
  AdminSetUserSettingsCommand,
  AdminUpdateAuthEventFeedbackCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DescribeRiskConfigurationCommand,
  GetCSVHeaderCommand,
  GetLogDeliveryConfigurationCommand,
  GetUICustomizationCommand,
  GetUserCommand,
  type LogConfigurationType,
  SetLogDeliveryConfigurationCommand,
  SetRiskConfigurationCommand,
  SetUICustomizationCommand,
  SetUserSettingsCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, openWorld, refuses } from "./cognito-idp-world.ts"

const INVALID = "InvalidParameterException"

test("the header of an import has the schema's attributes", async () => {
  await using world = await openWorld({ Schema: [{ Name: "team", AttributeDataType: "String" }] })
  const { CSVHeader } = await world.idp.send(new GetCSVHeaderCommand({ UserPoolId: world.poolId }))
  assert.equal(CSVHeader!.length, 22)
  assert.deepEqual(CSVHeader!.slice(0, 2), ["name", "given_name"])
  assert.deepEqual(CSVHeader!.slice(-4), ["updated_at", "custom:team", "cognito:mfa_enabled", "cognito:username"])
})

test("the look of sign-in pages is kept for a pool and for a client", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId, clientId: ClientId } = world
  const set = (CSS: string, client?: string) =>
    idp.send(new SetUICustomizationCommand({ UserPoolId, CSS, ...(client && { ClientId: client }) }))
  const get = async (client?: string) =>
    (await idp.send(new GetUICustomizationCommand({ UserPoolId, ...(client && { ClientId: client }) })))
      .UICustomization!
  assert.deepEqual(await get(), {})
  await refuses(
    set(".label-customizable {}"),
    INVALID,
    "There has to be an existing domain associated with this user pool",
  )
  await idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "people" }))
  await set(".label-customizable {}")
  assert.deepEqual([(await get(ClientId)).CSS, (await get(ClientId)).ClientId], [".label-customizable {}", "ALL"])
  await set(".banner-customizable {}", ClientId)
  assert.deepEqual([(await get(ClientId)).CSS, (await get(ClientId)).ClientId], [".banner-customizable {}", ClientId])
  assert.equal((await get("ALL")).CSS, ".label-customizable {}")
  await refuses(get("unknown"), "ResourceNotFoundException", "User pool client unknown does not exist.")
})

test("what AWS takes no more, or not in this feature plan, is refused", async () => {
  await using world = await openWorld()
  const create = (more: object) => world.idp.send(new CreateUserPoolCommand({ PoolName: "p", ...more }))
  const Policies = { PasswordPolicy: { TemporaryPasswordValidityDays: 7 } }
  const unused = (UnusedAccountValidityDays: number) => ({ AdminCreateUserConfig: { UnusedAccountValidityDays } })
  await refuses(
    create({ Policies, ...unused(7) }),
    INVALID,
    "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
  )
  await create({ Policies, ...unused(0) })
  await create(unused(3))
  const UserPoolAddOns = { AdvancedSecurityMode: "ENFORCED" }
  for (const UserPoolTier of [undefined, "ESSENTIALS", "LITE"])
    await refuses(
      create({ UserPoolAddOns, UserPoolTier }),
      "FeatureUnavailableInTierException",
      `The following features need to be disabled for the ${UserPoolTier ?? "ESSENTIALS"} pricing tier configured: Threat Protection`,
    )
  await create({ UserPoolAddOns, UserPoolTier: "PLUS" })
})

test("what is to be done about risks is kept", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId, clientId: ClientId } = world
  const RiskExceptionConfiguration = { BlockedIPRangeList: ["192.0.2.0/24"] }
  const describeRisk = async (client?: string) =>
    (await idp.send(new DescribeRiskConfigurationCommand({ UserPoolId, ...(client && { ClientId: client }) })))
      .RiskConfiguration!
  assert.deepEqual(await describeRisk(), { UserPoolId })
  const { RiskConfiguration } = await idp.send(
    new SetRiskConfigurationCommand({ UserPoolId, RiskExceptionConfiguration }),
  )
  assert.deepEqual(await describeRisk(ClientId), RiskConfiguration)
  const CompromisedCredentialsRiskConfiguration = { Actions: { EventAction: "BLOCK" as const } }
  await idp.send(new SetRiskConfigurationCommand({ UserPoolId, ClientId, CompromisedCredentialsRiskConfiguration }))
  const own = await describeRisk(ClientId)
  assert.deepEqual(
    [own.ClientId, own.CompromisedCredentialsRiskConfiguration, own.RiskExceptionConfiguration],
    [ClientId, CompromisedCredentialsRiskConfiguration, undefined],
  )
  await refuses(
    idp.send(
      new SetRiskConfigurationCommand({ UserPoolId, RiskExceptionConfiguration: { BlockedIPRangeList: ["here"] } }),
    ),
    INVALID,
    /here/,
  )
})

test("where logs go is kept", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId } = world
  const get = async () =>
    (await idp.send(new GetLogDeliveryConfigurationCommand({ UserPoolId }))).LogDeliveryConfiguration
  const set = (...LogConfigurations: LogConfigurationType[]) =>
    idp.send(new SetLogDeliveryConfigurationCommand({ UserPoolId, LogConfigurations }))
  assert.deepEqual(await get(), { UserPoolId, LogConfigurations: [] })
  const one: LogConfigurationType = {
    LogLevel: "ERROR",
    EventSource: "userNotification",
    CloudWatchLogsConfiguration: { LogGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:x" },
  }
  await set(one)
  assert.deepEqual(await get(), { UserPoolId, LogConfigurations: [one] })
  await refuses(set(one, one), INVALID, /./)
  await refuses(set({ LogLevel: "ERROR", EventSource: "userNotification" }), INVALID, /./)
  await refuses(set({ ...one, LogLevel: "INFO" }), INVALID, /./)
  await set()
  assert.deepEqual((await get())!.LogConfigurations, [])
})

test("codes by SMS are turned on and off in the old way", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId } = world
  await world.addUser("ann", { phone_number: "+15550100" })
  await world.addUser("bob")
  const { AccessToken } = await world.signIn("ann")
  const settings = async () => (await idp.send(new GetUserCommand({ AccessToken }))).UserMFASettingList
  const MFAOptions = [{ DeliveryMedium: "SMS" as const, AttributeName: "phone_number" }]
  await idp.send(new SetUserSettingsCommand({ AccessToken, MFAOptions }))
  assert.deepEqual(await settings(), ["SMS_MFA"])
  await idp.send(new AdminSetUserSettingsCommand({ UserPoolId, Username: "ann", MFAOptions: [] }))
  assert.equal(await settings(), undefined)
  for (const [Username, options] of [
    ["bob", MFAOptions],
    ["ann", [{ DeliveryMedium: "EMAIL" as const, AttributeName: "email" }]],
  ] as const)
    await refuses(
      idp.send(new AdminSetUserSettingsCommand({ UserPoolId, Username, MFAOptions: [...options] })),
      INVALID,
      /./,
    )
})

describe("the history of a user", () => {
  test("is kept where threats are watched for", async () => {
    await using world = await openWorld({ UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" }, UserPoolTier: "PLUS" })
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    await world.addUser("bob")
    await assert.rejects(world.start("ann", "Wr0ng!!!"))
    await world.advance(1)
    const { AccessToken } = await world.signIn("ann")
    const list = async (more: object = {}) =>
      idp.send(new AdminListUserAuthEventsCommand({ UserPoolId, Username: "ann", ...more }))
    const [right, wrong, ...others] = (await list()).AuthEvents!
    assert.deepEqual(others, [])
    assert.deepEqual(
      [right!.EventId, right!.EventType, right!.EventResponse],
      [claimsOf(AccessToken).event_id, "SignIn", "Pass"],
    )
    assert.deepEqual(wrong!.ChallengeResponses, [{ ChallengeName: "Password", ChallengeResponse: "Failure" }])
    assert.equal(wrong!.EventContextData!.IpAddress, "127.0.0.1")
    const first = await list({ MaxResults: 1 })
    const second = await list({ MaxResults: 1, NextToken: first.NextToken })
    assert.deepEqual([first.AuthEvents, second.AuthEvents, second.NextToken], [[right], [wrong], undefined])
    const judge = (EventId: string, Username = "ann") =>
      idp.send(new AdminUpdateAuthEventFeedbackCommand({ UserPoolId, Username, EventId, FeedbackValue: "Invalid" }))
    await judge(wrong!.EventId!)
    assert.equal((await list()).AuthEvents![1]!.EventFeedback!.FeedbackValue, "Invalid")
    await refuses(judge("unknown"), "ResourceNotFoundException", /./)
    await refuses(judge(wrong!.EventId!, "bob"), "ResourceNotFoundException", /./)
  })

  test("is not kept elsewhere", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await refuses(
      world.idp.send(new AdminListUserAuthEventsCommand({ UserPoolId: world.poolId, Username: "ann" })),
      "UserPoolAddOnNotEnabledException",
      /./,
    )
  })
})
