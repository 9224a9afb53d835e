import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolRequest,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { askControl } from "../harness/control.ts"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { startSrpClient } from "./srp-client.ts"

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world[Symbol.asyncDispose]())

interface Pool {
  poolId: string
  ClientId: string
}

const PASSWORDLESS = {
  AutoVerifiedAttributes: ["email" as const],
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD" as const, "EMAIL_OTP" as const] } },
}

/** A pool whose client hides who is a user. */
async function hidingPool(pool: Partial<CreateUserPoolRequest> = PASSWORDLESS): Promise<Pool> {
  const { UserPool } = await world.idp.send(new CreateUserPoolCommand({ PoolName: "hidden", ...pool }))
  const { UserPoolClient } = await world.idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: UserPool!.Id,
      ClientName: "app",
      PreventUserExistenceErrors: "ENABLED",
      ExplicitAuthFlows: [
        "ALLOW_USER_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
      ],
    }),
  )
  return { poolId: UserPool!.Id!, ClientId: UserPoolClient!.ClientId! }
}

async function addUser({ poolId: UserPoolId }: Pool, Username: string, email = `${Username}@example.com`) {
  const UserAttributes = [
    { Name: "email", Value: email },
    { Name: "email_verified", Value: "true" },
  ]
  await world.idp.send(new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" }))
  await world.idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }))
}

const initiate = (
  { ClientId }: Pool,
  AuthFlow: "USER_AUTH" | "USER_PASSWORD_AUTH" | "USER_SRP_AUTH",
  parameters: object,
) => world.idp.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters: { ...parameters } }))

const respond = (
  { ClientId }: Pool,
  ChallengeName: "PASSWORD_VERIFIER" | "EMAIL_OTP" | "SELECT_CHALLENGE" | "PASSWORD",
  ChallengeResponses: Record<string, string>,
  Session?: string,
) => world.idp.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName, ChallengeResponses, Session }))

const { SRP_A } = startSrpClient("us-east-1_any")

/** What a stranger sees of a call: the shape of an answer, or the error. A name that is sent back is left out. */
async function seen(call: Promise<object>, name: string): Promise<unknown> {
  try {
    const { $metadata, ...answer } = (await call) as { $metadata: object }
    return shapeOf(answer, name)
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

/** Values of chance and of the name by their length. */
function shapeOf(value: unknown, name: string, key = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => shapeOf(one, name))
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, shapeOf(one, name, member)]))
  if (value === name) return "the name"
  if (key === "SRP_B") return Number(String(value).length > 700)
  return ["Session", "SECRET_BLOCK", "SALT", "USERNAME", "USER_ID_FOR_SRP"].includes(key) ? String(value).length : value
}

const wrongProof = (name: string, SECRET_BLOCK: string) => ({
  USERNAME: name,
  PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
  PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString("base64"),
  TIMESTAMP: "Tue Sep 5 09:03:00 UTC 2028",
})

/** Eight wrong answers: the last locks out for eight seconds. */
async function failUntilLockedOut(fail: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < 5; n++) await fail()
  for (const wait of [2, 3, 5]) {
    await world.advance(wait)
    await fail()
  }
}

/** Notes what is seen of a call, and passes its answer on where there is one. */
type See = <T extends object>(call: Promise<T>) => Promise<T>

