import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { after, before, test } from "node:test"
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { Amplify } from "aws-amplify"
import {
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  confirmUserAttribute,
  deleteUser,
  deleteUserAttributes,
  fetchAuthSession,
  fetchMFAPreference,
  fetchUserAttributes,
  getCurrentUser,
  resendSignUpCode,
  resetPassword,
  sendUserAttributeVerificationCode,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  updatePassword,
  updateUserAttribute,
  updateUserAttributes,
  verifyTOTPSetup,
} from "aws-amplify/auth"
import { start, type TestServer } from "../../src/testing/index.ts"

/** Everything that Amplify lets a person do with their account, in the order in which somebody might. */
let server: TestServer
const username = "ana@example.com"
const first = "First-password-1"
const second = "Second-password-2"

before(async () => {
  server = await start({ memory: true })
  const idp = new CognitoIdentityProviderClient(server.client)
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      PoolName: "people",
      UsernameAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
    }),
  )
  const userPoolId = UserPool!.Id!
  await idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: userPoolId,
      SoftwareTokenMfaConfiguration: { Enabled: true },
      MfaConfiguration: "OPTIONAL",
    }),
  )
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    }),
  )
  const userPoolClientId = UserPoolClient!.ClientId!
  const { userPoolEndpoint } = server.amplify({ userPoolId, userPoolClientId }).Auth.Cognito
  Amplify.configure({
    Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint, loginWith: { email: true } } },
  })
})
after(() => server.close())

/** RFC 6238, as an authenticator app has it: six digits, thirty seconds, SHA-1. */
function totp(secret: string, now: Date): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  const bits = [...secret.replace(/=+$/, "")].map((one) => alphabet.indexOf(one).toString(2).padStart(5, "0")).join("")
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 30_000)))
  const mac = createHmac("sha1", key).update(counter).digest()
  const at = mac[19]! & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0")
}

const code = (to = username) => server.outbox.waitForCode({ to })

test("signing up: weak passwords, taken names, wrong codes and new ones", async () => {
  await assert.rejects(signUp({ username, password: "weak" }), { name: "InvalidPasswordException" })
  const { nextStep } = await signUp({ username, password: first })
  assert.equal(nextStep.signUpStep, "CONFIRM_SIGN_UP")
  await assert.rejects(signUp({ username, password: first }), { name: "UsernameExistsException" })
  await assert.rejects(signIn({ username, password: "Wrong-password-1" }), { name: "NotAuthorizedException" })
  assert.equal((await signIn({ username, password: first })).nextStep.signInStep, "CONFIRM_SIGN_UP")
  const stale = await code()
  await resendSignUpCode({ username })
  const confirmationCode = await code()
  const wrong = [stale, "000000", "000001"].find((one) => one !== confirmationCode)!
  await assert.rejects(confirmSignUp({ username, confirmationCode: wrong }), { name: "CodeMismatchException" })
  assert.ok((await confirmSignUp({ username, confirmationCode })).isSignUpComplete)
})

test("signing in by SRP, and a session that is refreshed", async () => {
  await assert.rejects(signIn({ username: "nobody@example.com", password: first }), {
    name: "NotAuthorizedException",
    message: "Incorrect username or password.",
  })
  assert.ok((await signIn({ username, password: first })).isSignedIn)
  const { userId } = await getCurrentUser()
  const before = (await fetchAuthSession()).tokens!
  assert.equal(before.accessToken.payload.sub, userId)
  await server.clock.advance({ seconds: 2 })
  const after = (await fetchAuthSession({ forceRefresh: true })).tokens!
  assert.equal(after.accessToken.payload.sub, userId)
  assert.ok(after.accessToken.payload.iat! > before.accessToken.payload.iat!)
})

