import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { WireError } from "../../../wire/errors.ts"
import { migrationFailed } from "../errors.ts"
import type { Occasion } from "../triggers/event.ts"
import { clientMetadataOf } from "../triggers/event.ts"
import { askPreSignUp } from "../triggers/pre-sign-up.ts"
import { runTrigger } from "../triggers/run.ts"
import type { Answers } from "../triggers/table.ts"
import type { UserPool } from "../user-pools/record.ts"
import { parseAttributes } from "./attributes.ts"
import { assertNameAgrees, mergeNew } from "./create.ts"
import { contactsToInvite, prepareInvitation, sendInvitation } from "./invite.ts"
import { isUsername, looksLikeAlias, nameUser } from "./names.ts"
import { sealPassword } from "./passwords.ts"
import { findUser, insertUser, type User } from "./record.ts"

type MigrateDeps = Pick<CallContext, "store" | "masterKey" | "clock" | "endpoint" | "work" | "courier">

/** What somebody who is not in the pool was asked for by. */
export interface Arrival {
  source: "UserMigration_Authentication" | "UserMigration_ForgotPassword"
  name: string
  /** As it was shown; absent where a password was forgotten. */
  password?: string
  validationData?: Readonly<Record<string, string>> | undefined
  /** Asked when the function has answered and nothing is written yet. */
  assertStillMay?(): Promise<void>
}

/**
 * UserMigration: a function may know who is not in the pool, and they become a user of it then. Undefined where none does.
 * Source: "Migrate user Lambda trigger". PreSignUp is asked about them as of any newcomer; UNVERIFIED: by which source.
 */
export async function migrateUser(occasion: Occasion, deps: MigrateDeps, arrival: Arrival): Promise<User | undefined> {
  const { pool } = occasion
  const answer = await askUserMigration(occasion, arrival).catch((error: unknown) => {
    const isUnreached = error instanceof WireError && error.code === "UnexpectedLambdaException"
    throw isUnreached ? migrationFailed(occasion.clientId, error.because) : error
  })
  if (!answer?.userAttributes || Object.keys(answer.userAttributes).length === 0) return undefined
  await arrival.assertStillMay?.()
  const because = (found: string) => ({
    check: "the answer of a trigger",
    trigger: "UserMigration",
    source: arrival.source,
    found,
  })
  const user = createUser(occasion, deps, arrival, answer, because)
  await askPreSignUp(occasion, "PreSignUp_AdminCreateUser", {
    userName: user.username,
    attributes: user.attributes,
    validationData: null,
  })
  const { password } = arrival
  const isWelcomed = answer.messageAction !== "SUPPRESS" && password !== undefined
  const contacts = isWelcomed ? contactsToInvite(user, answer.desiredDeliveryMediums ?? ["SMS"]) : []
  const invitation = await prepareInvitation(occasion, user, contacts)
  const force = answer.forceAliasCreation === true
  const taken = (attribute: string) => migrationFailed(occasion.clientId, because(`its ${attribute} is another user's`))
  return deps.store.transact(async (tx) => {
    // Of two sign-ins at once one makes the user, and both are held against the password that it has.
    if (!(await insertUser(tx, pool, user, { force, taken }))) return findUser(tx, pool, user.username)
    // UNVERIFIED: that the welcome tells the password that was shown, as that of AdminCreateUser does.
    await sendInvitation(tx, deps, pool, user, invitation, password ?? "", deps.clock.now())
    return user
  })
}

const askUserMigration = (occasion: Occasion, { source, name, password, validationData }: Arrival) =>
  runTrigger(occasion, "UserMigration", {
    source,
    userName: name,
    request: {
      ...(password !== undefined && { password }),
      validationData: validationData ?? null,
      ...clientMetadataOf(occasion),
    },
  })

/** What an attribute of an answer is not: the name is the user's own, the rest of them are the pool's. */
const PASSED_OVER = ["username", "sub", "cognito:user_status", "identities"]

function createUser(
  { pool, clientId }: Occasion,
  { masterKey, clock }: MigrateDeps,
  { name, password }: Arrival,
  answer: Answers["UserMigration"],
  because: (found: string) => unknown,
): User {
  try {
    const sub = randomUUID()
    const named = nameUser(pool, usernameOf(pool, name, answer.userAttributes!.username), sub)
    const list = Object.entries(answer.userAttributes!).filter(([attribute]) => !PASSED_OVER.includes(attribute))
    const given = parseAttributes(
      pool,
      list.map(([Name, Value]) => ({ Name, Value })),
      "sign-up",
    )
    assertNameAgrees(named.attributes, given)
    const attributes = mergeNew(given, named.attributes)
    if (answer.enableSMSMFA && !attributes.phone_number) throw new TypeError("SMS MFA needs a phone_number.")
    const now = clock.now()
    return {
      sub,
      username: named.username,
      attributes,
      status: answer.finalUserStatus ?? "CONFIRMED",
      enabled: true,
      createdAt: now,
      modifiedAt: now,
      ...(answer.enableSMSMFA && { mfa: { enabled: ["SMS_MFA"] } }),
      // The policy of the pool does not count for it.
      password:
        password === undefined
          ? undefined
          : sealPassword(masterKey, pool, { username: named.username, password: undefined }, password),
    }
  } catch (error) {
    if (error instanceof WireError) throw migrationFailed(clientId, because(error.message), error.message)
    if (error instanceof TypeError) throw migrationFailed(clientId, because(error.message))
    throw error
  }
}

/** The username of the answer, where the name that was signed in with is an alias; else they are the same. */
function usernameOf(pool: UserPool, name: string, given: string | undefined): string {
  if (looksLikeAlias(pool, name)) {
    if (!given || !isUsername(given))
      throw new TypeError("The answer has no username for somebody who was asked for by an alias.")
    return given
  }
  if (given !== undefined && given !== name) throw new TypeError("The answer's username is another than was asked for.")
  return name
}
