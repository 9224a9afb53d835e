import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableProviderForUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  AdminSetUserPasswordCommand,
  ForgotPasswordCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { type ForeignProvider, startForeignProvider } from "../harness/foreign-openid.ts"
import { claimsOf, PASSWORD, refuses } from "./cognito-idp-world.ts"
import { corpOf } from "./federation-providers.ts"
import { type FederationWorld, openFederation, signInAt } from "./federation-world.ts"
import { CALLBACK } from "./hosted-world.ts"
import { record, respond, throwing } from "./trigger-world.ts"

interface Merging extends FederationWorld {
  client: string
  link(subject: string, username: string, attribute?: string): Promise<unknown>
  /** By the provider: what the application is told. */
  enter(corp: ForeignProvider, subject: string): Promise<URLSearchParams>
}

async function openMerging(
  corp: ForeignProvider,
  pool: Parameters<typeof openFederation>[0] = {},
  options: Parameters<typeof openFederation>[1] = {},
): Promise<Merging> {
  const world = await openFederation(pool, options)
  await world.addProvider(corpOf(corp))
  const client = await world.addClient({
    SupportedIdentityProviders: ["Corp", "COGNITO"],
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })
  return Object.assign(world, {
    client,
    link: (subject: string, username: string, ProviderAttributeName = "Cognito_Subject") =>
      world.idp.send(
        new AdminLinkProviderForUserCommand({
          UserPoolId: world.poolId,
          DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: username },
          SourceUser: { ProviderName: "Corp", ProviderAttributeName, ProviderAttributeValue: subject },
        }),
      ),
    enter(provider: ForeignProvider, subject: string) {
      provider.next = subject
      return signInAt(world.browser(), client, "Corp")
    },
  })
}

const subOf = (told: URLSearchParams): unknown => {
  assert.equal(told.get("error_description"), null)
  return claimsOf(told.get("id_token")!).sub
}
const refusal = (told: URLSearchParams) => [told.get("error"), told.get("error_description")]
const INVALID = "InvalidParameterException"

