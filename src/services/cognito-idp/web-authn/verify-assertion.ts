import type { AuthenticationResponseJSON } from "@simplewebauthn/server"
import { parseClientData } from "./client-data.ts"
import { loadWebAuthn } from "./library.ts"
import type { Passkey } from "./record.ts"
import { isOriginOf } from "./relying-party.ts"

interface Expected {
  challenge: string
  relyingPartyId: string
  requiresUserVerification: boolean
  /** Whose the passkey is: what the authenticator keeps of them must be this. */
  sub: string
}

/** The counter behind the use, or in what the answer is wrong. */
export type AssertionVerdict = { counter: number; fault?: undefined } | { fault: string }

/** The ID of the passkey that an answer names. */
export function parseAssertion(text: string): AuthenticationResponseJSON | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<AuthenticationResponseJSON> | null
    const { id, rawId, type, response } = parsed ?? {}
    const isWhole =
      [id, rawId, type].every((one) => typeof one === "string") &&
      [response?.clientDataJSON, response?.authenticatorData, response?.signature].every(
        (one) => typeof one === "string",
      ) &&
      ["string", "undefined"].includes(typeof (response?.userHandle ?? undefined))
    return isWhole ? (parsed as AuthenticationResponseJSON) : undefined
  } catch {
    return undefined
  }
}

/** Whether an answer is by this passkey, to this challenge, from a page of the relying party. Source: WebAuthn Level 3, 7.2. */
export async function verifyAssertion(
  response: AuthenticationResponseJSON,
  passkey: Pick<Passkey, "id" | "publicKey" | "counter">,
  { challenge, relyingPartyId, requiresUserVerification, sub }: Expected,
): Promise<AssertionVerdict> {
  const clientData = parseClientData(response.response.clientDataJSON)
  if (!clientData) return { fault: "its client data cannot be read" }
  if (!isOriginOf(relyingPartyId, clientData.origin)) return { fault: "its page is not of the relying party" }
  const { userHandle } = response.response
  if (userHandle && Buffer.from(userHandle, "base64url").toString() !== sub) return { fault: "it is somebody else's" }
  const { server } = await loadWebAuthn()
  try {
    const { verified, authenticationInfo } = await server.verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: clientData.origin,
      expectedRPID: relyingPartyId,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
        counter: passkey.counter,
      },
      requireUserVerification: requiresUserVerification,
    })
    return verified ? { counter: authenticationInfo.newCounter } : { fault: "its signature does not match" }
  } catch (error) {
    return { fault: faultOf(error as Error) }
  }
}

/** In the words of this server: the library's repeat what was sent. */
function faultOf({ name, message }: Error): string {
  if (name === "UnexpectedRPIDHash") return "it is of another relying party"
  if (/challenge/.test(message)) return "its challenge is another one"
  if (/counter/.test(message)) return "its counter does not go on"
  if (/verification/.test(message)) return "its user was not verified"
  if (/present/.test(message)) return "its user was not there"
  return "it cannot be read"
}
