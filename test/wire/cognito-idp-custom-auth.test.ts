import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  type ChallengeNameType,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { startSrpClient } from "./srp-client.ts"
import { totpOf } from "./totp-client.ts"
import { type Recorded, record, respond, type TriggerEvent, throwing } from "./trigger-world.ts"

const CUSTOM = {
  ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const],
}
const HIDING = { ...CUSTOM, PreventUserExistenceErrors: "ENABLED" as const }
const WRONG = ["NotAuthorizedException", "Incorrect username or password."] as const

/** One question, three tries; the password first where the sign-in begins with it. */
function decide(event: TriggerEvent): object {
  const session: { challengeName: string; challengeResult: boolean }[] = event.request.session
  const last = session.at(-1)
  if (last?.challengeName === "SRP_A") return { challengeName: "PASSWORD_VERIFIER" }
  const tries = session.filter(({ challengeName }) => challengeName === "CUSTOM_CHALLENGE")
  if (last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult) return { issueTokens: true }
  if (tries.length >= 3) return { failAuthentication: true, issueTokens: false }
  return { challengeName: "CUSTOM_CHALLENGE", issueTokens: false, failAuthentication: false }
}

function questions(...more: Parameters<typeof record>): Recorded {
  const asked = record("defineAuthChallenge", "createAuthChallenge", "verifyAuthChallengeResponse", ...more)
  asked.behave("defineAuthChallenge", (event) => respond(decide(event))(event))
  asked.behave("createAuthChallenge", (event) =>
    respond({
      publicChallengeParameters: { question: `number ${event.request.session.length}` },
      privateChallengeParameters: { answer: "blue" },
      challengeMetadata: `asked-${event.request.session.length}`,
    })(event),
  )
  asked.behave("verifyAuthChallengeResponse", (event) =>
    respond({ answerCorrect: event.request.challengeAnswer === event.request.privateChallengeParameters.answer })(
      event,
    ),
  )
  return asked
}

async function openCustomWorld(asked: Recorded, client: Partial<CreateUserPoolClientRequest> = CUSTOM) {
  const world = await openWorld({}, client, asked.triggers)
  const { clientId: ClientId, idp } = world
  return {
    ...world,
    begin: (USERNAME: string, parameters: Record<string, string> = {}, ClientMetadata?: Record<string, string>) =>
      idp.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "CUSTOM_AUTH",
          AuthParameters: { USERNAME, ...parameters },
          ...(ClientMetadata && { ClientMetadata }),
        }),
      ),
    answer: (
      ChallengeName: ChallengeNameType,
      ChallengeResponses: Record<string, string>,
      Session: string | undefined,
      ClientMetadata?: Record<string, string>,
    ) =>
      idp.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName,
          ChallengeResponses,
          Session,
          ...(ClientMetadata && { ClientMetadata }),
        }),
      ),
  }
}

