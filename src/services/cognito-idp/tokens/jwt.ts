import { sign, verify } from "node:crypto"
import { BoundedCache } from "../../../base/bounded-cache.ts"
import type { Claims } from "./claims.ts"
import { type Issuer, parseIssuer } from "./issuer.ts"
import type { SigningKey, SigningKeys } from "./signing-keys.ts"

/** A signed JWT. The signature is made off the event loop. */
export function signJwt(key: SigningKey, claims: Claims): Promise<string> {
  const signed = `${key.jwtHead}.${encode(claims)}`
  return new Promise((resolve, reject) => {
    sign("RSA-SHA256", Buffer.from(signed, "latin1"), key.privateKey, (error, signature) => {
      if (error) reject(error)
      else resolve(`${signed}.${signature.toString("base64url")}`)
    })
  })
}

const encode = (claims: Claims): string => Buffer.from(JSON.stringify(claims)).toString("base64url")

/** A JWT taken apart, nothing of it believed. */
export interface UnverifiedJwt {
  kid: string
  claims: Claims
  /** Of a user pool; undefined where the token says that it is another's. */
  issuer: Issuer | undefined
  /** The text, whole. */
  token: string
}

const MAX_LENGTH = 64 * 1024

/** Undefined where it is not a JWT with an RS256 signature. */
export function parseJwt(token: string): UnverifiedJwt | undefined {
  if (token.length > MAX_LENGTH || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined
  const [head, body] = token.split(".") as [string, string]
  const header = decode(head)
  const claims = decode(body)
  if (header?.alg !== "RS256" || typeof header.kid !== "string" || !claims) return undefined
  return { kid: header.kid, claims, issuer: parseIssuer(claims.iss), token }
}

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString())
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}

/** Tokens whose signature was found right, and by which keys: the same few come again and again. */
const verified = new BoundedCache<string, { jwt: UnverifiedJwt; keys: SigningKeys }>(4_096)
/** Longer ones are not remembered, so that all of them together stay small. */
const REMEMBERED_LENGTH = 4 * 1024

/** The same as `parseJwt`, at once for a token that was verified before. Nobody changes what it returns. */
export const readJwt = (token: string): UnverifiedJwt | undefined => verified.find(token)?.jwt ?? parseJwt(token)

/** Whether one of the pool's keys signed it. */
export function isSignedBy(keys: SigningKeys, jwt: UnverifiedJwt): boolean {
  const { token, kid } = jwt
  if (verified.find(token)?.keys === keys) return true
  const key = kid === keys.id.kid ? keys.id : kid === keys.access.kid ? keys.access : undefined
  if (!key) return false
  const at = token.lastIndexOf(".")
  const signature = Buffer.from(token.slice(at + 1), "base64url")
  if (!verify("RSA-SHA256", Buffer.from(token.slice(0, at)), key.publicKey, signature)) return false
  if (token.length <= REMEMBERED_LENGTH) verified.put(token, { jwt, keys })
  return true
}