test("their attributes: read, changed, taken away, and a new address verified before it counts", async () => {
  assert.deepEqual(Object.keys(await fetchUserAttributes()).sort(), ["email", "email_verified", "sub"])
  await updateUserAttributes({ userAttributes: { name: "Ana", locale: "pt" } })
  assert.equal((await fetchUserAttributes()).name, "Ana")
  await deleteUserAttributes({ userAttributeKeys: ["locale"] })
  assert.equal((await fetchUserAttributes()).locale, undefined)

  const email = "ana@new.example.com"
  const { nextStep } = await updateUserAttribute({ userAttribute: { attributeKey: "email", value: email } })
  assert.equal(nextStep.updateAttributeStep, "CONFIRM_ATTRIBUTE_WITH_CODE")
  assert.equal((await fetchUserAttributes()).email, username)
  await code(email)
  await sendUserAttributeVerificationCode({ userAttributeKey: "email" })
  const confirmationCode = (await server.outbox.list()).at(-1)!.code
  await confirmUserAttribute({ userAttributeKey: "email", confirmationCode })
  assert.equal((await fetchUserAttributes()).email, email)
  await updateUserAttribute({ userAttribute: { attributeKey: "email", value: username } })
  await confirmUserAttribute({ userAttributeKey: "email", confirmationCode: await code() })
  assert.equal((await fetchUserAttributes()).email, username)
})

test("a new password, by the old one", async () => {
  await assert.rejects(updatePassword({ oldPassword: second, newPassword: second }), { name: "NotAuthorizedException" })
  await assert.rejects(updatePassword({ oldPassword: first, newPassword: "weak" }), {
    name: "InvalidPasswordException",
  })
  await updatePassword({ oldPassword: first, newPassword: second })
  await signOut()
  await assert.rejects(getCurrentUser(), { name: "UserUnAuthenticatedException" })
  await assert.rejects(signIn({ username, password: first }), { name: "NotAuthorizedException" })
  assert.ok((await signIn({ username, password: second })).isSignedIn)
})

test("a second factor from an authenticator app", async () => {
  const { sharedSecret } = await setUpTOTP()
  await assert.rejects(verifyTOTPSetup({ code: "000000" }), { name: "EnableSoftwareTokenMFAException" })
  await verifyTOTPSetup({ code: totp(sharedSecret, await server.clock.now()) })
  await updateMFAPreference({ totp: "PREFERRED" })
  assert.deepEqual(await fetchMFAPreference(), { enabled: ["TOTP"], preferred: "TOTP" })
  await signOut()

  const { isSignedIn, nextStep } = await signIn({ username, password: second })
  assert.deepEqual([isSignedIn, nextStep.signInStep], [false, "CONFIRM_SIGN_IN_WITH_TOTP_CODE"])
  await server.clock.advance({ seconds: 60 })
  const challengeResponse = totp(sharedSecret, await server.clock.now())
  assert.ok((await confirmSignIn({ challengeResponse })).isSignedIn)
  await updateMFAPreference({ totp: "DISABLED" })
})

test("a forgotten password, by a code", async () => {
  await signOut()
  const { nextStep } = await resetPassword({ username })
  assert.equal(nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE")
  const confirmationCode = await code()
  const wrong = confirmationCode === "000000" ? "000001" : "000000"
  await assert.rejects(confirmResetPassword({ username, confirmationCode: wrong, newPassword: first }), {
    name: "CodeMismatchException",
  })
  await confirmResetPassword({ username, confirmationCode, newPassword: first })
  assert.ok((await signIn({ username, password: first })).isSignedIn)
})

test("signing out everywhere ends the other sessions, and who deletes the account is nobody", async () => {
  const { accessToken } = (await fetchAuthSession()).tokens!
  await signOut({ global: true })
  assert.equal((await fetchAuthSession()).tokens, undefined)
  const elsewhere = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.GetUser",
    },
    body: JSON.stringify({ AccessToken: accessToken.toString() }),
  })
  assert.deepEqual(await elsewhere.json(), {
    __type: "NotAuthorizedException",
    message: "Access Token has been revoked",
  })
  await signIn({ username, password: first })
  await deleteUser()
  await assert.rejects(signIn({ username, password: first }), { name: "NotAuthorizedException" })
})
