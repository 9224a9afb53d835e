import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomBase64Url } from "../../../base/random.ts"
import { deviceGroupKey, openVerifier, putDevice } from "../devices/record.ts"
import { invalidParameter, sessionExpired, sessionInvalid } from "../errors.ts"
import { createEphemeral, isClaim, parsePublicKey, sessionKey, signClaim } from "../srp/srp.ts"
import { personOf } from "../users/person.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { finishSignIn } from "./finish.ts"
import { findNamedDevice } from "./named-device.ts"
import { admitPassword } from "./password.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, sealSession, sessionMilliseconds, useNonce } from "./session.ts"
import { assertTimestamp } from "./srp.ts"
import { assertMaySignIn, getSessionUser } from "./user.ts"

/** What `SECRET_BLOCK` seals. Numbers are hexadecimal. */
interface DeviceBlock {
  clientId: string
  sub: string
  deviceKey: string
  A: string
  b: string
  B: string
  nonce: string
  expiresAt: number
}

const PURPOSE = "cognito-idp.device-srp"

/** DEVICE_SRP_AUTH: the device sends A and gets its salt, B and the secret block to sign. */
export async function answerDeviceSrp(attempt: Attempt): Promise<Step> {
  const { deps, client } = attempt
  const { user, device, session } = await openAnswer(attempt, "DEVICE_SRP_AUTH")
  const A = getParameter(attempt, "SRP_A")
  if (parsePublicKey(A) === undefined) throw invalidParameter("Invalid SRP_A") // UNVERIFIED text
  const { salt, verifier } = openVerifier(deps.masterKey, device)
  const ephemeral = createEphemeral(BigInt(`0x${verifier}`))
  const block: DeviceBlock = {
    clientId: client.id,
    sub: user.sub,
    deviceKey: device.key,
    A,
    ...ephemeral,
    nonce: randomBase64Url(12),
    expiresAt: deps.clock.now() + sessionMilliseconds(client),
  }
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  const next = { challenge: "DEVICE_PASSWORD_VERIFIER" as const, sub: user.sub, custom: undefined, state: device.key }
  return challengeStep("DEVICE_PASSWORD_VERIFIER", sealSession(deps, client, next), {
    SALT: salt,
    SRP_B: ephemeral.B,
    SECRET_BLOCK: seal(deps.masterKey, PURPOSE, JSON.stringify(block)).toString("base64"),
    DEVICE_KEY: device.key,
    USERNAME: user.username,
  })
}

/** DEVICE_PASSWORD_VERIFIER: the device's signature ends the sign-in. */
export async function answerDeviceProof(attempt: Attempt): Promise<Step> {
  const { deps, pool, client } = attempt
  const { user, device, session } = await openAnswer(attempt, "DEVICE_PASSWORD_VERIFIER")
  const secretBlock = getParameter(attempt, "PASSWORD_CLAIM_SECRET_BLOCK")
  const signature = getParameter(attempt, "PASSWORD_CLAIM_SIGNATURE")
  const timestamp = getParameter(attempt, "TIMESTAMP")
  assertTimestamp(timestamp)
  const block = openBlock(deps.masterKey, secretBlock)
  if (block?.clientId !== client.id || block.sub !== user.sub || block.deviceKey !== device.key) throw sessionInvalid()
  if (block.expiresAt <= deps.clock.now()) throw sessionExpired()
  const verifier = BigInt(`0x${openVerifier(deps.masterKey, device).verifier}`)
  const key = sessionKey(parsePublicKey(block.A)!, block, verifier)
  const identity = { poolName: deviceGroupKey(deps.masterKey, device.key), userId: device.key }
  const expected = key && signClaim(key, identity, Buffer.from(secretBlock, "base64"), timestamp)
  await admitPassword(attempt, personOf(user), expected !== undefined && isClaim(expected, signature))
  return finishSignIn(
    attempt,
    user,
    [
      (tx, now) => useNonce(tx, session, now),
      (tx, now) => useNonce(tx, block, now),
      (tx, now) => putDevice(tx, pool.id, user.sub, { ...device, authenticatedAt: now }),
    ],
    { proven: device, source: "TokenGeneration_AuthenticateDevice" },
  )
}

async function openAnswer(attempt: Attempt, challenge: "DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER") {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, challenge)
  const user = await getSessionUser(attempt, session, username)
  assertMaySignIn(user)
  getParameter(attempt, "DEVICE_KEY")
  const device = await findNamedDevice(attempt, user)
  if (!device || device.key !== session.state) throw sessionInvalid()
  return { user, device, session }
}

function openBlock(masterKey: MasterKey, text: string): DeviceBlock | undefined {
  try {
    return JSON.parse(open(masterKey, PURPOSE, Buffer.from(text, "base64")).toString()) as DeviceBlock
  } catch {
    return undefined
  }
}