describe("challenges of functions", () => {
  test("are defined, created and verified in turn, until there are tokens", async () => {
    const asked = questions("preAuthentication", "postAuthentication", "preTokenGeneration")
    await using world = await openCustomWorld(asked)
    await world.addUser("ann", { email: "ann@example.com" })
    const first = await world.begin("ann", {}, { early: "1" })
    assert.equal(first.ChallengeName, "CUSTOM_CHALLENGE")
    assert.deepEqual(first.ChallengeParameters, { question: "number 0", USERNAME: "ann" })
    const metadata = { late: "2" }
    const second = await world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER: "red" }, first.Session, metadata)
    assert.equal(second.ChallengeParameters!.question, "number 1")
    const third = await world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER: "blue" }, second.Session)
    assert.ok(third.AuthenticationResult!.RefreshToken)
    assert.deepEqual(asked.sources(), [
      "PreAuthentication_Authentication",
      "DefineAuthChallenge_Authentication",
      "CreateAuthChallenge_Authentication",
      "VerifyAuthChallengeResponse_Authentication",
      "DefineAuthChallenge_Authentication",
      "CreateAuthChallenge_Authentication",
      "VerifyAuthChallengeResponse_Authentication",
      "DefineAuthChallenge_Authentication",
      "PostAuthentication_Authentication",
      "TokenGeneration_Authentication",
    ])
    const [before, define, create, verify, again] = asked.events
    const { userAttributes } = define!.request
    assert.equal(userAttributes.email, "ann@example.com")
    assert.deepEqual(before!.request.validationData, { early: "1" })
    assert.deepEqual(define!.request, { userAttributes, session: [] })
    assert.deepEqual(define!.response, { challengeName: null, issueTokens: null, failAuthentication: null })
    assert.deepEqual(create!.request, { userAttributes, challengeName: "CUSTOM_CHALLENGE", session: [] })
    assert.deepEqual(verify!.request, {
      userAttributes,
      privateChallengeParameters: { answer: "blue" },
      challengeAnswer: "red",
      clientMetadata: metadata,
    })
    const wrong = { challengeName: "CUSTOM_CHALLENGE", challengeResult: false, challengeMetadata: "asked-0" }
    assert.deepEqual(again!.request, { userAttributes, session: [wrong], clientMetadata: metadata })
  })

  test("fail where the function says so, and each session is answered once", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    let { Session } = await world.begin("ann")
    const used: (string | undefined)[] = []
    const answer = (session: string | undefined, ANSWER = "red") =>
      world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER }, session)
    for (let n = 0; n < 2; n++) {
      used.push(Session)
      Session = (await answer(Session)).Session
    }
    await refuses(answer(Session), ...WRONG)
    asked.clear()
    const once = "Invalid session for the user, session can only be used once."
    for (const session of [...used, Session]) await refuses(answer(session, "blue"), "NotAuthorizedException", once)
    assert.equal(asked.events.length, 0, "no function is asked about it again")
  })

  test("an answer counts though a function then fails: there is no second guess", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const { Session } = await world.begin("ann")
    asked.behave("verifyAuthChallengeResponse", throwing("down"))
    const answer = () => world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER: "blue" }, Session)
    await refuses(answer(), "UserLambdaValidationException", "VerifyAuthChallengeResponse failed with error down.")
    await refuses(answer(), "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
  })

  test("of two answers at once one counts", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const { Session } = await world.begin("ann")
    const guesses = ["red", "green", "blue", "black"].map((ANSWER) =>
      world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER }, Session),
    )
    const outcomes = await Promise.allSettled(guesses)
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1)
    assert.equal(asked.sources().filter((source) => source.startsWith("Verify")).length, 1)
  })

  test("end with their session, and are of one person and one challenge", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    await world.addUser("bob")
    const { Session } = await world.begin("ann")
    const invalid = "Invalid session for the user."
    await refuses(
      world.answer("CUSTOM_CHALLENGE", { USERNAME: "bob", ANSWER: "blue" }, Session),
      "NotAuthorizedException",
      invalid,
    )
    await refuses(
      world.answer("SOFTWARE_TOKEN_MFA", { USERNAME: "ann", SOFTWARE_TOKEN_MFA_CODE: "123456" }, Session),
      "NotAuthorizedException",
      invalid,
    )
    await world.advance(181)
    await refuses(
      world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER: "blue" }, Session),
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    )
  })

  test("are of the client and the pool that asked, and what an answer says of itself counts for nothing", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const { Session } = await world.begin("ann")
    const right = { USERNAME: "ann", ANSWER: "blue" }
    const clientOf = async (UserPoolId: string) => {
      const made = await world.idp.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "other", ...CUSTOM }))
      return made.UserPoolClient!.ClientId!
    }
    const { UserPool } = await world.idp.send(new CreateUserPoolCommand({ PoolName: "others" }))
    const asOther = async (UserPoolId: string) => {
      const step = { ChallengeName: "CUSTOM_CHALLENGE" as const, ChallengeResponses: right, Session }
      return world.idp.send(new RespondToAuthChallengeCommand({ ...step, ClientId: await clientOf(UserPoolId) }))
    }
    const invalid = "Invalid session for the user."
    await refuses(asOther(world.poolId), "NotAuthorizedException", invalid)
    await refuses(asOther(UserPool!.Id!), "NotAuthorizedException", invalid)
    const forged = {
      ...right,
      ANSWER: "red",
      challengeResult: "true",
      challengeName: "SRP_A",
      answerCorrect: "true",
      issueTokens: "true",
      privateChallengeParameters: '{"answer":"red"}',
    }
    const { AuthenticationResult, ChallengeName } = await world.answer("CUSTOM_CHALLENGE", forged, Session, forged)
    assert.deepEqual([AuthenticationResult, ChallengeName], [undefined, "CUSTOM_CHALLENGE"])
    const { session } = asked.last().request
    assert.deepEqual(session, [
      { challengeName: "CUSTOM_CHALLENGE", challengeResult: false, challengeMetadata: "asked-0" },
    ])
    // Of a session's text no part can be another's.
    const other = (await world.begin("ann")).Session!
    const half = other.length / 2
    for (const text of [Session!.slice(0, half) + other.slice(half), `${other.slice(0, -4)}AAA=`, other.slice(4)])
      await refuses(world.answer("CUSTOM_CHALLENGE", right, text), "NotAuthorizedException", invalid)
  })

  test("give no tokens to whoever may not sign in", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked, HIDING)
    await world.addUser("ann")
    const { Session } = await world.begin("ann")
    await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
    await refuses(
      world.answer("CUSTOM_CHALLENGE", { USERNAME: "ann", ANSWER: "blue" }, Session),
      "NotAuthorizedException",
      "User is disabled.",
    )
  })

  test("need their functions, a client that allows them, and a ruling that is one", async () => {
    const missing = "Custom auth lambda trigger is not configured for the user pool."
    {
      await using world = await openCustomWorld(record())
      await world.addUser("ann")
      await refuses(world.begin("ann"), "InvalidParameterException", missing)
    }
    {
      const define = record("defineAuthChallenge")
      define.behave("defineAuthChallenge", respond({ challengeName: "CUSTOM_CHALLENGE" }))
      await using world = await openCustomWorld(define)
      await world.addUser("ann")
      await refuses(world.begin("ann"), "InvalidParameterException", missing)
    }
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const nonsense = ["InvalidLambdaResponseException", "Unrecognizable lambda output"] as const
    for (const ruling of [
      {},
      { challengeName: "SMS_MFA" },
      { challengeName: "constructor" },
      { issueTokens: "true" },
    ]) {
      asked.behave("defineAuthChallenge", respond(ruling))
      await refuses(world.begin("ann"), ...nonsense)
    }
    asked.behave("defineAuthChallenge", respond({ challengeName: "CUSTOM_CHALLENGE" }))
    for (const made of [
      { publicChallengeParameters: { n: 1 } },
      { privateChallengeParameters: "text" },
      { privateChallengeParameters: { long: "x".repeat(300_000) } },
    ]) {
      asked.behave("createAuthChallenge", respond(made))
      await refuses(world.begin("ann"), ...nonsense)
    }
    asked.behave("defineAuthChallenge", respond({ issueTokens: true, failAuthentication: true }))
    await refuses(world.begin("ann"), ...WRONG)
    await using closed = await openCustomWorld(questions(), {
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })
    await closed.addUser("ann")
    await refuses(closed.begin("ann"), "InvalidParameterException", "CUSTOM_AUTH flow not enabled for this client")
  })

  test("may say much that is kept: no session grows by it", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const short = (await world.begin("ann")).Session!
    const long = { answer: "blue", more: "x".repeat(200_000) }
    asked.behave("createAuthChallenge", respond({ privateChallengeParameters: long }))
    const { Session } = await world.begin("ann")
    assert.equal(Session!.length, short.length)
    const { AuthenticationResult } = await world.answer(
      "CUSTOM_CHALLENGE",
      { USERNAME: "ann", ANSWER: "blue" },
      Session,
    )
    assert.ok(AuthenticationResult)
  })
})

