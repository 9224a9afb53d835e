import { createPrivateKey, type KeyObject } from "node:crypto"
import { SignJWT } from "jose"
import { type Clock, nowInSeconds } from "../../base/clock.ts"

/** The key of a `.p8` file, with or without the lines around it; undefined where it is none for ES256. */
export function parseAppleKey(text: string): KeyObject | undefined {
  const base64 = text.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, "")
  try {
    const key = createPrivateKey({ key: Buffer.from(base64, "base64"), type: "pkcs8", format: "der" })
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : undefined
  } catch {
    return undefined
  }
}

/** Seconds; Apple takes up to six months. */
const LIFE = 300

/** What Apple takes for a client secret. Source: Apple, "Creating a client secret". */
export function createAppleSecret(
  clock: Clock,
  { teamId, keyId, clientId, key }: { teamId: string; keyId: string; clientId: string; key: KeyObject },
): Promise<string> {
  const now = nowInSeconds(clock)
  return new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: keyId })
    .setIssuer(teamId)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFE)
    .setAudience("https://appleid.apple.com")
    .setSubject(clientId)
    .sign(key)
}

/**
 * What Apple posts beside the first code of a person: their name, which no token has. It is the browser that brings it, so
 * nothing but names is taken from it. Source: Apple, "Configuring your webpage for Sign in with Apple".
 */
export function parseAppleUser(text: string | null): Record<string, string> {
  try {
    const { name } = JSON.parse(text ?? "") as { name?: Record<string, unknown> }
    const part = (key: string): string => (typeof name?.[key] === "string" ? name[key] : "")
    const [firstName, lastName] = [part("firstName"), part("lastName")]
    const full = [firstName, lastName].filter(Boolean).join(" ")
    return {
      ...(firstName && { firstName }),
      ...(lastName && { lastName }),
      ...(full && { name: full }),
    }
  } catch {
    return {}
  }
}