/** The ways in, each with a wrong answer at its end. */
const WAYS: Readonly<Record<string, (pool: Pool, USERNAME: string, see: See) => Promise<unknown>>> = {
  password: (pool, USERNAME, see) => see(initiate(pool, "USER_PASSWORD_AUTH", { USERNAME, PASSWORD: "Wr0ng!!!" })),
  async srp(pool, USERNAME, see) {
    const { ChallengeParameters } = await see(initiate(pool, "USER_SRP_AUTH", { USERNAME, SRP_A }))
    const { SECRET_BLOCK, USER_ID_FOR_SRP } = ChallengeParameters!
    await see(respond(pool, "PASSWORD_VERIFIER", wrongProof(USERNAME, SECRET_BLOCK!)))
    await see(respond(pool, "PASSWORD_VERIFIER", wrongProof(USER_ID_FOR_SRP!, SECRET_BLOCK!)))
    await see(respond(pool, "PASSWORD_VERIFIER", wrongProof("another", SECRET_BLOCK!)))
  },
  async choice(pool, USERNAME, see) {
    const { Session } = await see(initiate(pool, "USER_AUTH", { USERNAME }))
    await see(respond(pool, "SELECT_CHALLENGE", { USERNAME, ANSWER: "SMS_OTP" }, Session))
    const chosen = await see(respond(pool, "SELECT_CHALLENGE", { USERNAME, ANSWER: "PASSWORD" }, Session))
    await see(respond(pool, "PASSWORD", { USERNAME, PASSWORD: "Wr0ng!!!" }, chosen.Session))
    await see(respond(pool, "SELECT_CHALLENGE", { USERNAME, ANSWER: "PASSWORD" }, Session))
  },
  async chosenSrp(pool, USERNAME, see) {
    const start = initiate(pool, "USER_AUTH", { USERNAME, PREFERRED_CHALLENGE: "PASSWORD_SRP", SRP_A })
    const { SECRET_BLOCK } = (await see(start)).ChallengeParameters!
    await see(respond(pool, "PASSWORD_VERIFIER", wrongProof(USERNAME, SECRET_BLOCK!)))
  },
  async code(pool, USERNAME, see) {
    const { Session } = await see(initiate(pool, "USER_AUTH", { USERNAME, PREFERRED_CHALLENGE: "EMAIL_OTP" }))
    await see(respond(pool, "EMAIL_OTP", { USERNAME: "another", EMAIL_OTP_CODE: "no code" }, Session))
    await see(respond(pool, "EMAIL_OTP", { USERNAME, EMAIL_OTP_CODE: "no code" }, Session))
  },
  async reset({ ClientId }, Username, see) {
    await see(world.idp.send(new ForgotPasswordCommand({ ClientId, Username })))
    const answer = { ClientId, Username, ConfirmationCode: "nocode", Password: PASSWORD }
    await see(world.idp.send(new ConfirmForgotPasswordCommand(answer)))
  },
}

async function allSeen(pool: Pool, name: string): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {}
  for (const [way, walk] of Object.entries(WAYS)) {
    const notes: unknown[] = []
    all[way] = notes
    // Each begins without the failures of the one before.
    await world.advance(900)
    await walk(pool, name, async (call) => {
      notes.push(await seen(call, name))
      return call.catch(() => ({}) as never)
    })
  }
  return all
}

