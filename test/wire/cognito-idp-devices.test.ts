import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminForgetDeviceCommand,
  AdminGetDeviceCommand,
  AdminListDevicesCommand,
  AdminUpdateDeviceStatusCommand,
  AssociateSoftwareTokenCommand,
  ConfirmDeviceCommand,
  type DeviceType,
  ForgetDeviceCommand,
  GetDeviceCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ListDevicesCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  UpdateDeviceStatusCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import cognito from "amazon-cognito-identity-js"
import { claimsOf, openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { totpOf } from "./totp-client.ts"

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = cognito

const TRACKING = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }

/** A browser: what it stores stays between the sign-ins. */
function openBrowser(world: World) {
  const stored = new Map<string, string>()
  const Storage = {
    setItem: (key: string, value: string) => void stored.set(key, value),
    getItem: (key: string) => stored.get(key) ?? null,
    removeItem: (key: string) => void stored.delete(key),
    clear: () => stored.clear(),
  } as unknown as Storage
  const Pool = new CognitoUserPool({
    UserPoolId: world.poolId,
    ClientId: world.clientId,
    endpoint: world.server.url,
    Storage,
  })
  return {
    signIn: (Username: string) =>
      new Promise<{ accessToken?: string; asked?: string }>((resolve, reject) => {
        const user = new CognitoUser({ Username, Pool, Storage })
        user.authenticateUser(new AuthenticationDetails({ Username, Password: PASSWORD }), {
          onSuccess: (session) => resolve({ accessToken: session.getAccessToken().getJwtToken() }),
          onFailure: reject,
          totpRequired: (asked) => resolve({ asked }),
        })
      }),
  }
}

const statusOf = ({ DeviceAttributes }: DeviceType) =>
  DeviceAttributes!.find(({ Name }) => Name === "dev:device_remembered_status")!.Value

describe("devices with amazon-cognito-identity-js", () => {
  test("are confirmed at the first sign-in and prove themselves at the next", async () => {
    await using world = await openWorld({ DeviceConfiguration: TRACKING })
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    const browser = openBrowser(world)
    const first = await browser.signIn("ann")
    const { Devices } = await idp.send(new ListDevicesCommand({ AccessToken: first.accessToken }))
    assert.deepEqual([Devices!.length, statusOf(Devices![0]!)], [1, "remembered"])
    const DeviceKey = Devices![0]!.DeviceKey!
    assert.equal(claimsOf(first.accessToken!).device_key, DeviceKey)
    const second = await browser.signIn("ann")
    assert.equal(claimsOf(second.accessToken!).device_key, DeviceKey)
    assert.equal((await idp.send(new AdminListDevicesCommand({ UserPoolId, Username: "ann" }))).Devices!.length, 1)
    assert.notEqual(claimsOf((await openBrowser(world).signIn("ann")).accessToken!).device_key, DeviceKey)
  })

  test("stand for the second factor while they are remembered", async () => {
    await using world = await openWorld({ DeviceConfiguration: TRACKING })
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    const browser = openBrowser(world)
    const { accessToken: AccessToken } = await browser.signIn("ann")
    await idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId,
        MfaConfiguration: "OPTIONAL",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    )
    const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    await idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: await totpOf(world, SecretCode!) }))
    await idp.send(
      new SetUserMFAPreferenceCommand({
        AccessToken,
        SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
      }),
    )
    assert.ok((await browser.signIn("ann")).accessToken)
    assert.equal((await openBrowser(world).signIn("ann")).asked, "SOFTWARE_TOKEN_MFA")
    const DeviceKey = claimsOf(AccessToken!).device_key as string
    await idp.send(
      new AdminUpdateDeviceStatusCommand({
        UserPoolId,
        Username: "ann",
        DeviceKey,
        DeviceRememberedStatus: "not_remembered",
      }),
    )
    assert.equal((await browser.signIn("ann")).asked, "SOFTWARE_TOKEN_MFA")
  })
})

