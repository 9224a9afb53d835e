import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { InitiateAuthCommand, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider"
import type { Triggers } from "../../src/testing/index.ts"
import { openWorld, PASSWORD, type World } from "./cognito-idp-world.ts"
import { record } from "./trigger-world.ts"

/** What a function may answer in any place, by mistake or malice. */
const deep = JSON.parse(`${"[".repeat(2_000)}1${"]".repeat(2_000)}`)
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  1e308,
  "",
  "\0",
  "\ud800",
  "a\r\nx-injected: 1",
  "☃".repeat(10_000),
  [],
  [null],
  {},
  { a: { b: 1 } },
  deep,
  JSON.parse('{"__proto__":{"toString":1},"constructor":"x","hasOwnProperty":"y"}'),
]

const FIELDS: Partial<Record<keyof Triggers, readonly string[]>> = {
  preSignUp: ["autoConfirmUser", "autoVerifyEmail"],
  userMigration: ["userAttributes", "finalUserStatus", "messageAction", "desiredDeliveryMediums", "enableSMSMFA"],
  customMessage: ["smsMessage", "emailMessage", "emailSubject"],
  defineAuthChallenge: ["challengeName", "issueTokens", "failAuthentication"],
  createAuthChallenge: ["publicChallengeParameters", "privateChallengeParameters", "challengeMetadata"],
  preTokenGenerationV2: ["claimsAndScopeOverrideDetails"],
}

/** What asks the function. */
const ASKS: Partial<Record<keyof Triggers, (world: World, n: number) => Promise<unknown>>> = {
  preSignUp: (world, n) => signUp(world, n),
  customMessage: (world, n) => signUp(world, n),
  userMigration: (world, n) => world.start(`nobody${n}`),
  defineAuthChallenge: (world) => custom(world),
  createAuthChallenge: (world) => custom(world),
  preTokenGenerationV2: (world) => world.start("ann"),
}

const signUp = (world: World, n: number) =>
  world.idp.send(
    new SignUpCommand({
      ClientId: world.clientId,
      Username: `new${n}`,
      Password: PASSWORD,
      UserAttributes: [{ Name: "email", Value: "new@example.com" }],
    }),
  )
const custom = (world: World) =>
  world.idp.send(
    new InitiateAuthCommand({
      ClientId: world.clientId,
      AuthFlow: "CUSTOM_AUTH",
      AuthParameters: { USERNAME: "ann" },
    }),
  )

/** Answered, or refused as somebody's mistake: never a fault of the server. */
async function endsWell(call: Promise<unknown>, what: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (refused: Error & { $metadata?: { httpStatusCode?: number } }) => refused,
  )
  if (error) assert.equal(error.$metadata?.httpStatusCode, 400, `${what}: ${error.name} ${error.message}`)
}

describe("whatever functions answer", () => {
  for (const [trigger, fields] of Object.entries(FIELDS) as [keyof Triggers, readonly string[]][])
    test(`${trigger} never makes the server fail`, async () => {
      const asked = record(trigger, ...(trigger === "createAuthChallenge" ? ["defineAuthChallenge" as const] : []))
      await using world = await openWorld(
        { AutoVerifiedAttributes: ["email"] },
        { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
        asked.triggers,
      )
      await world.addUser("ann", { email: "ann@example.com" })
      if (trigger === "createAuthChallenge")
        asked.behave("defineAuthChallenge", (event) => ({ ...event, response: { challengeName: "CUSTOM_CHALLENGE" } }))
      let n = 0
      const attempt = async (answer: (event: object) => unknown, what: string) => {
        asked.behave(trigger, answer)
        await endsWell(ASKS[trigger]!(world, n++), `${trigger} ${what}`)
      }
      for (const value of VALUES) {
        const shown = JSON.stringify(value).slice(0, 40)
        await attempt(() => value, shown)
        await attempt((event) => ({ ...event, response: value }), `response ${shown}`)
        await attempt(() => Promise.reject(value), `throws ${shown}`)
        await attempt(() => Promise.reject(new Error(String(shown))), `throws an error ${shown}`)
        for (const field of fields) {
          await attempt((event) => ({ ...event, response: { [field]: value } }), `${field} ${shown}`)
          await attempt((event) => ({ ...event, response: { [field]: { name: value } } }), `${field}.name ${shown}`)
        }
      }
    })

  test("claims and roles of any text are tokens that can be read", async () => {
    const asked = record("preTokenGenerationV2")
    await using world = await openWorld({}, {}, asked.triggers)
    await world.addUser("ann")
    for (const value of VALUES.filter((one) => typeof one === "string")) {
      asked.behave("preTokenGenerationV2", (event) => ({
        ...event,
        response: {
          claimsAndScopeOverrideDetails: {
            idTokenGeneration: { claimsToAddOrOverride: { [value]: value, scope: value, "": deep } },
            accessTokenGeneration: { claimsToAddOrOverride: { scope: [value] }, scopesToSuppress: [value] },
            groupOverrideDetails: { groupsToOverride: [value], iamRolesToOverride: [value], preferredRole: value },
          },
        },
      }))
      const { IdToken } = await world.signIn("ann")
      const claims = JSON.parse(Buffer.from(IdToken.split(".")[1]!, "base64url").toString())
      assert.equal(claims["cognito:username"], "ann")
    }
  })

  test("a username of another's making is one, or nobody is made", async () => {
    const asked = record("userMigration")
    await using world = await openWorld({ AliasAttributes: ["email"] }, {}, asked.triggers)
    for (const username of ["", " ", "with blank", "\0", "\ud800", "x".repeat(129), "a@example.com", "__proto__"]) {
      asked.behave("userMigration", (event) => ({
        ...event,
        response: { userAttributes: { username, email: "x@example.com" }, finalUserStatus: "CONFIRMED" },
      }))
      const call = world.start("someone@example.com")
      if (username === "__proto__") assert.ok((await call).AuthenticationResult)
      else await assert.rejects(call, { name: "UserNotFoundException" })
    }
  })
})
