import assert from "node:assert/strict"
import { generateKeyPairSync } from "node:crypto"
import { describe, test } from "node:test"
import {
  AdminGetUserAuthFactorsCommand,
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AssociateSoftwareTokenCommand,
  CompleteWebAuthnRegistrationCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolDomainCommand,
  DeleteUserCommand,
  DeleteWebAuthnCredentialCommand,
  GetUserAuthFactorsCommand,
  GetUserPoolMfaConfigCommand,
  InitiateAuthCommand,
  type InitiateAuthResponse,
  ListWebAuthnCredentialsCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  StartWebAuthnRegistrationCommand,
  UpdateUserPoolCommand,
  VerifySoftwareTokenCommand,
  type WebAuthnConfigurationType,
} from "@aws-sdk/client-cognito-identity-provider"
import { Authenticator, type Cbor, type Ceremony } from "../harness/authenticator.ts"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { totpOf } from "./totp-client.ts"

const POOL = {
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD" as const, "WEB_AUTHN" as const] } },
}
const CLIENT = {
  ExplicitAuthFlows: [
    "ALLOW_USER_AUTH" as const,
    "ALLOW_USER_PASSWORD_AUTH" as const,
    "ALLOW_REFRESH_TOKEN_AUTH" as const,
  ],
  PreventUserExistenceErrors: "ENABLED" as const,
}

async function openPasskeyWorld(configuration: WebAuthnConfigurationType = { RelyingPartyId: "example.com" }) {
  const world = await openWorld(POOL, CLIENT)
  await configure(world, configuration)
  return world
}

const configure = (
  { idp, poolId }: World,
  WebAuthnConfiguration: WebAuthnConfigurationType,
  MfaConfiguration: "OFF" | "OPTIONAL" | "ON" = "OFF",
) =>
  idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: poolId,
      WebAuthnConfiguration,
      MfaConfiguration,
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  )

// biome-ignore lint/suspicious/noExplicitAny: a document may be anything
type Document = any

async function begin({ idp }: World, AccessToken: string): Promise<Document> {
  return (await idp.send(new StartWebAuthnRegistrationCommand({ AccessToken }))).CredentialCreationOptions
}

const complete = ({ idp }: World, AccessToken: string, Credential: Document) =>
  idp.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }))

async function register(world: World, username: string, authenticator: Authenticator, ceremony: Ceremony = {}) {
  const { AccessToken } = await world.signIn(username)
  await complete(world, AccessToken, authenticator.create(await begin(world, AccessToken), ceremony))
  return AccessToken
}

const start = ({ idp, clientId }: World, USERNAME: string, PREFERRED_CHALLENGE?: string) =>
  idp.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: "USER_AUTH",
      AuthParameters: { USERNAME, ...(PREFERRED_CHALLENGE && { PREFERRED_CHALLENGE }) },
    }),
  )

const optionsOf = ({ ChallengeParameters }: InitiateAuthResponse) =>
  JSON.parse(ChallengeParameters!.CREDENTIAL_REQUEST_OPTIONS!)

const answer = ({ idp, clientId }: World, Session: string, USERNAME: string, credential: unknown) =>
  idp.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: "WEB_AUTHN",
      Session,
      ChallengeResponses: { USERNAME, CREDENTIAL: JSON.stringify(credential) },
    }),
  )

async function signInByPasskey(world: World, username: string, authenticator: Authenticator, ceremony: Ceremony = {}) {
  const asked = await start(world, username, "WEB_AUTHN")
  assert.equal(asked.ChallengeName, "WEB_AUTHN")
  return answer(world, asked.Session!, username, authenticator.get(optionsOf(asked), ceremony))
}

const WRONG = ["NotAuthorizedException", "Invalid credential or auth state for the user."] as const