describe("nobody", () => {
  test("is asked the same, of the same functions, and gets no tokens whatever they say", async () => {
    const asked = questions("preAuthentication", "postAuthentication", "preTokenGeneration")
    await using world = await openCustomWorld(asked, HIDING)
    await world.addUser("ann")
    const walk = async (name: string, answers: string[]) => {
      asked.clear()
      let step = await world.begin(name)
      const seen = [{ ...step.ChallengeParameters, session: step.Session!.length, USERNAME: step.ChallengeName }]
      for (const ANSWER of answers) {
        const next = world.answer("CUSTOM_CHALLENGE", { USERNAME: name, ANSWER }, step.Session)
        if (seen.length === answers.length) await refuses(next, ...WRONG)
        else {
          step = await next
          seen.push({ ...step.ChallengeParameters, session: step.Session!.length, USERNAME: step.ChallengeName })
        }
      }
      return { seen, sources: asked.sources(), flags: asked.events.map(({ request }) => request.userNotFound) }
    }
    const guesses = ["red", "red", "red"]
    const [known, unknown] = [await walk("ann", guesses), await walk("bob", guesses)]
    assert.deepEqual(unknown.seen, known.seen)
    assert.deepEqual(unknown.sources, known.sources)
    assert.deepEqual(new Set(known.flags), new Set([false]))
    assert.deepEqual(new Set(unknown.flags), new Set([true]))
    assert.deepEqual((await walk("bob", ["blue"])).sources.at(-1), "DefineAuthChallenge_Authentication")
  })

  test("is refused at once where the client does not hide who is a user", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await refuses(world.begin("nobody"), "UserNotFoundException", "User does not exist.")
    assert.equal(asked.events.length, 0)
  })
})

