import { assertWritable } from "../app-clients/permissions.ts"
import { aliasTaken, invalidParameter, newPasswordPolicy, sessionInvalid } from "../errors.ts"
import { assertMutable, mergeAttributes, missingAttributes, parseAttributes } from "../users/attributes.ts"
import { assertPassword, sealPassword } from "../users/passwords.ts"
import { findUserBySub, updateUser } from "../users/record.ts"
import { type Attempt, getParameter, type Step } from "./attempt.ts"
import { stepAfterNewPassword } from "./next-step.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, useNonce } from "./session.ts"
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
  assertMaySignIn(user)
  assertPassword(pool, password, newPasswordPolicy)

  const changes = parseAttributes(pool, givenAttributes(parameters), "update")
  assertWritable(client, pool, Object.keys(changes))
  assertMutable(pool, user, changes)
  const attributes = mergeAttributes(user.attributes, changes)
  const [missing] = missingAttributes(pool, attributes)
  if (missing !== undefined) throw invalidParameter(`Invalid attributes given, ${missing} is missing`)
  const sealed = sealPassword(deps.masterKey, pool, user, password)
  const confirmed = { status: "CONFIRMED" as const, password: sealed, temporaryPasswordAt: undefined }
  return stepAfterNewPassword(attempt, { ...user, ...confirmed, attributes }, [
    (tx, now) => useNonce(tx, session, now),
    async (tx, modifiedAt) => {
      // Another session may have set the password meanwhile, and an administrator changed anything.
      const current = await findUserBySub(tx, pool.id, user.sub)
      if (current?.status !== "FORCE_CHANGE_PASSWORD") throw sessionInvalid()
      const merged = mergeAttributes(current.attributes, changes)
      await updateUser(tx, pool, { ...current, ...confirmed, attributes: merged, modifiedAt }, CLAIM)
    },
  ])
}

const CLAIM = { force: false, taken: aliasTaken }

const givenAttributes = (parameters: Attempt["parameters"]) =>
  Object.entries(parameters)
    .filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
    .map(([name, Value]) => ({ Name: name.slice(ATTRIBUTE_PREFIX.length), Value }))