describe("a passkey", () => {
  test("is registered, listed, signs in, and is deleted", async () => {
    await using world = await openPasskeyWorld()
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    const { AccessToken } = await world.signIn("ann")
    const options = await begin(world, AccessToken)
    const { UserAttributes } = await idp.send(new AdminGetUserCommand({ UserPoolId, Username: "ann" }))
    const sub = UserAttributes!.find(({ Name }) => Name === "sub")!.Value!
    assert.deepEqual(options, {
      rp: { id: "example.com", name: "example.com" },
      user: { id: Buffer.from(sub).toString("base64url"), name: "ann", displayName: "ann" },
      challenge: options.challenge,
      pubKeyCredParams: [
        { type: "public-key", alg: -7 },
        { type: "public-key", alg: -257 },
      ],
      timeout: 60000,
      excludeCredentials: [],
      authenticatorSelection: { requireResidentKey: true, residentKey: "required", userVerification: "preferred" },
    })
    assert.equal(Buffer.from(options.challenge, "base64url").length, 32)
    const authenticator = new Authenticator()
    await complete(world, AccessToken, authenticator.create(options))
    const { id } = authenticator.passkeys[0]!
    assert.deepEqual((await begin(world, AccessToken)).excludeCredentials, [{ type: "public-key", id }])

    const { Credentials, NextToken } = await idp.send(new ListWebAuthnCredentialsCommand({ AccessToken }))
    assert.equal(NextToken, undefined)
    assert.deepEqual(Credentials, [
      {
        CredentialId: id,
        FriendlyCredentialName: "Passkey",
        RelyingPartyId: "example.com",
        AuthenticatorAttachment: "platform",
        AuthenticatorTransports: ["hybrid", "internal"],
        CreatedAt: Credentials![0]!.CreatedAt,
      },
    ])
    const { ConfiguredUserAuthFactors } = await idp.send(new GetUserAuthFactorsCommand({ AccessToken }))
    assert.deepEqual(ConfiguredUserAuthFactors, ["PASSWORD", "WEB_AUTHN"])
    const factors = await idp.send(new AdminGetUserAuthFactorsCommand({ UserPoolId, Username: "ann" }))
    assert.deepEqual(factors.ConfiguredUserAuthFactors, ["PASSWORD", "WEB_AUTHN"])

    const asked = await start(world, "ann", "WEB_AUTHN")
    assert.deepEqual(Object.keys(asked.ChallengeParameters!), ["CREDENTIAL_REQUEST_OPTIONS"])
    assert.deepEqual(optionsOf(asked), {
      hints: [],
      attestation: "none",
      attestationFormats: [],
      challenge: optionsOf(asked).challenge,
      timeout: 180000,
      rpId: "example.com",
      allowCredentials: [{ id, type: "public-key" }],
      userVerification: "preferred",
    })
    const signedIn = await answer(world, asked.Session!, "ann", authenticator.get(optionsOf(asked)))
    assert.ok(signedIn.AuthenticationResult?.RefreshToken)
    assert.ok((await signInByPasskey(world, "ann", authenticator)).AuthenticationResult)

    const drop = (CredentialId: string) => idp.send(new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId }))
    await refuses(drop("bm90IHRoZXJl"), "ResourceNotFoundException", "The credential does not exist.")
    await drop(id)
    await refuses(drop(id), "ResourceNotFoundException", "The credential does not exist.")
    assert.deepEqual((await idp.send(new ListWebAuthnCredentialsCommand({ AccessToken }))).Credentials, [])
    const without = await start(world, "ann", "WEB_AUTHN")
    assert.deepEqual(
      [without.ChallengeName, without.AvailableChallenges],
      ["SELECT_CHALLENGE", ["PASSWORD_SRP", "PASSWORD"]],
    )
  })

  test("is chosen among others, and may be shown with the choice", async () => {
    await using world = await openPasskeyWorld()
    const { idp, clientId: ClientId } = world
    await world.addUser("ann")
    const authenticator = new Authenticator()
    await register(world, "ann", authenticator, { algorithm: -257, origin: "https://app.example.com:8443" })
    const choose = (asked: InitiateAuthResponse, CREDENTIAL?: string) =>
      idp.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: "SELECT_CHALLENGE",
          Session: asked.Session,
          ChallengeResponses: { USERNAME: "ann", ANSWER: "WEB_AUTHN", ...(CREDENTIAL && { CREDENTIAL }) },
        }),
      )
    const asked = await start(world, "ann")
    assert.equal(asked.ChallengeName, "SELECT_CHALLENGE")
    assert.deepEqual(asked.AvailableChallenges, ["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"])
    const chosen = await choose(asked)
    assert.equal(chosen.ChallengeName, "WEB_AUTHN")
    assert.ok((await answer(world, chosen.Session!, "ann", authenticator.get(optionsOf(chosen)))).AuthenticationResult)

    const again = await start(world, "ann")
    const credential = JSON.stringify(authenticator.get(optionsOf(again)))
    assert.ok((await choose(again, credential)).AuthenticationResult)
    await refuses(choose(again, credential), "NotAuthorizedException", /session can only be used once/)
    await refuses(choose(await start(world, "ann"), credential), ...WRONG)
  })

  test("is one of twenty at most", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const { AccessToken } = await world.signIn("ann")
    const authenticator = new Authenticator()
    for (let n = 0; n < 20; n++)
      await complete(world, AccessToken, authenticator.create(await begin(world, AccessToken)))
    await refuses(
      begin(world, AccessToken),
      "LimitExceededException",
      "The user has the most passkeys that a user may have.",
    )
    const list = (NextToken?: string) =>
      world.idp.send(new ListWebAuthnCredentialsCommand({ AccessToken, MaxResults: 15, NextToken }))
    const first = await list()
    const second = await list(first.NextToken)
    assert.deepEqual([first.Credentials!.length, second.Credentials!.length, second.NextToken], [15, 5, undefined])
    await refuses(list("bm9uc2Vuc2U="), "InvalidParameterException", "Invalid pagination token.")
  })

  test("goes with its user, whose name brings nothing of it back", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const authenticator = new Authenticator()
    const AccessToken = await register(world, "ann", authenticator)
    const asked = await start(world, "ann", "WEB_AUTHN")
    await world.idp.send(new DeleteUserCommand({ AccessToken }))
    await world.addUser("ann")
    await refuses(
      answer(world, asked.Session!, "ann", authenticator.get(optionsOf(asked))),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
    assert.deepEqual((await start(world, "ann")).AvailableChallenges, ["PASSWORD_SRP", "PASSWORD"])
  })
})