describe("the password first, by SRP", () => {
  const beginWithSrp = async (world: Awaited<ReturnType<typeof openCustomWorld>>, name: string) => {
    const srp = startSrpClient(world.poolId)
    const step = await world.begin(name, { CHALLENGE_NAME: "SRP_A", SRP_A: srp.SRP_A })
    assert.equal(step.ChallengeName, "PASSWORD_VERIFIER")
    return { step, prove: (password: string) => srp.answer(step.ChallengeParameters!, password) }
  }

  test("then the question, then tokens", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const { step, prove } = await beginWithSrp(world, "ann")
    const question = await world.answer("PASSWORD_VERIFIER", prove(PASSWORD), step.Session)
    assert.equal(question.ChallengeName, "CUSTOM_CHALLENGE")
    const rounds = asked.last().request.session
    assert.deepEqual(rounds, [
      { challengeName: "SRP_A", challengeResult: true, challengeMetadata: null },
      { challengeName: "PASSWORD_VERIFIER", challengeResult: true, challengeMetadata: null },
    ])
    const answer = { USERNAME: "ann", ANSWER: "blue" }
    assert.ok((await world.answer("CUSTOM_CHALLENGE", answer, question.Session)).AuthenticationResult)
  })

  test("is no way around the question: what was begun so is ended so", async () => {
    const asked = questions()
    const both = ["ALLOW_CUSTOM_AUTH" as const, "ALLOW_USER_SRP_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const]
    await using world = await openCustomWorld(asked, { ExplicitAuthFlows: both })
    await world.addUser("ann")
    const { prove } = await beginWithSrp(world, "ann")
    const invalid = ["NotAuthorizedException", "Invalid session for the user."] as const
    await refuses(world.answer("PASSWORD_VERIFIER", prove(PASSWORD), undefined), ...invalid)
    const other = await beginWithSrp(world, "ann")
    await refuses(world.answer("PASSWORD_VERIFIER", prove(PASSWORD), other.step.Session), ...invalid)
    const plain = startSrpClient(world.poolId)
    const { ChallengeParameters } = await world.idp.send(
      new InitiateAuthCommand({
        ClientId: world.clientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME: "ann", SRP_A: plain.SRP_A },
      }),
    )
    await refuses(
      world.answer("PASSWORD_VERIFIER", plain.answer(ChallengeParameters!, PASSWORD), other.step.Session),
      ...invalid,
    )
    await refuses(world.answer("PASSWORD_VERIFIER", other.prove("Wrong0!!"), other.step.Session), ...WRONG)
  })

  test("nobody's is like a user's", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked, HIDING)
    await world.addUser("ann")
    const sizes = []
    for (const name of ["ann", "bob"]) {
      const { step, prove } = await beginWithSrp(world, name)
      sizes.push([step.Session!.length, step.ChallengeParameters!.SECRET_BLOCK!.length])
      await refuses(world.answer("PASSWORD_VERIFIER", prove("Wrong0!!"), step.Session), ...WRONG)
    }
    assert.deepEqual(sizes[0], sizes[1])
  })

  test("then the second factor that the pool asks for, and then the question", async () => {
    const asked = questions()
    asked.behave("defineAuthChallenge", (event) => respond({ ...decide(event) })(event))
    await using world = await openCustomWorld(asked, {
      ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })
    await world.addUser("ann")
    await world.idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: world.poolId,
        SoftwareTokenMfaConfiguration: { Enabled: true },
        MfaConfiguration: "OPTIONAL",
      }),
    )
    const { AccessToken } = await world.signIn("ann")
    const { SecretCode } = await world.idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    await world.idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: await totpOf(world, SecretCode!) }))
    await world.idp.send(
      new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }),
    )
    const { step, prove } = await beginWithSrp(world, "ann")
    const factor = await world.answer("PASSWORD_VERIFIER", prove(PASSWORD), step.Session)
    assert.equal(factor.ChallengeName, "SOFTWARE_TOKEN_MFA")
    const question = await world.answer(
      "SOFTWARE_TOKEN_MFA",
      { USERNAME: "ann", SOFTWARE_TOKEN_MFA_CODE: await totpOf(world, SecretCode!, 1) },
      factor.Session,
    )
    assert.equal(question.ChallengeName, "CUSTOM_CHALLENGE")
    assert.deepEqual(
      asked.last().request.session.map(({ challengeName }: { challengeName: string }) => challengeName),
      ["SRP_A", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"],
    )
    const answer = { USERNAME: "ann", ANSWER: "blue" }
    assert.ok((await world.answer("CUSTOM_CHALLENGE", answer, question.Session)).AuthenticationResult)
  })

  test("a password that must be changed is changed before the question", async () => {
    const asked = questions()
    await using world = await openCustomWorld(asked)
    await world.addUser("ann")
    const temporary = { UserPoolId: world.poolId, Username: "ann", Password: "Temporary0!" }
    await world.idp.send(new AdminSetUserPasswordCommand(temporary))
    const { step, prove } = await beginWithSrp(world, "ann")
    const change = await world.answer("PASSWORD_VERIFIER", prove("Temporary0!"), step.Session)
    assert.equal(change.ChallengeName, "NEW_PASSWORD_REQUIRED")
    const question = await world.answer(
      "NEW_PASSWORD_REQUIRED",
      { USERNAME: "ann", NEW_PASSWORD: "Another0!" },
      change.Session,
    )
    assert.equal(question.ChallengeName, "CUSTOM_CHALLENGE")
    const answer = { USERNAME: "ann", ANSWER: "blue" }
    assert.ok((await world.answer("CUSTOM_CHALLENGE", answer, question.Session)).AuthenticationResult)
  })
})

