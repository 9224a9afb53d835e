import { after, describe, test } from "node:test"
import * as sdk from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { allow, createPerson } from "./iam-world.ts"

// What AWS says word for word, one row for each condition whose text is known. Left out, because nothing here brings the
// condition about: the daily limit of AWS's own mail sender (nothing is mailed) and what Lambda triggers answer (they are
// not run). Left out as well: "Member must have length greater than or equal to 6" of a short password, and the length
// alone of an empty username. The present model has no shortest password and has a pattern that an empty name breaks too.

type Challenge = Pick<sdk.InitiateAuthResponse, "ChallengeName" | "Session">
type Commands = Record<string, new (input: object) => never>

/** An operation by its name, without the SDK's types: half of the inputs here are wrong. */
const call = ({ idp }: Pick<World, "idp">, operation: string, input: object): Promise<Challenge> =>
  idp.send(new (sdk as unknown as Commands)[`${operation}Command`]!(input)) as Promise<Challenge>

const POOLS = {
  plain: {},
  attributes: {
    AutoVerifiedAttributes: ["email"],
    Schema: [
      { Name: "name", AttributeDataType: "String", Required: true, Mutable: true },
      { Name: "family_name", AttributeDataType: "String", Required: true, Mutable: true },
    ],
  },
  verifying: { AutoVerifiedAttributes: ["email"] },
  closed: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
  byEmail: { UsernameAttributes: ["email"] },
  byPhone: { UsernameAttributes: ["phone_number"] },
  byEither: { UsernameAttributes: ["email", "phone_number"] },
  emailAlias: { AliasAttributes: ["email"], AutoVerifiedAttributes: ["email"] },
  phoneAlias: { AliasAttributes: ["phone_number"] },
  codes: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
} satisfies Record<string, Partial<sdk.CreateUserPoolRequest>>

const FLOWS = [
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
] satisfies sdk.ExplicitAuthFlowsType[]

const CLIENTS = {
  usual: {},
  secret: { GenerateSecret: true },
  hiding: { PreventUserExistenceErrors: "ENABLED" },
  noFlow: { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] },
  choosing: { ExplicitAuthFlows: [...FLOWS, "ALLOW_USER_AUTH"], PreventUserExistenceErrors: "ENABLED" },
  narrow: { WriteAttributes: ["email"] },
} satisfies Record<string, Partial<sdk.CreateUserPoolClientRequest>>

interface Row {
  operation: string
  condition: string
  code: string
  /** `{client}` and `{pool}` stand for the IDs. */
  message: string
  pool?: keyof typeof POOLS
  client?: keyof typeof CLIENTS
  /** Time passes: a world of its own. */
  waits?: true
  /** Brings the condition about, and gives what is asked then; a `ClientId` or `UserPoolId` is added where it lacks. */
  input(world: World): Promise<object> | object
}

const NOT_AUTHORIZED = "NotAuthorizedException"
const INVALID = "InvalidParameterException"

const passwordAuth = (USERNAME: string, given = PASSWORD) => ({
  AuthFlow: "USER_PASSWORD_AUTH",
  AuthParameters: { USERNAME, PASSWORD: given },
})
const attribute = (Name: string, Value: string) => ({ Name, Value })
const signUp = (Username: string, ...UserAttributes: object[]) => ({ Username, Password: PASSWORD, UserAttributes })

async function signUpFirst(world: World, Username: string, ...attributes: object[]): Promise<void> {
  await call(world, "SignUp", { ClientId: world.clientId, ...signUp(Username, ...attributes) })
}

const wrongCode = (right: string): string => (right === "000000" ? "000001" : "000000")

/** A challenge with its session: a temporary password that is to be changed. */
async function challenge(world: World, Username: string) {
  await call(world, "AdminCreateUser", { UserPoolId: world.poolId, Username, TemporaryPassword: "Temp0rary!" })
  const { Session } = await call(world, "InitiateAuth", {
    ClientId: world.clientId,
    ...passwordAuth(Username, "Temp0rary!"),
  })
  return {
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session,
    ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: PASSWORD },
  }
}

