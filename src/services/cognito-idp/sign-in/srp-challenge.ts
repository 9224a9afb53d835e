import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomBase64Url } from "../../../base/random.ts"
import { invalidParameter } from "../errors.ts"
import { createEphemeral, parsePublicKey } from "../srp/srp.ts"
import { openPassword } from "../users/passwords.ts"
import { type Person, simulatedSalt } from "../users/person.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { sessionMilliseconds } from "./session.ts"

/**
 * What `SECRET_BLOCK` seals: all that the server remembers of the exchange. Numbers are hexadecimal, and like all the rest
 * of one length, whoever it is about.
 */
export interface SecretBlock {
  poolId: string
  clientId: string
  /** A user's, or what nobody's would be. */
  sub: string
  A: string
  b: string
  B: string
  nonce: string
  expiresAt: number
  /** The sign-in by the pool's functions that it is part of: it proves nothing for another. */
  custom?: string
}

const PURPOSE = "cognito-idp.srp"

/** PASSWORD_VERIFIER: the salt, B and the secret block to sign. */
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
    ...(attempt.custom && { custom: attempt.custom.id }),
  }
  return challengeStep("PASSWORD_VERIFIER", undefined, {
    SALT: person.user?.password ? salt : simulatedSalt(deps.masterKey, pool, person),
    SECRET_BLOCK: seal(deps.masterKey, PURPOSE, JSON.stringify(block)).toString("base64"),
    SRP_B: B,
    USERNAME: person.username,
    USER_ID_FOR_SRP: person.username,
  })
}

export function openSecretBlock(masterKey: MasterKey, text: string): SecretBlock | undefined {
  try {
    return JSON.parse(open(masterKey, PURPOSE, Buffer.from(text, "base64")).toString()) as SecretBlock
  } catch {
    return undefined
  }
}
