import { createHmac } from "node:crypto"
import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomBase64Url } from "../../../base/random.ts"
import { attemptsExceeded, invalidParameter, sessionExpired, sessionInvalid, timestampFormat } from "../errors.ts"
import { createEphemeral, createSalt, isClaim, parsePublicKey, sessionKey, signClaim } from "../srp/srp.ts"
import type { UserPool } from "../user-pools/record.ts"
import { openPassword, srpIdentity } from "../users/passwords.ts"
import { findUserBySub, type User } from "../users/record.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { isLockedOut } from "./lockout.ts"
import { stepAfterPassword } from "./next-step.ts"
import { refusePassword } from "./password.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { sessionMilliseconds, useNonce } from "./session.ts"
import { assertMaySignIn, findUserSigningIn } from "./user.ts"

/** What `SECRET_BLOCK` seals: all that the server remembers of the exchange. Numbers are hexadecimal. */
interface SecretBlock {
  poolId: string
  clientId: string
  /** Undefined in a simulated exchange. */
  sub: string | undefined
  /** `USER_ID_FOR_SRP` */
  userId: string
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
  return challengeWithSrp(attempt, await findUserSigningIn(attempt, username), username)
}

export function challengeWithSrp(attempt: Attempt, user: User | undefined, username: string): Step {
  const { deps, pool, client } = attempt
  const A = getParameter(attempt, "SRP_A")
  if (parsePublicKey(A) === undefined) throw invalidParameter("Invalid SRP_A") // UNVERIFIED text
  const record = user?.password && openPassword(deps.masterKey, user.password)
  const identity =
    user && record ? { userId: user.username, salt: record.salt } : simulate(deps.masterKey, pool, username)
  // Without a verifier B is a random element of the group, which is what it looks like with one.
  const ephemeral = createEphemeral(record ? BigInt(`0x${record.verifier}`) : 0n)
  const block: SecretBlock = {
    poolId: pool.id,
    clientId: client.id,
    sub: record ? user!.sub : undefined,
    userId: identity.userId,
    A,
    ...ephemeral,
    nonce: randomBase64Url(12),
    expiresAt: deps.clock.now() + sessionMilliseconds(client),
  }
  return challengeStep("PASSWORD_VERIFIER", undefined, {
    SALT: identity.salt,
    SECRET_BLOCK: seal(deps.masterKey, PURPOSE, JSON.stringify(block)).toString("base64"),
    SRP_B: ephemeral.B,
    USERNAME: identity.userId,
    USER_ID_FOR_SRP: identity.userId,
  })
}

/** What a user that is not there looks like: the same at every try. */
function simulate(masterKey: MasterKey, pool: UserPool, username: string): { userId: string; salt: string } {
  const bytes = createHmac("sha256", masterKey.keyFor("cognito-idp.simulated-user"))
    .update(JSON.stringify([pool.id, pool.caseSensitive ? username : username.toLowerCase()]))
    .digest()
  const hex = bytes.toString("hex")
  const sub = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  return { userId: pool.usernameAttributes ? sub : username, salt: createSalt(bytes.subarray(16)) }
}

/** PASSWORD_VERIFIER: the client's signature proves that it knows the password. */
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

  const { sub } = block
  const user = sub === undefined ? undefined : await deps.store.read((tx) => findUserBySub(tx, pool.id, sub))
  if (user && isLockedOut(user, deps.clock.now())) throw attemptsExceeded()
  if (!user || !isProof(attempt, block, user, { secretBlock, signature, timestamp }))
    return refusePassword(attempt, user)
  assertMaySignIn(user)
  return stepAfterPassword(attempt, user, [(tx, now) => useNonce(tx, block, now)])
}

interface Proof {
  secretBlock: string
  signature: string
  timestamp: string
}

function isProof({ deps, pool }: Attempt, block: SecretBlock, user: User, proof: Proof): boolean {
  if (!user.password) return false
  const verifier = BigInt(`0x${openPassword(deps.masterKey, user.password).verifier}`)
  const key = sessionKey(parsePublicKey(block.A)!, block, verifier)
  if (!key) return false
  const expected = signClaim(key, srpIdentity(pool, user), Buffer.from(proof.secretBlock, "base64"), proof.timestamp)
  return isClaim(expected, proof.signature)
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