describe("a registration is refused", () => {
  const cases: [string, Ceremony, string, RegExp][] = [
    ["from another origin", { origin: "https://example.com.evil.org" }, "WebAuthnOriginNotAllowedException", /origin/],
    ["by http", { origin: "http://example.com" }, "WebAuthnOriginNotAllowedException", /origin/],
    [
      "for another party",
      { relyingPartyId: "evil.org", origin: "https://example.com" },
      "WebAuthnRelyingPartyMismatchException",
      /another relying party/,
    ],
    [
      "with another challenge",
      { challenge: "AAAAAAAAAAAAAAAAAAAAAA" },
      "WebAuthnChallengeNotFoundException",
      /not found or has expired/,
    ],
    ["with a key of another kind", { algorithm: -8 }, "WebAuthnCredentialNotSupportedException", /unsupported/],
    ["where nobody was there", { isUserPresent: false }, "WebAuthnCredentialNotSupportedException", /unsupported/],
    ["that is a sign-in", { type: "webauthn.get" }, "InvalidParameterException", /^Invalid credential\.$/],
  ]
  test("that is not what was asked for", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const { AccessToken } = await world.signIn("ann")
    for (const [, ceremony, code, message] of cases) {
      const made = new Authenticator().create(await begin(world, AccessToken), ceremony)
      await refuses(complete(world, AccessToken, made), code, message)
    }
    assert.deepEqual((await world.idp.send(new ListWebAuthnCredentialsCommand({ AccessToken }))).Credentials, [])
  })

  test("that no browser would make", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const { AccessToken } = await world.signIn("ann")
    const whole = async () => new Authenticator().create(await begin(world, AccessToken))
    const deep = Buffer.concat([Buffer.alloc(100_000, 0x81), Buffer.from([0])]).toString("base64url")
    for (const spoil of [
      () => "text",
      () => null,
      () => [],
      () => ({}),
      (one: Document) => ({ ...one, id: "b3RoZXI", rawId: "b3RoZXI" }),
      (one: Document) => ({ ...one, rawId: "b3RoZXI" }),
      (one: Document) => ({ ...one, type: "password" }),
      (one: Document) => ({ ...one, response: null }),
      (one: Document) => ({ ...one, response: { ...one.response, clientDataJSON: "e30" } }),
      (one: Document) => ({ ...one, response: { ...one.response, attestationObject: "AAAA" } }),
      (one: Document) => ({ ...one, response: { ...one.response, attestationObject: deep } }),
    ])
      await refuses(complete(world, AccessToken, spoil(await whole())), "InvalidParameterException", /./)
  })

  test("that comes twice, late, by another client or for another's passkey", async () => {
    await using world = await openPasskeyWorld()
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    await world.addUser("bob")
    const { AccessToken } = await world.signIn("ann")
    const gone = [
      "WebAuthnChallengeNotFoundException",
      "The registration challenge was not found or has expired.",
    ] as const
    await refuses(complete(world, AccessToken, {}), ...gone)
    const authenticator = new Authenticator()
    const made = authenticator.create(await begin(world, AccessToken))
    await complete(world, AccessToken, made)
    await refuses(complete(world, AccessToken, made), ...gone)

    const late = authenticator.create(await begin(world, AccessToken))
    await world.advance(5 * 60 + 1)
    await refuses(complete(world, AccessToken, late), ...gone)

    const replaced = authenticator.create(await begin(world, AccessToken))
    await begin(world, AccessToken)
    await refuses(complete(world, AccessToken, replaced), ...gone)

    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({ UserPoolId, ClientName: "other", ...CLIENT }),
    )
    const { AuthenticationResult } = await idp.send(
      new InitiateAuthCommand({
        ClientId: UserPoolClient!.ClientId!,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD },
      }),
    )
    const mixed = authenticator.create(await begin(world, AccessToken))
    await refuses(
      complete(world, AuthenticationResult!.AccessToken!, mixed),
      "WebAuthnClientMismatchException",
      /another app client/,
    )

    const bobs = await world.signIn("bob")
    const options = await begin(world, bobs.AccessToken)
    const copy = new Authenticator().create(options)
    await complete(world, bobs.AccessToken, copy)
    const again = await begin(world, AccessToken)
    const same = new Authenticator().create(again)
    // The same ID under another user: the authenticator's data say it, so that it cannot be a mere word.
    const reply = withIdOf(same, copy)
    await refuses(complete(world, AccessToken, reply), "WebAuthnCredentialNotSupportedException", /unsupported/)
  })

  /** What the first authenticator signed for, with the ID of the second's passkey. */
  function withIdOf(one: Document, other: Document): Document {
    const bytes = Buffer.from(one.response.attestationObject, "base64url")
    const at = bytes.indexOf(Buffer.from(one.id, "base64url"))
    Buffer.from(other.id, "base64url").copy(bytes, at)
    return {
      ...one,
      id: other.id,
      rawId: other.id,
      response: { ...one.response, attestationObject: bytes.toString("base64url") },
    }
  }

  test("where the pool has no use for it", async () => {
    await using world = await openWorld(POOL, CLIENT)
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    const { AccessToken } = await world.signIn("ann")
    await refuses(
      begin(world, AccessToken),
      "WebAuthnConfigurationMissingException",
      /no relying party ID and no domain/,
    )
    await idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "people" }))
    const { rp } = await begin(world, AccessToken)
    assert.equal(rp.id, `people.auth.us-east-1.localhost`)
    const authenticator = new Authenticator()
    const made = authenticator.create(await begin(world, AccessToken), { origin: `http://${rp.id}:4566` })
    await complete(world, AccessToken, made)
    await idp.send(new UpdateUserPoolCommand({ UserPoolId }))
    await refuses(
      begin(world, AccessToken),
      "WebAuthnNotEnabledException",
      "WebAuthn is not enabled for the user pool.",
    )
    await refuses(
      complete(world, AccessToken, made),
      "WebAuthnNotEnabledException",
      "WebAuthn is not enabled for the user pool.",
    )
    await refuses(
      idp.send(new StartWebAuthnRegistrationCommand({ AccessToken: "nonsense" })),
      "NotAuthorizedException",
      "Invalid Access Token",
    )
  })

  test("never by what the authenticator says of itself, and nothing is asked for it", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const statement = new Map<string, Cbor>([
      ["alg", -7],
      ["sig", Buffer.alloc(70)],
      ["x5c", [Buffer.from("not a certificate")]],
    ])
    await register(world, "ann", new Authenticator(), { attestation: { fmt: "packed", statement } })
    await register(world, "ann", new Authenticator(), { attestation: { fmt: "unheard of", statement } })
  })
})