describe("a user of the pool and one of a provider", () => {
  test("are one once they are linked: the same sub whichever way they come", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    await world.addUser("ann", { email: "ann@corp.example", email_verified: "true" })
    corp.people.set("1", { email: "ann@corp.example", email_verified: true, name: "Ann" })
    await world.link("1", "ann")
    const { sub } = claimsOf((await world.signIn("ann")).IdToken)
    const told = await world.enter(corp, "1")
    assert.equal(subOf(told), sub)
    const claims = claimsOf(told.get("id_token")!)
    assert.equal(claims["cognito:username"], "ann")
    assert.equal(claims["cognito:groups"], undefined)
    // What the provider tells is theirs now, and they are no longer to be linked by that subject.
    assert.equal(claims.name, "Ann")
    await refuses(world.link("1", "ann"), INVALID, "SourceUser is already linked to DestinationUser")

    const User = { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "1" }
    await world.idp.send(new AdminDisableProviderForUserCommand({ UserPoolId: world.poolId, User }))
    const apart = await world.enter(corp, "1")
    assert.notEqual(subOf(apart), sub)
    assert.equal(claimsOf(apart.get("id_token")!)["cognito:username"], "Corp_1")
    const text = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
    await refuses(world.link("1", "ann"), INVALID, text)
  })

  test("are linked by the pool's function when they come for the first time, and are one from the second on", async () => {
    await using corp = await startForeignProvider()
    const recorded = record("preSignUp")
    await using world = await openMerging(corp, {}, { triggers: recorded.triggers })
    await world.addUser("ann", { email: "ann@corp.example", email_verified: "true" })
    corp.people.set("1", { email: "ann@corp.example", email_verified: true })
    recorded.behave("preSignUp", async (event) => {
      const { email } = event.request.userAttributes
      const found = await world.idp.send(
        new ListUsersCommand({ UserPoolId: world.poolId, Filter: `email = "${email}"` }),
      )
      await world.link(event.userName.replace("Corp_", ""), found.Users![0]!.Username!)
      return event
    })
    const first = await world.enter(corp, "1")
    assert.deepEqual(refusal(first), ["invalid_request", "Already found an entry for username Corp_1"])
    assert.equal(subOf(await world.enter(corp, "1")), claimsOf((await world.signIn("ann")).IdToken).sub)
    assert.deepEqual(recorded.sources(), ["PreSignUp_AdminCreateUser", "PreSignUp_ExternalProvider"])
  })

  test("are linked by another claim, and known by the subject from the first sign-in on", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    const sub = await world.addUser("ann").then(() => world.signIn("ann").then(({ IdToken }) => claimsOf(IdToken).sub))
    await refuses(world.link("x", "ann", "unmapped"), INVALID, "Invalid ProviderAttributeName of SourceUser.")
    await world.link("ann@corp.example", "ann", "email")
    // A subject of that text is nobody's address.
    corp.people.set("ann@corp.example", { email: "eve@corp.example" })
    assert.notEqual(subOf(await world.enter(corp, "ann@corp.example")), sub)
    corp.people.set("1", { email: "ann@corp.example" })
    assert.equal(subOf(await world.enter(corp, "1")), sub)
    corp.people.set("1", { email: "ann@new.example" })
    const again = await world.enter(corp, "1")
    assert.equal(subOf(again), sub)
    const [identity] = claimsOf(again.get("id_token")!).identities as { userId: string }[]
    assert.equal(identity!.userId, "1")
  })

  test("stay two whatever name and address they share: nobody gets in by an address at a provider", async () => {
    await using corp = await startForeignProvider()
    for (const settings of [{}, { AliasAttributes: ["email" as const] }, { UsernameAttributes: ["email" as const] }]) {
      await using world = await openMerging(corp, { UsernameConfiguration: { CaseSensitive: false }, ...settings })
      const name = "UsernameAttributes" in settings ? "ann@corp.example" : "ann"
      await world.addUser(name, { email: "ann@corp.example", email_verified: "true" })
      const { sub } = claimsOf((await world.signIn(name)).IdToken)
      for (const email_verified of [true, false]) {
        const subject = `eve-${email_verified}`
        corp.people.set(subject, { email: "ann@corp.example", email_verified })
        assert.notEqual(subOf(await world.enter(corp, subject)), sub)
      }
      // The address still leads to whom it led before.
      if (Object.keys(settings).length > 0)
        assert.equal(claimsOf((await world.signIn("ann@corp.example")).IdToken).sub, sub)
    }
  })

  test("a name that somebody took before them is not given away", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp, { UsernameConfiguration: { CaseSensitive: false } })
    await world.addUser("corp_victim")
    corp.people.set("Victim", {})
    const told = await world.enter(corp, "Victim")
    assert.deepEqual(refusal(told), ["invalid_request", "Already found an entry for username corp_victim"])
  })

  test("links are bounded, and need a provider, a source and a destination", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    await world.addUser("ann")
    for (const subject of ["1", "2", "3", "4", "5"]) await world.link(subject, "ann")
    await refuses(world.link("6", "ann"), "LimitExceededException", /5/)
    await refuses(world.link("7", "nobody"), "UserNotFoundException", "User does not exist.")
    // A user of another provider's, by that provider's subject.
    corp.people.set("bob", {})
    const sub = subOf(await world.enter(corp, "bob"))
    await world.addProvider(corpOf(corp, "Other"))
    await world.idp.send(
      new AdminLinkProviderForUserCommand({
        UserPoolId: world.poolId,
        DestinationUser: {
          ProviderName: "Corp",
          ProviderAttributeName: "Cognito_Subject",
          ProviderAttributeValue: "bob",
        },
        SourceUser: { ProviderName: "Other", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "b" },
      }),
    )
    corp.people.set("b", {})
    corp.next = "b"
    const client = await world.addClient({ SupportedIdentityProviders: ["Other"] })
    assert.equal(subOf(await signInAt(world.browser(), client, "Other")), sub)
  })
})