const refresh = (REFRESH_TOKEN: string) => ({ AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN } })

async function tokens(world: World, username: string) {
  await world.addUser(username, { email: `${username}@example.com` })
  return world.signIn(username)
}

const ROWS: Row[] = [
  ...[undefined, "hiding" as const].map((client) => ({
    operation: "InitiateAuth",
    condition: client ? "unknown user, hidden" : "wrong password",
    code: NOT_AUTHORIZED,
    message: "Incorrect username or password.",
    ...(client && { client }),
    async input(world: World) {
      if (!client) await world.addUser("wrong")
      return passwordAuth("wrong", "Wr0ng!!!")
    },
  })),
  {
    operation: "InitiateAuth",
    condition: "unknown user",
    code: "UserNotFoundException",
    message: "User does not exist.",
    input: () => passwordAuth("nobody"),
  },
  {
    operation: "InitiateAuth",
    condition: "not confirmed, right password",
    code: "UserNotConfirmedException",
    message: "User is not confirmed.",
    async input(world) {
      await signUpFirst(world, "unconfirmed")
      return passwordAuth("unconfirmed")
    },
  },
  {
    operation: "InitiateAuth",
    condition: "disabled",
    code: NOT_AUTHORIZED,
    message: "User is disabled.",
    async input(world) {
      await world.addUser("disabled")
      await call(world, "AdminDisableUser", { UserPoolId: world.poolId, Username: "disabled" })
      return passwordAuth("disabled")
    },
  },
  {
    operation: "InitiateAuth",
    condition: "too many wrong passwords",
    code: NOT_AUTHORIZED,
    message: "Password attempts exceeded",
    async input(world) {
      await world.addUser("locked")
      for (let i = 0; i < 5; i++) await world.start("locked", "Wr0ng!!!").catch(() => {})
      return passwordAuth("locked")
    },
  },
  {
    operation: "InitiateAuth",
    condition: "temporary password too old",
    code: NOT_AUTHORIZED,
    waits: true,
    message: "Temporary password has expired and must be reset by an administrator.",
    async input(world) {
      await call(world, "AdminCreateUser", {
        UserPoolId: world.poolId,
        Username: "late",
        TemporaryPassword: "Temp0rary!",
      })
      await world.advance(7 * 86_400)
      return passwordAuth("late", "Temp0rary!")
    },
  },
  {
    operation: "InitiateAuth",
    condition: "RESET_REQUIRED",
    code: "PasswordResetRequiredException",
    message: "Password reset required for the user",
    async input(world) {
      await world.addUser("reset", { email: "reset@example.com", email_verified: "true" })
      await call(world, "AdminResetUserPassword", { UserPoolId: world.poolId, Username: "reset" })
      return passwordAuth("reset")
    },
  },
  ...(
    [
      ["USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"],
      ["USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."],
      ["USER_AUTH", "USER_AUTH flow not enabled for this client"],
    ] as const
  ).map(([AuthFlow, message]) => ({
    operation: "InitiateAuth",
    condition: `${AuthFlow} not enabled`,
    code: INVALID,
    message,
    client: "noFlow" as const,
    input: () => ({ AuthFlow, AuthParameters: { USERNAME: "ann", PASSWORD, SRP_A: "ab" } }),
  })),
  {
    operation: "AdminInitiateAuth",
    condition: "flow not enabled",
    code: INVALID,
    message: "Auth flow not enabled for this client",
    client: "noFlow",
    input: ({ clientId: ClientId }) => ({ ...passwordAuth("ann"), AuthFlow: "ADMIN_USER_PASSWORD_AUTH", ClientId }),
  },
  {
    operation: "InitiateAuth",
    condition: "the client has a secret, no hash",
    code: NOT_AUTHORIZED,
    message: "Client {client} is configured with secret but SECRET_HASH was not received",
    client: "secret",
    input: () => passwordAuth("ann"),
  },
  ...([undefined, "secret"] as const).map((client) => ({
    operation: "InitiateAuth",
    condition: client ? "wrong SECRET_HASH" : "SECRET_HASH for a client without a secret",
    code: NOT_AUTHORIZED,
    message: "Unable to verify secret hash for client {client}",
    ...(client && { client }),
    input: () => ({
      ...passwordAuth("ann"),
      AuthParameters: { USERNAME: "ann", PASSWORD, SECRET_HASH: "d3Jvbmc=" },
    }),
  })),
  {
    operation: "RespondToAuthChallenge",
    condition: "wrong SECRET_HASH",
    code: NOT_AUTHORIZED,
    message: "Unable to verify secret hash for client {client}",
    client: "secret",
    input: () => ({
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: "s".repeat(40),
      ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: PASSWORD, SECRET_HASH: "d3Jvbmc=" },
    }),
  },
  {
    operation: "InitiateAuth",
    condition: "USERNAME missing",
    code: INVALID,
    message: "Missing required parameter USERNAME",
    input: () => ({ AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { PASSWORD } }),
  },
  {
    operation: "InitiateAuth",
    condition: "no refresh token",
    code: NOT_AUTHORIZED,
    message: "Invalid Refresh Token",
    input: () => refresh("garbage"),
  },
  {
    operation: "InitiateAuth",
    condition: "expired refresh token",
    code: NOT_AUTHORIZED,
    waits: true,
    message: "Refresh Token has expired",
    async input(world) {
      const { RefreshToken } = await tokens(world, "expired")
      await world.advance(30 * 86_400)
      return refresh(RefreshToken)
    },
  },
  ...(["RevokeToken", "GlobalSignOut"] as const).map((by) => ({
    operation: "InitiateAuth",
    condition: `refresh token revoked by ${by}`,
    code: NOT_AUTHORIZED,
    message: "Refresh Token has been revoked",
    async input(world: World) {
      const { RefreshToken, AccessToken } = await tokens(world, `by-${by}`)
      await call(world, by, by === "RevokeToken" ? { ClientId: world.clientId, Token: RefreshToken } : { AccessToken })
      return refresh(RefreshToken)
    },
  })),
  {
    operation: "GetUser",
    condition: "access token revoked",
    code: NOT_AUTHORIZED,
    message: "Access Token has been revoked",
    async input(world) {
      const { AccessToken } = await tokens(world, "signed-out")
      await call(world, "GlobalSignOut", { AccessToken })
      return { AccessToken }
    },
  },
  {
    operation: "GetUser",
    condition: "access token expired",
    code: NOT_AUTHORIZED,
    waits: true,
    message: "Access Token has expired",
    async input(world) {
      const { AccessToken } = await tokens(world, "gone")
      await world.advance(3600)
      return { AccessToken }
    },
  },
  {
    operation: "GetUser",
    condition: "garbage",
    code: NOT_AUTHORIZED,
    message: "Invalid Access Token",
    input: () => ({ AccessToken: "garbage" }),
  },
  {
    operation: "GetUser",
    condition: "the signature does not verify",
    code: NOT_AUTHORIZED,
    message: "Could not verify signature for Access Token",
    async input(world) {
      const { AccessToken } = await tokens(world, "forged")
      const [head, , signature] = AccessToken.split(".")
      const claims = { ...claimsOf(AccessToken), username: "admin" }
      return { AccessToken: `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}` }
    },
  },
  {
    operation: "SignUp",
    condition: "username taken",
    code: "UsernameExistsException",
    message: "User already exists",
    async input(world) {
      await world.addUser("taken")
      return signUp("taken")
    },
  },
  ...(
    [
      ["byEmail", "email", "ann@example.com"],
      ["byPhone", "phone_number", "+15550100"],
    ] as const
  ).map(([pool, name, value]) => ({
    operation: "SignUp",
    condition: `${name} is the username, and taken`,
    code: "UsernameExistsException",
    message: `An account with the given ${name} already exists.`,
    pool,
    async input(world: World) {
      await world.addUser(value)
      return signUp(value)
    },
  })),
  {
    operation: "ConfirmSignUp",
    condition: "the alias is another's",
    code: "AliasExistsException",
    message: "An account with the email already exists.",
    pool: "emailAlias",
    async input(world) {
      await world.addUser("first", { email: "one@example.com", email_verified: "true" })
      await signUpFirst(world, "second", attribute("email", "one@example.com"))
      return { Username: "second", ConfirmationCode: await world.lastCode() }
    },
  },
  {
    operation: "AdminUpdateUserAttributes",
    condition: "the alias is another's",
    code: "AliasExistsException",
    message: "An account with the given email already exists.",
    pool: "emailAlias",
    async input(world) {
      await world.addUser("third", { email: "three@example.com", email_verified: "true" })
      await world.addUser("fourth")
      return {
        Username: "fourth",
        UserAttributes: [attribute("email", "three@example.com"), attribute("email_verified", "true")],
      }
    },
  },
  {
    operation: "SignUp",
    condition: "AllowAdminCreateUserOnly",
    code: NOT_AUTHORIZED,
    message: "SignUp is not permitted for this user pool",
    pool: "closed",
    input: () => signUp("ann"),
  },
  ...(
    [
      ["byEither", "Username should be either an email or a phone number."],
      ["byEmail", "Username should be an email."],
      ["byPhone", "Username should be a phone number."],
    ] as const
  ).map(([pool, message]) => ({
    operation: "SignUp",
    condition: `the name is none of ${pool}`,
    code: INVALID,
    message,
    pool,
    input: () => signUp("ann"),
  })),
  ...["SignUp", "AdminCreateUser"].flatMap((operation) => [
    {
      operation,
      condition: "a username like an e-mail address, with that alias",
      code: INVALID,
      message: "Username cannot be of email format, since user pool is configured for email alias.",
      pool: "emailAlias" as const,
      input: () => (operation === "SignUp" ? signUp("a@example.com") : { Username: "a@example.com" }),
    },
    {
      operation,
      condition: "a username like a telephone number, with that alias",
      code: INVALID,
      message: "Username cannot be of phone number format, since user pool is configured for phone number alias.",
      pool: "phoneAlias" as const,
      input: () => (operation === "SignUp" ? signUp("+15550100") : { Username: "+15550100" }),
    },
  ]),
  ...(
    [
      ["Sh0rt!", "Password not long enough"],
      ["passw0rd!", "Password must have uppercase characters"],
      ["PASSW0RD!", "Password must have lowercase characters"],
      ["Password!", "Password must have numeric characters"],
      ["Passw0rdd", "Password must have symbol characters"],
    ] as const
  ).flatMap(([Password, violation], i) => [
    {
      operation: "SignUp",
      condition: violation,
      code: "InvalidPasswordException",
      message: `Password did not conform with policy: ${violation}`,
      input: () => ({ Username: "ann", Password }),
    },
    {
      operation: "ChangePassword",
      condition: violation,
      code: "InvalidPasswordException",
      message: `Password did not conform with policy: ${violation}`,
      async input(world: World) {
        const { AccessToken } = await tokens(world, `changes${i}`)
        return { AccessToken, PreviousPassword: PASSWORD, ProposedPassword: Password }
      },
    },
    {
      operation: "RespondToAuthChallenge",
      condition: `NEW_PASSWORD_REQUIRED: ${violation}`,
      code: "InvalidPasswordException",
      message: `Password does not conform to policy: ${violation}`,
      async input(world: World) {
        const asked = await challenge(world, `new${i}`)
        return { ...asked, ChallengeResponses: { USERNAME: `new${i}`, NEW_PASSWORD: Password } }
      },
    },
  ]),
  {
    operation: "ConfirmSignUp",
    condition: "two fields empty",
    code: INVALID,
    message:
      "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null",
    input: () => ({}),
  },
  {
    operation: "SignUp",
    condition: "required attributes missing",
    code: INVALID,
    message:
      "Attributes did not conform to the schema: name: The attribute is required\nfamily_name: The attribute is required\n",
    pool: "attributes",
    input: () => signUp("ann"),
  },
  {
    operation: "SignUp",
    condition: "one required attribute missing",
    code: INVALID,
    message: "Attributes did not conform to the schema: family_name: The attribute is required\n",
    pool: "attributes",
    input: () => signUp("ann", attribute("name", "Ann")),
  },
  {
    operation: "AdminCreateUser",
    condition: "a custom attribute that is not in the schema",
    code: INVALID,
    message: "Attributes did not conform to the schema: Type for attribute {custom:role} could not be determined",
    input: () => ({ Username: "ann", UserAttributes: [attribute("custom:role", "x")] }),
  },
  {
    operation: "SignUp",
    condition: "a custom attribute that is not in the schema",
    code: INVALID,
    message: "Attributes did not conform to the schema: custom:userId: Attribute does not exist in the schema.\n",
    input: () => signUp("ann", attribute("custom:userId", "x")),
  },
  {
    operation: "SignUp",
    condition: "the client may not write the attribute",
    code: NOT_AUTHORIZED,
    message: "A client attempted to write unauthorized attribute",
    client: "narrow",
    input: () => signUp("ann", attribute("nickname", "x")),
  },
  {
    operation: "SignUp",
    condition: "bad e-mail address",
    code: INVALID,
    message: "Invalid email address format.",
    input: () => signUp("ann", attribute("email", "ann")),
  },
  {
    operation: "SignUp",
    condition: "bad telephone number",
    code: INVALID,
    message: "Invalid phone number format.",
    input: () => signUp("ann", attribute("phone_number", "555")),
  },
  {
    operation: "ConfirmSignUp",
    condition: "wrong code",
    code: "CodeMismatchException",
    message: "Invalid verification code provided, please try again.",
    pool: "verifying",
    async input(world) {
      await signUpFirst(world, "mistyped", attribute("email", "m@example.com"))
      return { Username: "mistyped", ConfirmationCode: wrongCode(await world.lastCode()) }
    },
  },
  {
    operation: "ConfirmForgotPassword",
    condition: "wrong code",
    code: "CodeMismatchException",
    message: "Invalid verification code provided, please try again.",
    async input(world) {
      await world.addUser("forgets", { email: "f@example.com", email_verified: "true" })
      await call(world, "ForgotPassword", { ClientId: world.clientId, Username: "forgets" })
      return { Username: "forgets", ConfirmationCode: wrongCode(await world.lastCode()), Password: PASSWORD }
    },
  },
  {
    operation: "ConfirmForgotPassword",
    condition: "no code was asked for",
    code: "ExpiredCodeException",
    message: "Invalid code provided, please request a code again.",
    async input(world) {
      await world.addUser("guesses")
      return { Username: "guesses", ConfirmationCode: "123456", Password: PASSWORD }
    },
  },
  {
    operation: "ConfirmSignUp",
    condition: "the code has expired",
    code: "ExpiredCodeException",
    waits: true,
    message: "Invalid code provided, please request a code again.",
    pool: "verifying",
    async input(world) {
      await signUpFirst(world, "slow", attribute("email", "slow@example.com"))
      await world.advance(86_400)
      return { Username: "slow", ConfirmationCode: await world.lastCode() }
    },
  },
  {
    operation: "ConfirmSignUp",
    condition: "confirmed already",
    code: NOT_AUTHORIZED,
    message: "User cannot be confirmed. Current status is CONFIRMED",
    async input(world) {
      await world.addUser("confirmed")
      return { Username: "confirmed", ConfirmationCode: "123456" }
    },
  },
  ...["ConfirmSignUp", "ForgotPassword"].map((operation) => ({
    operation,
    condition: "unknown user",
    code: "UserNotFoundException",
    message: "Username/client id combination not found.",
    input: () => ({ Username: "nobody", ...(operation === "ConfirmSignUp" && { ConfirmationCode: "123456" }) }),
  })),
  {
    operation: "ResendConfirmationCode",
    condition: "confirmed already",
    code: INVALID,
    message: "User is already confirmed.",
    async input(world) {
      await world.addUser("impatient")
      return { Username: "impatient" }
    },
  },
  {
    operation: "ForgotPassword",
    condition: "nothing is verified",
    code: INVALID,
    message: "Cannot reset password for the user as there is no registered/verified email or phone_number",
    async input(world) {
      await world.addUser("silent")
      return { Username: "silent" }
    },
  },
  ...["ForgotPassword", "AdminResetUserPassword"].flatMap((operation) => [
    {
      operation,
      condition: "FORCE_CHANGE_PASSWORD",
      code: NOT_AUTHORIZED,
      message: "User password cannot be reset in the current state.",
      async input(world: World) {
        const Username = `${operation}-new`
        await call(world, "AdminCreateUser", { UserPoolId: world.poolId, Username })
        return { Username }
      },
    },
    {
      operation,
      condition: "disabled",
      code: NOT_AUTHORIZED,
      message: operation === "ForgotPassword" ? "User is disabled." : "User is disabled",
      async input(world: World) {
        const Username = await world.addUser(`${operation}-off`, { email: "off@example.com", email_verified: "true" })
        await call(world, "AdminDisableUser", { UserPoolId: world.poolId, Username })
        return { Username }
      },
    },
  ]),
  {
    operation: "ForgotPassword",
    condition: "too often",
    code: "LimitExceededException",
    message: "Attempt limit exceeded, please try after some time.",
    async input(world) {
      const Username = await world.addUser("nervous", { email: "n@example.com", email_verified: "true" })
      for (let i = 0; i < 20; i++) await call(world, "ForgotPassword", { ClientId: world.clientId, Username })
      return { Username }
    },
  },
  {
    operation: "RespondToAuthChallenge",
    condition: "session too old",
    code: NOT_AUTHORIZED,
    waits: true,
    message: "Invalid session for the user, session is expired.",
    async input(world) {
      const asked = await challenge(world, "dreamer")
      await world.advance(181)
      return asked
    },
  },
  {
    operation: "RespondToAuthChallenge",
    condition: "session used twice",
    code: NOT_AUTHORIZED,
    message: "Invalid session for the user, session can only be used once.",
    pool: "codes",
    client: "choosing",
    async input(world) {
      await world.addUser("double", { email: "d@example.com", email_verified: "true" })
      const { ChallengeName, Session } = await call(world, "InitiateAuth", {
        ClientId: world.clientId,
        AuthFlow: "USER_AUTH",
        AuthParameters: { USERNAME: "double", PREFERRED_CHALLENGE: "EMAIL_OTP" },
      })
      const ChallengeResponses = { USERNAME: "double", EMAIL_OTP_CODE: await world.lastCode() }
      const answer = { ClientId: world.clientId, ChallengeName, Session, ChallengeResponses }
      await call(world, "RespondToAuthChallenge", answer)
      return answer
    },
  },
  {
    operation: "RespondToAuthChallenge",
    condition: "garbage for a session",
    code: NOT_AUTHORIZED,
    message: "Invalid session for the user.",
    input: () => ({
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: "s".repeat(40),
      ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: PASSWORD },
    }),
  },
  {
    operation: "RespondToAuthChallenge",
    condition: "another user's session",
    code: NOT_AUTHORIZED,
    message: "Invalid session for the user.",
    async input(world) {
      await world.addUser("thief")
      const asked = await challenge(world, "victim")
      return { ...asked, ChallengeResponses: { USERNAME: "thief", NEW_PASSWORD: PASSWORD } }
    },
  },
  {
    operation: "RespondToAuthChallenge",
    condition: "EMAIL_OTP: wrong code",
    code: "CodeMismatchException",
    message: "Invalid code or auth state for the user.",
    pool: "codes",
    client: "choosing",
    async input(world) {
      await world.addUser("typist", { email: "t@example.com", email_verified: "true" })
      const { ChallengeName, Session } = await call(world, "InitiateAuth", {
        ClientId: world.clientId,
        AuthFlow: "USER_AUTH",
        AuthParameters: { USERNAME: "typist", PREFERRED_CHALLENGE: "EMAIL_OTP" },
      })
      const EMAIL_OTP_CODE = wrongCode(await world.lastCode())
      return { ChallengeName, Session, ChallengeResponses: { USERNAME: "typist", EMAIL_OTP_CODE } }
    },
  },
  {
    operation: "DescribeUserPool",
    condition: "unknown pool",
    code: "ResourceNotFoundException",
    message: "User pool us-east-1_unknown00 does not exist.",
    input: () => ({ UserPoolId: "us-east-1_unknown00" }),
  },
  {
    operation: "UpdateUserPool",
    condition: "an address is to be verified before its update that is not verified at all",
    code: INVALID,
    message: "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
    input: ({ poolId: UserPoolId }) => ({
      UserPoolId,
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
    }),
  },
  {
    operation: "InitiateAuth",
    condition: "unknown client",
    code: "ResourceNotFoundException",
    message: "User pool client 1h57kf5cpq17m0eml12EXAMPLE does not exist.",
    input: () => ({ ...passwordAuth("ann"), ClientId: "1h57kf5cpq17m0eml12EXAMPLE" }),
  },
]