describe("a sign-in by passkey is refused", () => {
  test("where the answer is not its user's, to this challenge, from a right page", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    await world.addUser("bob")
    const [anns, bobs] = [new Authenticator(), new Authenticator()]
    await register(world, "ann", anns)
    await register(world, "bob", bobs)
    const cases: Ceremony[] = [
      { origin: "https://example.org" },
      { relyingPartyId: "example.org" },
      { challenge: "AAAAAAAAAAAAAAAAAAAAAA" },
      { isUserPresent: false },
      { type: "webauthn.create" },
      { key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey },
      { userHandle: Buffer.from("somebody else").toString("base64url") },
    ]
    for (const ceremony of cases) await refuses(signInByPasskey(world, "ann", anns, ceremony), ...WRONG)
    const asked = await start(world, "ann", "WEB_AUTHN")
    const { challenge } = optionsOf(asked)
    const foreign = bobs.get({ ...optionsOf(await start(world, "bob", "WEB_AUTHN")), challenge })
    await refuses(answer(world, asked.Session!, "ann", foreign), ...WRONG)
    for (const nonsense of ["text", null, {}, { id: 1 }, { ...foreign, response: {} }])
      await refuses(answer(world, (await start(world, "ann", "WEB_AUTHN")).Session!, "ann", nonsense), ...WRONG)
    // None of it was counted against the user, for there was nothing to guess.
    assert.ok((await signInByPasskey(world, "ann", anns, { counter: 100 })).AuthenticationResult)
    assert.ok((await world.start("ann")).AuthenticationResult)
  })

  test("where the counter does not go on, and where the challenge was answered", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const authenticator = new Authenticator()
    await register(world, "ann", authenticator)
    assert.ok((await signInByPasskey(world, "ann", authenticator, { counter: 7 })).AuthenticationResult)
    await refuses(signInByPasskey(world, "ann", authenticator, { counter: 7 }), ...WRONG)
    await refuses(signInByPasskey(world, "ann", authenticator, { counter: 0 }), ...WRONG)
    assert.ok((await signInByPasskey(world, "ann", authenticator, { counter: 8 })).AuthenticationResult)
    const asked = await start(world, "ann", "WEB_AUTHN")
    const credential = authenticator.get(optionsOf(asked))
    const tries = await Promise.allSettled([1, 2, 3].map(() => answer(world, asked.Session!, "ann", credential)))
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1)
    const late = await start(world, "ann", "WEB_AUTHN")
    await world.advance(181)
    await refuses(
      answer(world, late.Session!, "ann", authenticator.get(optionsOf(late))),
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    )
  })

  test("where its user has to be verified and was not", async () => {
    await using world = await openPasskeyWorld({ RelyingPartyId: "example.com", UserVerification: "required" })
    await world.addUser("ann")
    const authenticator = new Authenticator()
    const { AccessToken } = await world.signIn("ann")
    const options = await begin(world, AccessToken)
    assert.equal(options.authenticatorSelection.userVerification, "required")
    await refuses(
      complete(world, AccessToken, authenticator.create(options, { verifiesUser: false })),
      "WebAuthnCredentialNotSupportedException",
      /unsupported/,
    )
    const other = new Authenticator()
    await register(world, "ann", other)
    await refuses(signInByPasskey(world, "ann", other, { verifiesUser: false }), ...WRONG)
    assert.ok((await signInByPasskey(world, "ann", other)).AuthenticationResult)
  })

  test("in the same words where nobody has the name, who may look as if they had a passkey", async () => {
    await using world = await openPasskeyWorld()
    await world.addUser("ann")
    const authenticator = new Authenticator()
    await register(world, "ann", authenticator)
    let withPasskey = 0
    for (let n = 0; n < 24; n++) {
      const name = `nobody${n}`
      const asked = await start(world, name, "WEB_AUTHN")
      if (asked.ChallengeName === "SELECT_CHALLENGE") {
        assert.deepEqual(asked.AvailableChallenges, ["PASSWORD_SRP", "PASSWORD"])
        continue
      }
      withPasskey++
      const own = await start(world, "ann", "WEB_AUTHN")
      assert.deepEqual(Object.keys(optionsOf(asked)), Object.keys(optionsOf(own)))
      assert.equal(asked.Session!.length, own.Session!.length)
      const again = optionsOf(await start(world, name, "WEB_AUTHN"))
      assert.deepEqual(again.allowCredentials, optionsOf(asked).allowCredentials)
      const made = authenticator.get(optionsOf(own))
      const [{ id }] = again.allowCredentials
      await refuses(answer(world, asked.Session!, name, { ...made, id, rawId: id }), ...WRONG)
    }
    assert.ok(withPasskey > 0 && withPasskey < 24, String(withPasskey))
  })
})