describe("a user who came by a provider", () => {
  test("has no password until an administrator gives one", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    corp.people.set("1", { email: "ann@corp.example", email_verified: true })
    const sub = subOf(await world.enter(corp, "1"))
    await refuses(world.signIn("Corp_1"), "NotAuthorizedException", "Incorrect username or password.")
    await refuses(
      world.idp.send(new ForgotPasswordCommand({ ClientId: world.clientId, Username: "Corp_1" })),
      "NotAuthorizedException",
      "User password cannot be reset in the current state.",
    )
    const user = { UserPoolId: world.poolId, Username: "Corp_1" }
    await world.idp.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }))
    assert.equal((await world.idp.send(new AdminGetUserCommand(user))).UserStatus, "CONFIRMED")
    assert.equal(claimsOf((await world.signIn("Corp_1")).IdToken).sub, sub)
    assert.equal(subOf(await world.enter(corp, "1")), sub)
  })

  test("has tokens for a code, and others for the refresh token, as anybody", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    corp.people.set("1", { email: "ann@corp.example" })
    corp.next = "1"
    const told = await signInAt(world.browser(), world.client, "Corp", { response_type: "code" })
    const ask = async (form: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: world.client, ...form })
      return (await (await fetch(`${world.base}/oauth2/token`, { method: "POST", body })).json()) as Record<
        string,
        string
      >
    }
    const first = await ask({ grant_type: "authorization_code", code: told.get("code")!, redirect_uri: CALLBACK })
    const again = await ask({ grant_type: "refresh_token", refresh_token: first.refresh_token! })
    const [one, two] = [first, again].map(({ id_token }) => claimsOf(id_token!))
    assert.deepEqual([two!.sub, two!.identities, two!.auth_time], [one!.sub, one!.identities, one!.auth_time])
    assert.match(one!.nonce as string, /^[\w-]{32}$/)
  })

  test("is refused while disabled, and another one after they were deleted", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    corp.people.set("1", {})
    const sub = subOf(await world.enter(corp, "1"))
    const user = { UserPoolId: world.poolId, Username: "Corp_1" }
    await world.idp.send(new AdminDisableUserCommand(user))
    assert.deepEqual(refusal(await world.enter(corp, "1")), ["invalid_request", "User is disabled. "])
    await world.idp.send(new AdminDeleteUserCommand(user))
    assert.notEqual(subOf(await world.enter(corp, "1")), sub)
  })

  test("a user of the pool whose provider is disabled has no password any more", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    await world.addUser("ann")
    await world.link("1", "ann")
    corp.people.set("1", {})
    const sub = subOf(await world.enter(corp, "1"))
    const User = { ProviderName: "Cognito", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "ann" }
    await world.idp.send(new AdminDisableProviderForUserCommand({ UserPoolId: world.poolId, User }))
    await refuses(world.signIn("ann"), "NotAuthorizedException", "Incorrect username or password.")
    assert.equal(subOf(await world.enter(corp, "1")), sub)
  })
})

