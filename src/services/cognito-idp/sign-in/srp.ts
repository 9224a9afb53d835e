import { sessionExpired, sessionInvalid, timestampFormat } from "../errors.ts"
import { isClaim, parsePublicKey, sessionKey, signClaim } from "../srp/srp.ts"
import { openPassword, srpIdentity } from "../users/passwords.ts"
import type { Person } from "../users/person.ts"
import { findAtOnce } from "./at-once.ts"
import { type Attempt, getParameter, type Step } from "./attempt.ts"
import type { Completion } from "./completion.ts"
import { answered } from "./end.ts"
import { stepAfterPassword } from "./next-step.ts"
import { admitPassword } from "./password.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { useNonce } from "./session.ts"
import { challengeWithSrp, openSecretBlock, type SecretBlock } from "./srp-challenge.ts"
import { assertMaySignIn, findPersonSigningIn, getSessionPerson } from "./user.ts"

/** USER_SRP_AUTH: the client sends A and gets the salt, B and the secret block to sign. */
export async function startSrp(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  getParameter(attempt, "SRP_A")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  return challengeWithSrp(attempt, await findPersonSigningIn(attempt, username))
}

/** PASSWORD_VERIFIER: the client's signature proves that it knows the password of whom the exchange was begun for. */
export async function answerSrp(attempt: Attempt): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  const secretBlock = getParameter(attempt, "PASSWORD_CLAIM_SECRET_BLOCK")
  const signature = getParameter(attempt, "PASSWORD_CLAIM_SIGNATURE")
  const timestamp = getParameter(attempt, "TIMESTAMP")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  assertTimestamp(timestamp)
  const block = openSecretBlock(deps.masterKey, secretBlock)
  if (!block || block.poolId !== pool.id || block.clientId !== client.id) throw sessionInvalid()
  if (block.custom !== attempt.custom?.id) throw sessionInvalid()
  if (block.expiresAt <= deps.clock.now()) throw sessionExpired()

  const person = await getSessionPerson(attempt, block, username)
  const isRight = isProof(attempt, block, person, { secretBlock, signature, timestamp })
  const completions: Completion[] = [(tx, now) => useNonce(tx, block, now)]
  const atOnce = findAtOnce(attempt, person.user, completions)
  const user = await admitPassword(attempt, person, isRight, atOnce?.keep)
  if (atOnce) return atOnce.answer()
  assertMaySignIn(user)
  return stepAfterPassword(answered(attempt, "PASSWORD_VERIFIER"), user, completions)
}

interface Proof {
  secretBlock: string
  signature: string
  timestamp: string
}

function isProof({ deps, pool }: Attempt, block: SecretBlock, person: Person, proof: Proof): boolean {
  const { verifier } = openPassword(deps.masterKey, person.user?.password)
  const key = sessionKey(parsePublicKey(block.A)!, block, BigInt(`0x${verifier}`))
  if (!key) return false
  const expected = signClaim(key, srpIdentity(pool, person), Buffer.from(proof.secretBlock, "base64"), proof.timestamp)
  return isClaim(expected, proof.signature) && person.user?.password !== undefined
}

/** `Tue Sep 5 09:03:00 UTC 2028`. */
export function assertTimestamp(text: string): void {
  const day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
  const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
  if (!new RegExp(`^${day} ${month} +\\d{1,2} \\d{2}:\\d{2}:\\d{2} (?:UTC|GMT) \\d{4}$`).test(text))
    throw timestampFormat()
}
