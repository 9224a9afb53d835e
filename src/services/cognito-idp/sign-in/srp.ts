import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomBase64Url } from "../../../base/random.ts"
import { invalidParameter, sessionExpired, sessionInvalid, timestampFormat } from "../errors.ts"
import { createEphemeral, isClaim, parsePublicKey, sessionKey, signClaim } from "../srp/srp.ts"
import { openPassword, srpIdentity } from "../users/passwords.ts"
import { type Person, simulatedSalt } from "../users/person.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { stepAfterPassword } from "./next-step.ts"
import { admitPassword } from "./password.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { sessionMilliseconds, useNonce } from "./session.ts"
import { assertMaySignIn, findPersonSigningIn, getSessionPerson } from "./user.ts"

/**
 * What `SECRET_BLOCK` seals: all that the server remembers of the exchange. Numbers are hexadecimal, and like all the rest
 * of one length, whoever it is about.
 */
interface SecretBlock {
  poolId: string
  clientId: string
  /** A user's, or what nobody's would be. */
  sub: string
  A: string
  b: string
  B: string
  nonce: string
  expiresAt: number
}

const PURPOSE = "cognito-idp.srp"

/** USER_SRP_AUTH: the client sends A and gets the salt, B and the secret block to sign. */
export async function startSrp(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  getParameter(attempt, "SRP_A")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  return challengeWithSrp(attempt, await findPersonSigningIn(attempt, username))
}

export function challengeWithSrp(attempt: Attempt, person: Person): Step {
  const { deps, pool, client } = attempt
  const A = getParameter(attempt, "SRP_A")
  if (parsePublicKey(A) === undefined) throw invalidParameter("Invalid SRP_A") // UNVERIFIED text
  const { salt, verifier } = openPassword(deps.masterKey, person.user?.password)
  const { b, B } = createEphemeral(BigInt(`0x${verifier}`))
  const block: SecretBlock = {
    poolId: pool.id,
    clientId: client.id,
    sub: person.sub,
    A,
    b: b.padStart(64, "0"),
    B: B.padStart(768, "0"),
    nonce: randomBase64Url(12),
    expiresAt: deps.clock.now() + sessionMilliseconds(client),
  }
  return challengeStep("PASSWORD_VERIFIER", undefined, {
    SALT: person.user?.password ? salt : simulatedSalt(deps.masterKey, pool, person),
    SECRET_BLOCK: seal(deps.masterKey, PURPOSE, JSON.stringify(block)).toString("base64"),
    SRP_B: B,
    USERNAME: person.username,
    USER_ID_FOR_SRP: person.username,
  })
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
  const block = openBlock(deps.masterKey, secretBlock)
  if (!block || block.poolId !== pool.id || block.clientId !== client.id) throw sessionInvalid()
  if (block.expiresAt <= deps.clock.now()) throw sessionExpired()

  const person = await getSessionPerson(attempt, block, username)
  const isRight = isProof(attempt, block, person, { secretBlock, signature, timestamp })
  const user = await admitPassword(attempt, person, isRight)
  assertMaySignIn(user)
  return stepAfterPassword(attempt, user, [(tx, now) => useNonce(tx, block, now)])
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

function openBlock(masterKey: MasterKey, text: string): SecretBlock | undefined {
  try {
    return JSON.parse(open(masterKey, PURPOSE, Buffer.from(text, "base64")).toString()) as SecretBlock
  } catch {
    return undefined
  }
}

/** `Tue Sep 5 09:03:00 UTC 2028`. */
export function assertTimestamp(text: string): void {
  const day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
  const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
  if (!new RegExp(`^${day} ${month} +\\d{1,2} \\d{2}:\\d{2}:\\d{2} (?:UTC|GMT) \\d{4}$`).test(text))
    throw timestampFormat()
}
