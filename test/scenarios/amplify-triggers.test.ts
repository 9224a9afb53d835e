import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { Amplify } from "aws-amplify"
import {
  confirmResetPassword,
  confirmSignIn,
  fetchAuthSession,
  resetPassword,
  signIn,
  signOut,
  signUp,
} from "aws-amplify/auth"
import { start, type TestServer } from "../../src/testing/index.ts"

/** A web application whose user pool has functions, by Amplify as a browser has it. */
let server: TestServer
const password = "Tr0ub4dor&3"
/** Whom the old user directory knows. */
const OLD = new Map([["otto@example.com", { password: "old-password", name: "Otto" }]])
const metadata: unknown[] = []

before(async () => {
  server = await start({
    triggers: {
      preSignUp(event) {
        if (event.triggerSource !== "PreSignUp_SignUp") return event
        if (!event.request.userAttributes.email.endsWith("@example.com")) throw new Error("Only for readers")
        Object.assign(event.response, { autoConfirmUser: true, autoVerifyEmail: true })
        return event
      },
      preAuthentication(event) {
        metadata.push(event.request.validationData)
        return event
      },
      userMigration(event) {
        const known = OLD.get(event.userName)
        if (!known || (event.request.password !== undefined && event.request.password !== known.password))
          throw new Error("Bad password")
        const { name } = known
        event.response.userAttributes = { email: event.userName, email_verified: "true", name }
        event.response.finalUserStatus = "CONFIRMED"
        event.response.messageAction = "SUPPRESS"
        return event
      },
      defineAuthChallenge(event) {
        const last = event.request.session.at(-1)
        if (last?.challengeName === "SRP_A") event.response.challengeName = "PASSWORD_VERIFIER"
        else if (last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult) event.response.issueTokens = true
        else if (event.request.session.length > 3) event.response.failAuthentication = true
        else event.response.challengeName = "CUSTOM_CHALLENGE"
        return event
      },
      createAuthChallenge(event) {
        event.response.publicChallengeParameters = { captcha: "3 + 4" }
        event.response.privateChallengeParameters = { answer: "7" }
        return event
      },
      verifyAuthChallengeResponse(event) {
        metadata.push(event.request.clientMetadata)
        event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer
        return event
      },
      preTokenGenerationV2(event) {
        event.response.claimsAndScopeOverrideDetails = {
          idTokenGeneration: { claimsToAddOrOverride: { shelf: "fiction" } },
          accessTokenGeneration: { claimsToAddOrOverride: { limits: [1, 2] } },
        }
        return event
      },
    },
  })
  const idp = new CognitoIdentityProviderClient(server.client)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "people", UsernameAttributes: ["email"] }))
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: UserPool!.Id!,
      ClientName: "web",
      ExplicitAuthFlows: [
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
      ],
      PreventUserExistenceErrors: "ENABLED",
    }),
  )
  const pools = { userPoolId: UserPool!.Id!, userPoolClientId: UserPoolClient!.ClientId! }
  Amplify.configure(server.amplify(pools))
})
after(() => server.close())

test("signing up is refused or confirmed by a function", async () => {
  const refused = signUp({ username: "eve@elsewhere.org", password })
  await assert.rejects(refused, {
    name: "UserLambdaValidationException",
    message: "PreSignUp failed with error Only for readers.",
  })
  const { isSignUpComplete, nextStep } = await signUp({
    username: "ana@example.com",
    password,
    options: { userAttributes: { email: "ana@example.com" } },
  })
  assert.deepEqual([isSignUpComplete, nextStep.signUpStep], [true, "DONE"])
})

for (const authFlowType of ["CUSTOM_WITH_SRP", "CUSTOM_WITHOUT_SRP"] as const)
  test(`${authFlowType}: a question of the functions, wrongly answered and rightly`, async () => {
    const username = "ana@example.com"
    const begin = (given: string) =>
      signIn({
        username,
        ...(authFlowType === "CUSTOM_WITH_SRP" && { password: given }),
        options: { authFlowType, clientMetadata: { app: "web" } },
      })
    if (authFlowType === "CUSTOM_WITH_SRP")
      await assert.rejects(begin("Wrong-password-1"), { name: "NotAuthorizedException" })
    const { isSignedIn, nextStep } = await begin(password)
    assert.equal(isSignedIn, false)
    assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE")
    assert.equal(
      nextStep.signInStep === "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE" && nextStep.additionalInfo?.captcha,
      "3 + 4",
    )
    assert.deepEqual(metadata.at(-1), { app: "web" })
    const again = await confirmSignIn({ challengeResponse: "8" })
    assert.equal(again.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE")
    assert.ok((await confirmSignIn({ challengeResponse: "7" })).isSignedIn)
    const { tokens } = await fetchAuthSession()
    assert.equal(tokens!.idToken!.payload.shelf, "fiction")
    assert.deepEqual(tokens!.accessToken.payload.limits, [1, 2])
    const renewed = await fetchAuthSession({ forceRefresh: true })
    assert.equal(renewed.tokens!.idToken!.payload.shelf, "fiction")
    await signOut()
  })

test("somebody of the old directory signs in, and is a user from then on", async () => {
  const username = "otto@example.com"
  const options = { authFlowType: "USER_PASSWORD_AUTH" as const }
  await assert.rejects(signIn({ username, password: "guess", options }), {
    name: "UserLambdaValidationException",
    message: "UserMigration failed with error Bad password.",
  })
  assert.ok((await signIn({ username, password: "old-password", options })).isSignedIn)
  assert.equal((await fetchAuthSession()).tokens!.idToken!.payload.name, "Otto")
  await signOut()
  assert.ok((await signIn({ username, password: "old-password" })).isSignedIn, "by SRP, now that they are a user")
  await signOut()
})

test("somebody of the old directory has forgotten their password", async () => {
  const username = "olga@example.com"
  OLD.set(username, { password: "", name: "Olga" })
  const { nextStep } = await resetPassword({ username })
  assert.equal(nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE")
  const confirmationCode = await server.outbox.waitForCode({ to: username })
  await confirmResetPassword({ username, confirmationCode, newPassword: password })
  assert.ok((await signIn({ username, password })).isSignedIn)
})