describe("with PreventUserExistenceErrors, nobody looks like a user", () => {
  test("who is known by a name of any length", async () => {
    const pool = await hidingPool()
    for (const [user, ghost] of [
      ["a", "b"],
      ["ann.with-a-rather-long-name", "bob.with-a-rather-long-name"],
      ["änne", "bünne"],
    ] as const) {
      // The first letter is in the masked address.
      await addUser(pool, user, "x@example.com")
      const [here, nowhere] = [await allSeen(pool, user), await allSeen(pool, ghost)]
      const withoutAddress = (all: object) => JSON.parse(JSON.stringify(all).replace(/\w\*\*\*@\w\*\*\*/g, "address"))
      assert.deepEqual(withoutAddress(nowhere), withoutAddress(here))
      assert.match(JSON.stringify(here), /"AvailableChallenges":\["PASSWORD_SRP","PASSWORD","EMAIL_OTP"\]/)
      assert.match(JSON.stringify(nowhere.srp!.at(-1)), /Invalid session for the user\./)
    }
  })

  test("who is known by an address", async () => {
    const pool = await hidingPool({ ...PASSWORDLESS, UsernameAttributes: ["email"] })
    await addUser(pool, "ann@example.com", "ann@example.com")
    const [here, nowhere] = [await allSeen(pool, "ann@example.com"), await allSeen(pool, "abe@example.com")]
    assert.deepEqual(nowhere, here)
  })

  test("who signs in by an alias", async () => {
    const pool = await hidingPool({ ...PASSWORDLESS, AliasAttributes: ["email"] })
    const Username = "01234567-89ab-4cde-a123-0123456789ab"
    await addUser(pool, Username, "ann@example.com")
    const [here, nowhere] = [await allSeen(pool, "ann@example.com"), await allSeen(pool, "abe@example.com")]
    assert.deepEqual(nowhere, here)
  })

  test("where the user has nothing to sign in with", async () => {
    const pool = await hidingPool()
    await world.idp.send(
      new SignUpCommand({
        ClientId: pool.ClientId,
        Username: "ann",
        UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
      } as never),
    )
    const offered = async (USERNAME: string) => (await initiate(pool, "USER_AUTH", { USERNAME })).AvailableChallenges
    assert.deepEqual(await offered("ann"), await offered("bob"))
    const before = (await world.outbox()).length
    const ask = (USERNAME: string) => initiate(pool, "USER_AUTH", { USERNAME, PREFERRED_CHALLENGE: "EMAIL_OTP" })
    assert.deepEqual([(await ask("ann")).ChallengeName, (await ask("bob")).ChallengeName], ["EMAIL_OTP", "EMAIL_OTP"])
    assert.equal((await world.outbox()).length, before, "neither is sent anything")
  })

  test("who confirms, or asks for a code again", async () => {
    const pool = await hidingPool()
    const { ClientId } = pool
    const sign = { ClientId, Username: "ann@example.com", Password: PASSWORD }
    await world.idp.send(new SignUpCommand({ ...sign, UserAttributes: [{ Name: "email", Value: "ann@example.com" }] }))
    const steps = async (Username: string) => {
      const confirm = () => world.idp.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: "nocode" }))
      const resend = () => world.idp.send(new ResendConfirmationCodeCommand({ ClientId, Username }))
      const notes: unknown[] = [await seen(resend(), Username), await seen(resend(), Username)]
      for (let n = 0; n < 20; n++) notes.push(await seen(confirm(), Username))
      return [...notes, await seen(resend(), Username)]
    }
    // The code of the sign-up is not counted any more.
    await world.advance(3600)
    const [here, nowhere] = [await steps("ann@example.com"), await steps("abe@example.com")]
    assert.deepEqual(nowhere, here)
    assert.match(String(here.at(-1)), /^LimitExceededException/)
  })

  test("whose guesses become too many", async () => {
    const pool = await hidingPool({
      ...PASSWORDLESS,
      UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" },
      UserPoolTier: "PLUS",
    })
    await addUser(pool, "ann")
    const guesses = async (name: string) => {
      const notes: unknown[] = []
      const guess = async () => notes.push(await seen(initiate(pool, "USER_PASSWORD_AUTH", wrong), name))
      const wrong = { USERNAME: name, PASSWORD: "Wr0ng!!!" }
      await failUntilLockedOut(guess)
      await guess()
      const code = await initiate(pool, "USER_AUTH", { USERNAME: name, PREFERRED_CHALLENGE: "EMAIL_OTP" })
      const answer = { USERNAME: name, EMAIL_OTP_CODE: "no code" }
      notes.push(await seen(respond(pool, "EMAIL_OTP", answer, code.Session), name))
      await world.advance(900)
      await guess()
      return notes
    }
    const here = await guesses("ann")
    assert.deepEqual(await guesses("bob"), here)
    const [wrong, tooMany] = ["Incorrect username or password.", "Password attempts exceeded"]
    assert.deepEqual(
      here.map((note) => String(note).replace(/^NotAuthorizedException: /, "")),
      [...Array(8).fill(wrong), tooMany, tooMany, wrong],
    )
  })

  test("who asks for codes too often", async () => {
    const pool = await hidingPool()
    await addUser(pool, "ann@example.com", "ann@example.com")
    const asks = async (Username: string) => {
      const ask = () => world.idp.send(new ForgotPasswordCommand({ ClientId: pool.ClientId, Username }))
      const notes: unknown[] = []
      for (let n = 0; n < 22; n++) notes.push(await seen(ask(), Username))
      await world.advance(3600)
      return [...notes, await seen(ask(), Username)]
    }
    assert.deepEqual(await asks("abe@example.com"), await asks("ann@example.com"))
  })
})

test("an exchange is answered by who began it", async () => {
  const pool = await hidingPool()
  await addUser(pool, "ann")
  await addUser(pool, "bob")
  const client = startSrpClient(pool.poolId)
  const start = () => initiate(pool, "USER_SRP_AUTH", { USERNAME: "ann", SRP_A: client.SRP_A })
  const answer = async () => client.answer((await start()).ChallengeParameters!, PASSWORD)
  for (const USERNAME of ["bob", "nobody"])
    await refuses(
      respond(pool, "PASSWORD_VERIFIER", { ...(await answer()), USERNAME }),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
  assert.ok((await respond(pool, "PASSWORD_VERIFIER", await answer())).AuthenticationResult?.IdToken)
})

test("a clock that is set back locks nobody out, and gives the codes of that time back", async () => {
  const pool = await hidingPool()
  await addUser(pool, "ann")
  const { now } = await askControl(world.server, "GET", "clock")
  await world.advance(90_000)
  const guess = () => initiate(pool, "USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD: "Wr0ng!!!" })
  await failUntilLockedOut(() => guess().catch(() => {}))
  await refuses(guess(), "NotAuthorizedException", "Password attempts exceeded")
  const forget = () => world.idp.send(new ForgotPasswordCommand({ ClientId: pool.ClientId, Username: "ann" }))
  for (let n = 0; n < 21; n++) await forget().catch(() => {})
  await refuses(forget(), "LimitExceededException", "Attempt limit exceeded, please try after some time.")
  await askControl(world.server, "POST", "clock", { now })
  world.idp.config.systemClockOffset -= 90_000_000
  assert.ok((await initiate(pool, "USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD })).AuthenticationResult)
  assert.ok((await forget()).CodeDeliveryDetails)
})
