import type { RegistrationResponseJSON } from "@simplewebauthn/server"
import { authenticatorName } from "./authenticators.ts"
import { parseClientData } from "./client-data.ts"
import {
  malformedPasskey,
  passkeyNotSupported,
  passkeyOfAnotherParty,
  passkeyOriginNotAllowed,
  registrationNotFound,
} from "./errors.ts"
import { loadWebAuthn } from "./library.ts"
import type { Passkey } from "./record.ts"
import { isOriginOf } from "./relying-party.ts"

/** ES256 and RS256. Source: the example of StartWebAuthnRegistration. */
export const ALGORITHMS = [-7, -257]

interface Expected {
  challenge: string
  relyingPartyId: string
  requiresUserVerification: boolean
}

const ID_BYTES_AT_MOST = 1023

/**
 * The passkey that an authenticator has made for the challenge. Throws the wire error of what is wrong with it. What the
 * authenticator says of itself (its attestation) was not asked for and is not looked at: it would have to be believed, and
 * names addresses to ask. Source: WebAuthn Level 3, 7.1.
 */
export async function verifyRegistration(
  credential: unknown,
  { challenge, relyingPartyId, requiresUserVerification }: Expected,
): Promise<Omit<Passkey, "createdAt">> {
  const response = parseRegistration(credential)
  const clientData = parseClientData(response.response.clientDataJSON)
  if (clientData?.type !== "webauthn.create") throw malformed("its client data are not those of a registration")
  if (clientData.challenge !== challenge) throw registrationNotFound("its challenge is another one")
  if (!isOriginOf(relyingPartyId, clientData.origin))
    throw passkeyOriginNotAllowed(relyingPartyId, printable(clientData.origin))
  const { server, helpers } = await loadWebAuthn()
  try {
    const { registrationInfo } = await server.verifyRegistrationResponse({
      response: withoutAttestation(response, helpers),
      expectedChallenge: challenge,
      expectedOrigin: clientData.origin,
      expectedRPID: relyingPartyId,
      requireUserVerification: requiresUserVerification,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    const { credential: made, aaguid } = registrationInfo!
    if (made.id !== response.id) throw new Error("the ID is not the authenticator's")
    if (Buffer.from(made.id, "base64url").length > ID_BYTES_AT_MOST) throw new Error("the ID is too long")
    return {
      id: made.id,
      publicKey: Buffer.from(made.publicKey).toString("base64url"),
      counter: made.counter,
      relyingPartyId,
      name: authenticatorName(aaguid),
      transports: transportsOf(response),
      ...(isAttachment(response.authenticatorAttachment) && { attachment: response.authenticatorAttachment }),
    }
  } catch (error) {
    throw refusalOf(error as Error, relyingPartyId)
  }
}

type Registration = RegistrationResponseJSON & { response: { transports?: unknown } }

function parseRegistration(credential: unknown): Registration {
  const { id, rawId, type, response } = (credential ?? {}) as Partial<Registration>
  const isWhole =
    [id, rawId, type].every((text) => typeof text === "string") &&
    typeof response?.clientDataJSON === "string" &&
    typeof response.attestationObject === "string"
  if (!isWhole) throw malformed("it is no RegistrationResponseJSON")
  return credential as Registration
}

/** The same as if the authenticator had said nothing of itself. */
function withoutAttestation(
  response: Registration,
  helpers: Awaited<ReturnType<typeof loadWebAuthn>>["helpers"],
): RegistrationResponseJSON {
  const whole = helpers.isoBase64URL.toBuffer(response.response.attestationObject)
  const authData = helpers.decodeAttestationObject(whole).get("authData")
  const bare = helpers.isoCBOR.encode(
    new Map<string, string | Uint8Array | Map<string, string>>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", authData],
    ]),
  )
  return {
    ...response,
    response: { ...response.response, attestationObject: Buffer.from(bare).toString("base64url") } as never,
  }
}

const TRANSPORTS = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]

/** The ways to reach the authenticator, as its browser tells them: those that are known. */
function transportsOf({ response }: Registration): string[] {
  const given = Array.isArray(response.transports) ? (response.transports as unknown[]) : []
  return TRANSPORTS.filter((transport) => given.includes(transport))
}

const isAttachment = (given: unknown): given is "platform" | "cross-platform" =>
  given === "platform" || given === "cross-platform"

function refusalOf(error: Error, relyingPartyId: string): Error {
  if (error.name === "UnexpectedRPIDHash") return passkeyOfAnotherParty(relyingPartyId)
  if (/public key alg|User verification|User presence|PQC/.test(error.message))
    return passkeyNotSupported(error.message)
  return malformed(error.message)
}

const malformed = (found: string) => malformedPasskey(printable(found))

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200)
