import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose"
import { missingClaim, notAJwt } from "../errors.ts"

/** What a web identity token says, whoever signed it. */
export interface UnverifiedToken {
  text: string
  issuer: string
  payload: JWTPayload
  header: { alg?: string; kid?: string }
}

/** Source: texts reported in public issue threads. */
export function parseToken(text: string): UnverifiedToken {
  const parsed = decode(text)
  if (!parsed) throw notAJwt()
  const { payload } = parsed
  for (const claim of ["iss", "sub", "aud", "exp", "iat"]) if (payload[claim] === undefined) throw missingClaim(claim)
  const isText = typeof payload.iss === "string" && typeof payload.sub === "string"
  if (!isText || typeof payload.exp !== "number" || !Number.isFinite(payload.exp)) throw notAJwt()
  return { text, issuer: payload.iss!, ...parsed }
}

function decode(text: string): Pick<UnverifiedToken, "payload" | "header"> | undefined {
  try {
    return { payload: decodeJwt(text), header: decodeProtectedHeader(text) }
  } catch {
    return undefined
  }
}

/** Who the token is for: `azp` where it is there, else every `aud` (IAM User Guide, "Available keys for AWS OIDC
 * federation"). */
export function audiencesOf({ azp, aud }: JWTPayload): string[] {
  if (typeof azp === "string") return [azp]
  return [aud].flat().filter((value): value is string => typeof value === "string")
}