describe("amazon-cognito-identity-js", () => {
  const userOf = (world: World, Username: string) => {
    const data = world.server.cognitoUserPool({ UserPoolId: world.poolId, ClientId: world.clientId })
    return new CognitoUser({ Username, Pool: new CognitoUserPool(data) })
  }
  const details = (Username: string, Password?: string) =>
    new AuthenticationDetails({ Username, ...(Password !== undefined && { Password }) })

  /** Answers each question with the next of the answers. */
  const signIn = (user: CognitoUser, answers: string[], begin: (callbacks: object) => void) =>
    new Promise<CognitoUserSession>((resolve, reject) => {
      const callbacks = {
        onSuccess: resolve,
        onFailure: reject,
        customChallenge: () => user.sendCustomChallengeAnswer(answers.shift()!, callbacks),
      }
      begin(callbacks)
    })

  test("initiateAuth, and an answer that is wrong once", async () => {
    await using world = await openCustomWorld(questions())
    await world.addUser("ann")
    const user = userOf(world, "ann")
    user.setAuthenticationFlowType("CUSTOM_AUTH")
    const session = await signIn(user, ["red", "blue"], (callbacks) =>
      user.initiateAuth(details("ann"), callbacks as Parameters<CognitoUser["initiateAuth"]>[1]),
    )
    assert.equal(session.getIdToken().payload["cognito:username"], "ann")
  })

  test("authenticateUser, the password first", async () => {
    await using world = await openCustomWorld(questions())
    await world.addUser("ann")
    const user = userOf(world, "ann")
    user.setAuthenticationFlowType("CUSTOM_AUTH")
    const authenticate = (password: string) =>
      signIn(user, ["blue"], (callbacks) =>
        user.authenticateUser(details("ann", password), callbacks as Parameters<CognitoUser["authenticateUser"]>[1]),
      )
    await assert.rejects(authenticate("Wrong0!!"), { name: WRONG[0], message: WRONG[1] })
    assert.ok((await authenticate(PASSWORD)).isValid())
  })

  test("authenticateUser with the password itself, of somebody who is migrated", async () => {
    const asked = record("userMigration")
    asked.behave("userMigration", respond({ userAttributes: { name: "Ann" }, finalUserStatus: "CONFIRMED" }))
    await using world = await openWorld({}, {}, asked.triggers)
    const user = userOf(world, "ann")
    user.setAuthenticationFlowType("USER_PASSWORD_AUTH")
    const session = await signIn(user, [], (callbacks) =>
      user.authenticateUser(details("ann", PASSWORD), callbacks as Parameters<CognitoUser["authenticateUser"]>[1]),
    )
    assert.equal(session.getIdToken().payload.name, "Ann")
  })
})