describe("the pool's functions and its schema", () => {
  test("are asked in AWS's order, by AWS's sources", async () => {
    await using corp = await startForeignProvider()
    const recorded = record(
      "inboundFederation",
      "preSignUp",
      "postConfirmation",
      "preAuthentication",
      "postAuthentication",
      "preTokenGeneration",
    )
    await using world = await openMerging(corp, {}, { triggers: recorded.triggers })
    corp.people.set("1", { email: "ann@corp.example", email_verified: true, groups: ["a b", "c"] })
    subOf(await world.enter(corp, "1"))
    assert.deepEqual(recorded.sources(), [
      "InboundFederation_ExternalProvider",
      "PreSignUp_ExternalProvider",
      "PostConfirmation_ConfirmSignUp",
      "TokenGeneration_HostedAuth",
    ])
    const [inbound, signUp, , token] = recorded.events
    assert.deepEqual([inbound!.request.providerName, inbound!.request.providerType], ["Corp", "OIDC"])
    const { idToken, userInfo, tokenResponse } = inbound!.request.attributes
    assert.deepEqual([idToken.sub, userInfo.email, userInfo.groups], ["1", "ann@corp.example", "[a+b,c]"])
    assert.equal(typeof tokenResponse.access_token, "string")
    assert.deepEqual(signUp!.request, {
      userAttributes: {
        "cognito:email_alias": "",
        "cognito:phone_number_alias": "",
        email: "ann@corp.example",
        email_verified: "true",
      },
      validationData: {},
    })
    assert.equal(token!.request.userAttributes["cognito:user_status"], "EXTERNAL_PROVIDER")
    recorded.clear()
    subOf(await world.enter(corp, "1"))
    assert.deepEqual(recorded.sources(), [
      "InboundFederation_ExternalProvider",
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
      "TokenGeneration_HostedAuth",
    ])
    for (const [trigger, source] of [
      ["inboundFederation", "InboundFederation"],
      ["preAuthentication", "PreAuthentication"],
      ["postAuthentication", "PostAuthentication"],
      ["preTokenGeneration", "PreTokenGeneration"],
    ] as const) {
      recorded.behave(trigger, throwing("no"))
      const told = refusal(await world.enter(corp, "1"))
      assert.deepEqual(told, ["invalid_request", `${source} failed with error no. `], trigger)
      recorded.behave(trigger, (event) => event)
    }
  })

  test("a newcomer whom PostConfirmation refuses is there, and hears of it", async () => {
    await using corp = await startForeignProvider()
    const recorded = record("postConfirmation")
    await using world = await openMerging(corp, {}, { triggers: recorded.triggers })
    corp.people.set("1", {})
    recorded.behave("postConfirmation", throwing("too late"))
    const told = refusal(await world.enter(corp, "1"))
    assert.deepEqual(told, ["invalid_request", "PostConfirmation failed with error too late. "])
    subOf(await world.enter(corp, "1"))
  })

  test("two first sign-ins at once make one user", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp)
    corp.people.set("1", { email: "ann@corp.example" })
    corp.next = "1"
    const browsers = [world.browser(), world.browser(), world.browser()]
    const all = await Promise.all(browsers.map((browser) => signInAt(browser, world.client, "Corp")))
    assert.equal(new Set(all.map(subOf)).size, 1)
  })

  test("may put otherwise what the provider told, but not who it is", async () => {
    await using corp = await startForeignProvider()
    const recorded = record("inboundFederation", "preSignUp")
    await using world = await openMerging(corp, {}, { triggers: recorded.triggers })
    corp.people.set("1", { email: "ann@corp.example", email_verified: true, name: "Ann" })
    recorded.behave("inboundFederation", respond({ userAttributesToMap: { sub: "admin", email: "put@corp.example" } }))
    recorded.behave("preSignUp", respond({ autoVerifyEmail: true }))
    const claims = claimsOf((await world.enter(corp, "1")).get("id_token")!)
    assert.deepEqual(
      [claims["cognito:username"], claims.email, claims.email_verified, claims.name],
      ["Corp_1", "put@corp.example", true, undefined],
    )
    recorded.behave("preSignUp", throwing("not you"))
    corp.people.set("2", {})
    const told = await world.enter(corp, "2")
    assert.deepEqual(refusal(told), ["invalid_request", "PreSignUp failed with error not you. "])
    assert.equal(told.get("state"), "the application's")
    const nobody = new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "Corp_2" })
    await refuses(world.idp.send(nobody), "UserNotFoundException", "User does not exist.")
  })

  test("attributes that are required, fixed, too long or not writable", async () => {
    await using corp = await startForeignProvider()
    const attribute = { AttributeDataType: "String" as const, Mutable: true }
    await using world = await openFederation({
      Schema: [
        { Name: "email", Required: true, ...attribute },
        { Name: "given_name", Required: true, ...attribute },
        { Name: "fixed", ...attribute, Mutable: false },
        { Name: "token", ...attribute },
        { Name: "theirs", ...attribute },
      ],
    })
    const mapping = { username: "sub", email: "email", given_name: "given_name" }
    const fixed = { ...mapping, "custom:fixed": "name" }
    const token = { ...mapping, "custom:token": "picture", nickname: "name", "custom:theirs": "access_token" }
    await world.addProvider({ ...corpOf(corp, "Plain"), AttributeMapping: mapping })
    await world.addProvider({ ...corpOf(corp, "Fixed"), AttributeMapping: fixed })
    await world.addProvider({ ...corpOf(corp, "Token"), AttributeMapping: token })
    const client = await world.addClient({
      SupportedIdentityProviders: ["Plain", "Fixed", "Token"],
      WriteAttributes: ["email", "given_name", "custom:fixed", "custom:token", "custom:theirs"],
    })
    const enter = async (provider: string, claims: object) => {
      corp.people.set("1", { ...claims })
      corp.next = "1"
      return signInAt(world.browser(), client, provider)
    }
    assert.deepEqual(refusal(await enter("Plain", {})), ["invalid_request", "attributes required: [given_name, email]"])
    const whole = { email: "ann@corp.example", given_name: "Ann", name: "x" }
    subOf(await enter("Plain", whole))
    // What is not told again stays.
    subOf(await enter("Plain", {}))
    assert.deepEqual(refusal(await enter("Plain", { given_name: "" })), [
      "invalid_request",
      "attributes required: [given_name]",
    ])
    subOf(await enter("Fixed", whole))
    assert.deepEqual(refusal(await enter("Fixed", whole)), [
      "invalid_request",
      "user.custom:fixed: Attribute cannot be updated. ",
    ])
    const told = await enter("Token", { ...whole, picture: "x".repeat(2048) })
    const claims = claimsOf(told.get("id_token")!)
    assert.deepEqual([(claims["custom:token"] as string).length, claims.nickname], [2048, undefined])
    assert.match(claims["custom:theirs"] as string, /^[\w-]{43}$/)
    assert.match(
      (await enter("Token", { ...whole, picture: "x".repeat(2049) })).get("error_description")!,
      /custom:token: String must be no longer than 2048 characters/,
    )
    assert.match((await enter("Token", { ...whole, email: "no address" })).get("error_description")!, /Invalid email/)
  })

  test("pools in which administrators alone make users let people in from elsewhere", async () => {
    await using corp = await startForeignProvider()
    await using world = await openMerging(corp, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } })
    corp.people.set("1", {})
    subOf(await world.enter(corp, "1"))
    await world.idp.send(new AdminCreateUserCommand({ UserPoolId: world.poolId, Username: "bob" }))
  })
})