describe("AWS's words", () => {
  const worlds = new Map<string, Promise<World>>()
  const worldOf = ({ pool = "plain", client = "usual", waits, condition }: Row): Promise<World> => {
    const key = `${pool} ${client} ${waits ? condition : ""}`
    const settings = { ExplicitAuthFlows: FLOWS, ...CLIENTS[client] }
    if (!worlds.has(key)) worlds.set(key, openWorld(POOLS[pool], settings))
    return worlds.get(key)!
  }
  after(async () => {
    for (const world of worlds.values()) await (await world)[Symbol.asyncDispose]()
  })

  for (const row of ROWS) {
    const { operation, condition, code, message, input } = row
    test(`${operation}: ${condition}`, async () => {
      const world = await worldOf(row)
      const given = await input(world)
      const target = /^Admin/.test(operation) ? { UserPoolId: world.poolId } : { ClientId: world.clientId }
      const expected = message.replace("{client}", world.clientId).replace("{pool}", world.poolId)
      await refuses(call(world, operation, { ...target, ...given }), code, expected)
    })
  }
})

test("AWS's words for who may not", async () => {
  await using world = await openWorld()
  const { server, poolId } = world
  const ann = await createPerson(server, "ann", allow("iam:GetUser"))
  const idp = new sdk.CognitoIdentityProviderClient(ann.options)
  const arn = `arn:aws:cognito-idp:us-east-1:${server.account}:userpool/${poolId}`
  const who = `User: arn:aws:iam::${server.account}:user/ann is not authorized to perform:`
  for (const [operation, input, resource] of [
    ["AdminGetUser", { UserPoolId: poolId, Username: "bob" }, arn],
    ["ListUsers", { UserPoolId: poolId }, arn],
    ["ListUserPools", { MaxResults: 1 }, "*"],
  ] as const)
    await refuses(
      call({ idp }, operation, input),
      "AccessDeniedException",
      `${who} cognito-idp:${operation} on resource: ${resource} because no identity-based policy allows the cognito-idp:${operation} action`,
    )
})
