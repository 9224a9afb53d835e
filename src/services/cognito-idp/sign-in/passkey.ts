import { generateKeyPairSync } from "node:crypto"
import type { AuthenticationResponseJSON } from "@simplewebauthn/server"
import { randomBase64Url } from "../../../base/random.ts"
import { recordEvent } from "../auth-events/record.ts"
import type { Person } from "../users/person.ts"
import { wrongPasskey } from "../web-authn/errors.ts"
import { findOfferedPasskeys, type OfferedPasskeys, userVerificationOf } from "../web-authn/offered.ts"
import { type Passkey, passkeysOf, updatePasskey } from "../web-authn/record.ts"
import { CHALLENGE_BYTES } from "../web-authn/registration.ts"
import { countsAsBothFactors } from "../web-authn/relying-party.ts"
import { parseAssertion, verifyAssertion } from "../web-authn/verify-assertion.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { choicesOf } from "./choices.ts"
import { answered, endOfFactors } from "./end.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, sealSession, sessionMilliseconds, useNonce } from "./session.ts"
import { assertMaySignIn, getSessionPerson } from "./user.ts"

export const newPasskeyChallenge = (): string => randomBase64Url(CHALLENGE_BYTES)

/**
 * What `navigator.credentials.get` asks for a passkey by: PublicKeyCredentialRequestOptionsJSON. Its members are those of
 * AWS's challenges as clients have quoted them (amplify-js, passkeys).
 */
export const requestOptions = (
  { client }: Pick<Attempt, "client">,
  { relyingPartyId, ids, userVerification }: OfferedPasskeys,
  challenge: string,
): string =>
  JSON.stringify({
    hints: [],
    attestation: "none",
    attestationFormats: [],
    challenge,
    timeout: sessionMilliseconds(client),
    rpId: relyingPartyId,
    allowCredentials: ids.map((id) => ({ id, type: "public-key" })),
    userVerification,
  })

/** WEB_AUTHN: a challenge for one of the person's passkeys to sign. The session has it, and is good once. */
export function challengeWithPasskey(attempt: Attempt, person: Person, offered: OfferedPasskeys): Step {
  const { deps, client } = attempt
  const challenge = newPasskeyChallenge()
  const session = sealSession(deps, client, {
    challenge: "WEB_AUTHN",
    sub: person.sub,
    custom: attempt.custom?.id,
    state: challenge,
  })
  return challengeStep("WEB_AUTHN", session, {
    CREDENTIAL_REQUEST_OPTIONS: requestOptions(attempt, offered, challenge),
  })
}

/** WEB_AUTHN: the answer of an authenticator ends the sign-in. Right or wrong, it uses the session up. */
export async function answerPasskey(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const credential = getParameter(attempt, "CREDENTIAL")
  const session = openSession(deps, client, attempt.session, "WEB_AUTHN")
  const person = await getSessionPerson(attempt, session, username)
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  return stepWithPasskey(attempt, person, credential, session.state!)
}

/** Judges an answer to a challenge that was used up. A wrong one is not counted: there is nothing that could be guessed. */
export async function stepWithPasskey(
  attempt: Attempt,
  person: Person,
  credential: string,
  challenge: string,
): Promise<Step> {
  const { deps, pool } = attempt
  const { user, sub } = person
  const offered = await deps.store.read((tx) => findOfferedPasskeys(tx, deps, pool, person))
  const { passkey, counter, fault } = await judge(attempt, person, credential, challenge, offered)
  if (!user || !passkey || fault !== undefined) {
    if (user)
      await deps.store.transact((tx) =>
        recordEvent(tx, deps, pool, sub, { type: "SignIn", response: "Fail", challenge: "Mfa" }),
      )
    throw wrongPasskey(fault ?? "nobody has this name")
  }
  assertMaySignIn(user)
  return endOfFactors(answered(attempt, "WEB_AUTHN"), user, [
    async (tx) => {
      const current = (await passkeysOf(tx, pool.id, sub)).find(({ id }) => id === passkey.id)
      if (!current) throw wrongPasskey("the passkey was deleted meanwhile")
      if (counter > 0 && counter <= current.counter) throw wrongPasskey("its counter does not go on")
      await updatePasskey(tx, pool.id, sub, { ...current, counter })
    },
  ])
}

type Judgement =
  | { passkey: Passkey; counter: number; fault?: undefined }
  | { passkey?: undefined; counter?: undefined; fault: string }

/** As much is worked out for somebody without the passkey as for its owner. */
async function judge(
  { pool }: Attempt,
  { user, sub }: Person,
  text: string,
  challenge: string,
  offered: OfferedPasskeys | undefined,
): Promise<Judgement> {
  const response = parseAssertion(text)
  if (!response) return { fault: "it is no AuthenticationResponseJSON" }
  if (!offered) return { fault: "the pool takes no passkeys" }
  const passkey = offered.passkeys.find(({ id }) => id === response.id)
  const expected = {
    challenge,
    relyingPartyId: offered.relyingPartyId,
    requiresUserVerification:
      userVerificationOf(pool) === "required" || (countsAsBothFactors(pool) && user?.mfa?.passkey === true),
    sub,
  }
  const verdict = await verifyAssertion(response, passkey ?? nobodysPasskey(response), expected)
  if (verdict.fault !== undefined) return verdict
  if (!passkey || !user) return { fault: "no passkey of the user has its ID" }
  if (!choicesOf(pool, user, offered).includes("WEB_AUTHN")) return { fault: "a passkey is not enough for this user" }
  return { passkey, counter: verdict.counter }
}

let nobodysKey: string | undefined

/** A key that nobody has the other half of. */
function nobodysPasskey({ id }: AuthenticationResponseJSON): Pick<Passkey, "id" | "publicKey" | "counter"> {
  nobodysKey ??= createNobodysKey()
  return { id, publicKey: nobodysKey, counter: 0 }
}

/** In COSE: { 1: 2, 3: -7, -1: 1, -2: x, -3: y }. */
function createNobodysKey(): string {
  const { x, y } = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" })
  const bytes = (text: string | undefined) => Buffer.from(text!, "base64url")
  return Buffer.concat([
    Buffer.from("a5010203262001215820", "hex"),
    bytes(x),
    Buffer.from("225820", "hex"),
    bytes(y),
  ]).toString("base64url")
}