describe("a passkey and a second factor", () => {
  const BOTH = { RelyingPartyId: "example.com", FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION" as const }

  async function addTotp(world: World, AccessToken: string) {
    const { SecretCode } = await world.idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    await world.idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: await totpOf(world, SecretCode!) }))
    await world.idp.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }))
  }

  test("do not replace each other, unless the pool and the user say so", async () => {
    await using world = await openPasskeyWorld()
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    const authenticator = new Authenticator()
    const AccessToken = await register(world, "ann", authenticator)
    const asked = await start(world, "ann", "WEB_AUTHN")
    await configure(world, { RelyingPartyId: "example.com" }, "OPTIONAL")
    await addTotp(world, AccessToken)
    await refuses(answer(world, asked.Session!, "ann", authenticator.get(optionsOf(asked))), ...WRONG)
    assert.equal((await start(world, "ann", "WEB_AUTHN")).ChallengeName, "SELECT_CHALLENGE")

    const prefer = (Enabled: boolean) =>
      idp.send(new SetUserMFAPreferenceCommand({ AccessToken, WebAuthnMfaSettings: { Enabled } }))
    await refuses(prefer(true), "InvalidParameterException", /WEB_AUTHN configured as a multi-factor/)
    for (const mode of ["OPTIONAL", "ON"] as const) {
      await configure(world, BOTH, mode)
      await prefer(false)
      assert.equal((await start(world, "ann", "WEB_AUTHN")).ChallengeName, "SELECT_CHALLENGE")
      await prefer(true)
      const { AuthenticationResult } = await signInByPasskey(world, "ann", authenticator)
      assert.ok(AuthenticationResult?.IdToken)
      await refuses(signInByPasskey(world, "ann", authenticator, { verifiesUser: false }), ...WRONG)
    }
    const { UserMFASettingList } = await idp.send(new AdminGetUserCommand({ UserPoolId, Username: "ann" }))
    assert.deepEqual(UserMFASettingList, ["SOFTWARE_TOKEN_MFA", "WEB_AUTHN"])
    await refuses(
      idp.send(
        new AdminSetUserMFAPreferenceCommand({
          UserPoolId,
          Username: "ann",
          SoftwareTokenMfaSettings: { Enabled: false },
        }),
      ),
      "InvalidParameterException",
      "Passkey MFA needs another MFA method that is enabled.",
    )
  })

  test("are configured together, for a relying party that is a domain name", async () => {
    await using world = await openPasskeyWorld(BOTH)
    const { idp, poolId: UserPoolId } = world
    const { WebAuthnConfiguration } = await idp.send(new GetUserPoolMfaConfigCommand({ UserPoolId }))
    assert.deepEqual(WebAuthnConfiguration, BOTH)
    await refuses(
      configure(world, { RelyingPartyId: "https://example.com" }),
      "InvalidParameterException",
      /is not a domain name/,
    )
  })
})