test("remembered devices prove themselves before there are tokens", async () => {
  const asked = questions("postAuthentication", "preTokenGeneration")
  await using world = await openCustomWorld(asked)
  await world.idp.send(
    new UpdateUserPoolCommand({
      UserPoolId: world.poolId,
      DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: false, ChallengeRequiredOnNewDevice: false },
    }),
  )
  await world.addUser("ann")
  const data = world.server.cognitoUserPool({ UserPoolId: world.poolId, ClientId: world.clientId })
  const signIn = (user: CognitoUser) =>
    new Promise<CognitoUserSession>((resolve, reject) => {
      const callbacks = {
        onSuccess: resolve,
        onFailure: reject,
        customChallenge: () => user.sendCustomChallengeAnswer("blue", callbacks),
      }
      user.setAuthenticationFlowType("CUSTOM_AUTH")
      user.authenticateUser(new AuthenticationDetails({ Username: "ann", Password: PASSWORD }), callbacks)
    })
  const user = new CognitoUser({ Username: "ann", Pool: new CognitoUserPool(data) })
  const first = await signIn(user)
  assert.ok(first.getAccessToken().payload.device_key)
  const ends = () =>
    asked.events
      .filter(({ triggerSource }) => /^PostAuth|^Token/.test(triggerSource))
      .map(({ triggerSource, request }) => [triggerSource, request.newDeviceUsed])
  assert.deepEqual(ends(), [
    ["PostAuthentication_Authentication", true],
    ["TokenGeneration_Authentication", undefined],
  ])
  asked.clear()
  const second = await signIn(user)
  assert.deepEqual(ends(), [
    ["PostAuthentication_Authentication", false],
    ["TokenGeneration_AuthenticateDevice", undefined],
  ])
  assert.equal(second.getAccessToken().payload.device_key, first.getAccessToken().payload.device_key)
})
