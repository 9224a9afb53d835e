import type { DocumentType } from "@smithy/types"
import { randomBase64Url } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import type { AppClient } from "../app-clients/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import { findUserBySub, type User } from "../users/record.ts"
import { putChallenge, takeChallenge } from "./challenges.ts"
import {
  passkeyNotSupported,
  passkeysNotEnabled,
  registrationByAnotherClient,
  registrationNotFound,
  relyingPartyMissing,
  tooManyPasskeys,
} from "./errors.ts"
import { userVerificationOf } from "./offered.ts"
import { insertPasskey, PASSKEYS_AT_MOST, passkeysOf } from "./record.ts"
import { findRelyingPartyId, takesPasskeys } from "./relying-party.ts"
import { ALGORITHMS, verifyRegistration } from "./verify-registration.ts"

type RegistrationDeps = Pick<CallContext, "store" | "clock" | "endpoint">

export const CHALLENGE_BYTES = 32

/** How long the browser waits. Source: the example of StartWebAuthnRegistration. */
const TIMEOUT_MILLISECONDS = 60_000

/**
 * What `navigator.credentials.create` makes a passkey by: PublicKeyCredentialCreationOptionsJSON. The challenge is good for
 * one answer of this user by this client, within five minutes.
 */
export async function startRegistration(
  deps: RegistrationDeps,
  pool: UserPool,
  client: AppClient,
  user: User,
): Promise<DocumentType> {
  if (!takesPasskeys(pool)) throw passkeysNotEnabled()
  const challenge = randomBase64Url(CHALLENGE_BYTES)
  const now = deps.clock.now()
  const { relyingPartyId, passkeys } = await deps.store.transact(async (tx) => {
    const relyingPartyId = await findRelyingPartyId(tx, deps, pool)
    if (relyingPartyId === undefined) throw relyingPartyMissing()
    const passkeys = await passkeysOf(tx, pool.id, user.sub)
    if (passkeys.length >= PASSKEYS_AT_MOST) throw tooManyPasskeys()
    await putChallenge(tx, pool.id, user.sub, { challenge, clientId: client.id, relyingPartyId }, now)
    return { relyingPartyId, passkeys }
  })
  return {
    rp: { id: relyingPartyId, name: relyingPartyId },
    user: {
      id: Buffer.from(user.sub).toString("base64url"),
      name: shownName(pool, user),
      displayName: shownName(pool, user),
    },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
    timeout: TIMEOUT_MILLISECONDS,
    excludeCredentials: passkeys
      .filter((passkey) => passkey.relyingPartyId === relyingPartyId)
      .map(({ id }) => ({ type: "public-key", id })),
    authenticatorSelection: {
      requireResidentKey: true,
      residentKey: "required",
      userVerification: userVerificationOf(pool),
    },
  }
}

/** People know themselves by what they sign in with. UNVERIFIED: that AWS shows the address where the username is a `sub`. */
const shownName = (pool: UserPool, { username, attributes }: User): string =>
  (pool.usernameAttributes && (attributes.email ?? attributes.phone_number)) || username

/** Keeps the passkey that was made for the challenge; `credential` is a RegistrationResponseJSON. */
export async function completeRegistration(
  deps: RegistrationDeps,
  pool: UserPool,
  client: AppClient,
  { sub }: User,
  credential: unknown,
): Promise<void> {
  if (!takesPasskeys(pool)) throw passkeysNotEnabled()
  const now = deps.clock.now()
  const begun = await deps.store.transact((tx) => takeChallenge(tx, pool.id, sub, now))
  if (!begun) throw registrationNotFound("none waits for an answer")
  if (begun.clientId !== client.id) throw registrationByAnotherClient()
  const made = await verifyRegistration(credential, {
    challenge: begun.challenge,
    relyingPartyId: begun.relyingPartyId,
    requiresUserVerification: userVerificationOf(pool) === "required",
  })
  await deps.store.transact(async (tx) => {
    // The user may have been deleted meanwhile, and another passkey come.
    if (!(await findUserBySub(tx, pool.id, sub))) throw registrationNotFound("its user is gone")
    if ((await passkeysOf(tx, pool.id, sub)).length >= PASSKEYS_AT_MOST) throw tooManyPasskeys()
    if (!(await insertPasskey(tx, pool.id, sub, { ...made, createdAt: now })))
      throw passkeyNotSupported("it is registered already")
  })
}