describe("devices", () => {
  const VERIFIER = { PasswordVerifier: Buffer.from("12345678").toString("base64"), Salt: "c2FsdHNhbHQ=" }

  async function confirmed(world: World, username: string) {
    await world.addUser(username)
    const tokens = await world.signIn(username)
    const { DeviceKey } = tokens.NewDeviceMetadata
    const input = { AccessToken: tokens.AccessToken, DeviceKey, DeviceSecretVerifierConfig: VERIFIER }
    const { UserConfirmationNecessary } = await world.idp.send(
      new ConfirmDeviceCommand({ ...input, DeviceName: "phone" }),
    )
    return { ...tokens, DeviceKey: DeviceKey!, UserConfirmationNecessary }
  }

  test("are asked about where the pool says so, described, and forgotten", async () => {
    await using world = await openWorld({ DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true } })
    const { idp, poolId: UserPoolId } = world
    const { AccessToken, DeviceKey, UserConfirmationNecessary, RefreshToken } = await confirmed(world, "ann")
    assert.equal(UserConfirmationNecessary, true)
    const get = async () => (await idp.send(new GetDeviceCommand({ AccessToken, DeviceKey }))).Device!
    assert.equal(statusOf(await get()), "not_remembered")
    await idp.send(new UpdateDeviceStatusCommand({ AccessToken, DeviceKey, DeviceRememberedStatus: "remembered" }))
    assert.equal(statusOf(await get()), "remembered")
    const described = await idp.send(new AdminGetDeviceCommand({ UserPoolId, Username: "ann", DeviceKey }))
    assert.deepEqual(described.Device, await get())
    assert.deepEqual(
      described.Device!.DeviceAttributes!.find(({ Name }) => Name === "device_name"),
      { Name: "device_name", Value: "phone" },
    )

    const refresh = (more: object) =>
      idp.send(new GetTokensFromRefreshTokenCommand({ ClientId: world.clientId, RefreshToken, ...more }))
    await refuses(refresh({}), "NotAuthorizedException", "Invalid Refresh Token")
    assert.ok((await refresh({ DeviceKey })).AuthenticationResult)

    const other = await confirmed(world, "bob")
    await refuses(
      idp.send(new GetDeviceCommand({ AccessToken: other.AccessToken, DeviceKey })),
      "ResourceNotFoundException",
      "Device does not exist.",
    )
    await idp.send(new ForgetDeviceCommand({ AccessToken, DeviceKey }))
    await refuses(get(), "ResourceNotFoundException", "Device does not exist.")
    const forget = () =>
      idp.send(new AdminForgetDeviceCommand({ UserPoolId, Username: "bob", DeviceKey: other.DeviceKey }))
    await forget()
    await refuses(forget(), "ResourceNotFoundException", "Device does not exist.")
    await refuses(idp.send(new ForgetDeviceCommand({ DeviceKey })), "NotAuthorizedException", "Invalid Access Token")
  })

  test("are confirmed by their own sign-in, once, with numbers", async () => {
    await using world = await openWorld({ DeviceConfiguration: TRACKING })
    const { idp } = world
    const { AccessToken, DeviceKey } = await confirmed(world, "ann")
    const confirm = (more: object) =>
      idp.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceSecretVerifierConfig: VERIFIER, ...more }))
    await refuses(confirm({}), "InvalidParameterException", /./)
    await refuses(
      confirm({ DeviceKey: "us-east-1_00000000-0000-4000-8000-000000000000" }),
      "ResourceNotFoundException",
      "Device does not exist.",
    )
    const { AccessToken: fresh, NewDeviceMetadata } = await world.signIn("ann")
    for (const config of [{}, { PasswordVerifier: "", Salt: "" }, { PasswordVerifier: "AAAA", Salt: "AAAA" }])
      await refuses(
        confirm({
          AccessToken: fresh,
          DeviceKey: NewDeviceMetadata!.DeviceKey,
          DeviceSecretVerifierConfig: config,
        }),
        "InvalidParameterException",
        /./,
      )
  })

  test("answer for themselves and for no other", async () => {
    await using world = await openWorld({ DeviceConfiguration: TRACKING })
    const { idp, clientId: ClientId } = world
    const { DeviceKey } = await confirmed(world, "ann")
    const { AccessToken, NewDeviceMetadata } = await world.signIn("ann")
    const other = NewDeviceMetadata!.DeviceKey!
    await idp.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey: other, DeviceSecretVerifierConfig: VERIFIER }))
    const AuthParameters = { USERNAME: "ann", PASSWORD, DEVICE_KEY: DeviceKey }
    const { Session } = await idp.send(
      new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
    )
    const answer = (DEVICE_KEY: string) =>
      idp.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: "DEVICE_SRP_AUTH",
          Session,
          ChallengeResponses: { USERNAME: "ann", DEVICE_KEY, SRP_A: "abcdef" },
        }),
      )
    await refuses(answer(other), "NotAuthorizedException", "Invalid session for the user.")
    assert.equal((await answer(DeviceKey)).ChallengeName, "DEVICE_PASSWORD_VERIFIER")
  })

  test("prove themselves by their secret alone", async () => {
    await using world = await openWorld({ DeviceConfiguration: TRACKING })
    const { idp, clientId: ClientId } = world
    const { DeviceKey } = await confirmed(world, "ann")
    const start = () =>
      idp.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "ann", PASSWORD, DEVICE_KEY: DeviceKey },
        }),
      )
    const { ChallengeName, Session } = await start()
    assert.equal(ChallengeName, "DEVICE_SRP_AUTH")
    const respond = (name: "DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER", session: string | undefined, more: object) =>
      idp.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: name,
          Session: session,
          ChallengeResponses: { USERNAME: "ann", DEVICE_KEY: DeviceKey, ...more },
        }),
      )
    await refuses(
      respond("DEVICE_PASSWORD_VERIFIER", Session, { SRP_A: "ab" }),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
    const asked = await respond("DEVICE_SRP_AUTH", Session, { SRP_A: "abcdef" })
    await refuses(
      respond("DEVICE_SRP_AUTH", Session, { SRP_A: "abcdef" }),
      "NotAuthorizedException",
      "Invalid session for the user, session can only be used once.",
    )
    await refuses(
      respond("DEVICE_PASSWORD_VERIFIER", asked.Session, {
        PASSWORD_CLAIM_SECRET_BLOCK: asked.ChallengeParameters!.SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: "d3Jvbmc=",
        TIMESTAMP: "Tue Sep 5 09:03:00 UTC 2028",
      }),
      "NotAuthorizedException",
      "Incorrect username or password.",
    )
  })
})
