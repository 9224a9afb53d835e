import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminDeleteSoftwareTokenCommand,
  AdminGetUserCommand,
  AssociateSoftwareTokenCommand,
  CreateTermsCommand,
  CreateUserPoolCommand,
  CreateUserPoolReplicaCommand,
  DeleteTermsCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolReplicaCommand,
  DescribeTermsByClientCommand,
  DescribeTermsCommand,
  GetProvisionedLimitCommand,
  ListTermsCommand,
  ListUserPoolReplicasCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  UpdateAuthEventFeedbackCommand,
  UpdateProvisionedLimitCommand,
  UpdateTermsCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, refuses } from "./cognito-idp-world.ts"
import { totpOf } from "./totp-client.ts"

const Links = { "cognito:default": "https://example.com/terms", "cognito:french": "https://example.com/fr" }
const FIXED = { TermsSource: "LINK" as const, Enforcement: "NONE" as const }

test("terms are made, found, changed and deleted, one of each kind for a client", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId, clientId: ClientId } = world
  const create = (TermsName: string, links: Record<string, string> = Links) =>
    idp.send(new CreateTermsCommand({ UserPoolId, ClientId, TermsName, ...FIXED, Links: links }))
  const made = (await create("terms-of-use")).Terms!
  const { TermsId, CreationDate, LastModifiedDate, ...rest } = made
  assert.deepEqual(rest, { UserPoolId, ClientId, TermsName: "terms-of-use", ...FIXED, Links })
  await refuses(create("terms-of-use"), "TermsExistsException", "The app client has terms named terms-of-use already.")
  await refuses(create("imprint"), "InvalidParameterException", /failed to satisfy/)
  await refuses(
    create("privacy-policy", { "cognito:french": Links["cognito:french"] }),
    "InvalidParameterException",
    "Links must contain cognito:default.",
  )
  for (const url of ["javascript:alert(1)", "example.com", "//example.com"])
    await refuses(
      create("privacy-policy", { "cognito:default": url }),
      "InvalidParameterException",
      `Invalid URL in Links: ${url}`,
    )
  const other = (await create("privacy-policy")).Terms!

  assert.deepEqual((await idp.send(new DescribeTermsCommand({ UserPoolId, TermsId }))).Terms, made)
  const byClient = (TermsName: string) =>
    idp.send(new DescribeTermsByClientCommand({ UserPoolId, ClientId, TermsName }))
  assert.deepEqual((await byClient("terms-of-use")).Terms, made)
  await refuses(byClient("privacy-policies"), "ResourceNotFoundException", "Terms not found.")
  const list = (NextToken?: string) => idp.send(new ListTermsCommand({ UserPoolId, MaxResults: 1, NextToken }))
  const first = await list()
  const second = await list(first.NextToken)
  assert.deepEqual(
    [...first.Terms!, ...second.Terms!].map((one) => one.TermsId).sort(),
    [TermsId, other.TermsId].sort(),
  )
  assert.deepEqual(Object.keys(first.Terms![0]!).sort(), [
    "CreationDate",
    "Enforcement",
    "LastModifiedDate",
    "TermsId",
    "TermsName",
  ])

  const update = (input: object) => idp.send(new UpdateTermsCommand({ UserPoolId, TermsId, ...input }))
  assert.deepEqual((await update({ Links: { "cognito:default": "https://example.com/2" } })).Terms!.Links, {
    "cognito:default": "https://example.com/2",
  })
  await refuses(update({ TermsName: "privacy-policy" }), "TermsExistsException", /privacy-policy already/)
  const drop = () => idp.send(new DeleteTermsCommand({ UserPoolId, TermsId }))
  await drop()
  await refuses(drop(), "ResourceNotFoundException", "Terms not found.")
  await idp.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
  assert.deepEqual((await idp.send(new ListTermsCommand({ UserPoolId }))).Terms, [], "they go with their client")
})

test("an administrator takes away the authenticator that a user has lost", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId } = world
  await idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  )
  await world.addUser("ann")
  const { AccessToken } = await world.signIn("ann")
  const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
  await idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: await totpOf(world, SecretCode!) }))
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true }
  await idp.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }))
  assert.equal((await world.start("ann")).ChallengeName, "SOFTWARE_TOKEN_MFA")
  const drop = (Username: string) => idp.send(new AdminDeleteSoftwareTokenCommand({ UserPoolId, Username }))
  await drop("ann")
  const { UserMFASettingList, PreferredMfaSetting } = await idp.send(
    new AdminGetUserCommand({ UserPoolId, Username: "ann" }),
  )
  assert.deepEqual([UserMFASettingList, PreferredMfaSetting], [undefined, undefined])
  assert.ok((await world.start("ann")).AuthenticationResult)
  await refuses(
    idp.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings })),
    "InvalidParameterException",
    "User has not verified software token mfa",
  )
  await refuses(drop("nobody"), "UserNotFoundException", "User does not exist.")
})

describe("what this server has not is said so", () => {
  test("replicas", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    const place = { UserPoolId, RegionName: "eu-west-1" }
    await refuses(
      idp.send(new CreateUserPoolReplicaCommand(place)),
      "OperationNotEnabledException",
      "A replica of a user pool in another Region is not supported by this server.",
    )
    assert.deepEqual((await idp.send(new ListUserPoolReplicasCommand({ UserPoolId }))).UserPoolReplicas, [])
    await refuses(
      idp.send(new DeleteUserPoolReplicaCommand(place)),
      "ResourceNotFoundException",
      "The user pool has no replica in eu-west-1.",
    )
  })

  test("limits that are raised", async () => {
    await using world = await openWorld()
    const LimitDefinition = (Category: string) => ({ LimitClass: "API_CATEGORY" as const, Attributes: { Category } })
    const get = (category: string) =>
      world.idp.send(new GetProvisionedLimitCommand({ LimitDefinition: LimitDefinition(category) }))
    assert.deepEqual((await get("UserAuthentication")).Limit, {
      LimitDefinition: LimitDefinition("UserAuthentication"),
      ProvisionedLimitValue: 120,
      FreeLimitValue: 120,
    })
    await refuses(get("toString"), "ResourceNotFoundException", "There is no API category toString.")
    await refuses(
      world.idp.send(
        new UpdateProvisionedLimitCommand({
          LimitDefinition: LimitDefinition("UserCreation"),
          RequestedLimitValue: 500,
        }),
      ),
      "ServiceQuotaExceededException",
      /--rate-limits/,
    )
  })

  test("tokens for feedback on a sign-in", async () => {
    await using world = await openWorld()
    const { idp } = world
    const feedback = (UserPoolId: string) =>
      idp.send(
        new UpdateAuthEventFeedbackCommand({
          UserPoolId,
          Username: "ann",
          EventId: "e",
          FeedbackToken: "t",
          FeedbackValue: "Valid",
        }),
      )
    await refuses(feedback(world.poolId), "UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled.")
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({
        PoolName: "plus",
        UserPoolTier: "PLUS",
        UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" },
      }),
    )
    await refuses(feedback(UserPool!.Id!), "NotAuthorizedException", "Invalid feedback token.")
    await refuses(feedback("us-east-1_nowhere00"), "ResourceNotFoundException", /does not exist/)
  })
})
