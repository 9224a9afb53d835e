import { assertWritable } from "../app-clients/permissions.ts"
import { aliasTaken, alreadyProvided, invalidParameter, newPasswordPolicy, sessionInvalid } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import {
  type Attributes,
  assertMutable,
  mergeAttributes,
  missingAttributes,
  parseAttributes,
} from "../users/attributes.ts"
import { assertPassword, sealPassword } from "../users/passwords.ts"
import { findUserBySub, type User, updateUser } from "../users/record.ts"
import { type Attempt, getParameter, type Step } from "./attempt.ts"
import type { Completion } from "./completion.ts"
import { stepAfterNewPassword } from "./next-step.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { assertUnused, openSession, useNonce } from "./session.ts"
import { assertMaySignIn, getSessionUser } from "./user.ts"

const ATTRIBUTE_PREFIX = "userAttributes."

/** NEW_PASSWORD_REQUIRED: the user replaces the password that somebody else set, and adds what the schema requires. */
export async function answerNewPassword(attempt: Attempt): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, "NEW_PASSWORD_REQUIRED")
  const password = getParameter(attempt, "NEW_PASSWORD")
  const user = await getSessionUser(attempt, session, username)
  await assertUnused(deps, session)
  assertMaySignIn(user)
  assertPassword(pool, password, newPasswordPolicy)

  const changes = parseAttributes(pool, givenAttributes(parameters), "update")
  assertWritable(client, pool, Object.keys(changes))
  assertNotProvided(pool, user, changes)
  assertMutable(pool, user, changes)
  const attributes = mergeAttributes(user.attributes, changes)
  const [missing] = missingAttributes(pool, attributes)
  if (missing !== undefined) throw invalidParameter(`Invalid attributes given, ${missing} is missing`)
  const sealed = sealPassword(deps.masterKey, pool, user, password)
  const confirmed = { status: "CONFIRMED" as const, password: sealed, temporaryPasswordAt: undefined }
  const completions: Completion[] = [
    (tx, now) => useNonce(tx, session, now),
    async (tx, modifiedAt) => {
      // Another session may have set the password meanwhile, and an administrator changed anything.
      const current = await findUserBySub(tx, pool.id, user.sub)
      if (current?.status !== "FORCE_CHANGE_PASSWORD") throw sessionInvalid()
      const merged = mergeAttributes(current.attributes, changes)
      await updateUser(tx, pool, { ...current, ...confirmed, attributes: merged, modifiedAt }, CLAIM)
    },
  ]
  return stepAfterNewPassword(attempt, { ...user, ...confirmed, attributes }, completions, {
    source: "TokenGeneration_NewPasswordChallenge",
  })
}

/** What is required and was given is not changed on the way in. Source: RespondToAuthChallenge, NEW_PASSWORD_REQUIRED. */
function assertNotProvided(pool: UserPool, user: User, changes: Attributes): void {
  for (const name of Object.keys(changes)) {
    const isKept = pool.attributes.get(name)?.Required || pool.usernameAttributes?.some((one) => one === name)
    if (isKept && user.attributes[name]) throw alreadyProvided(name)
  }
}

const CLAIM = { force: false, taken: aliasTaken }

const givenAttributes = (parameters: Attempt["parameters"]) =>
  Object.entries(parameters)
    .filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
    .map(([name, Value]) => ({ Name: name.slice(ATTRIBUTE_PREFIX.length), Value }))
