import { createHmac, timingSafeEqual } from "node:crypto"
import { BoundedCache } from "../base/bounded-cache.ts"
import { HmacKey } from "../base/hmac.ts"

/** What a derived signing key is good for, beside the secret it derives from. */
export interface KeyScope {
  accessKeyId: string
  /** `YYYYMMDD` */
  date: string
  region: string
  service: string
}

export function deriveSigningKey(secretAccessKey: string, scope: KeyScope): HmacKey {
  const date = hmac(`AWS4${secretAccessKey}`, scope.date)
  const service = hmac(hmac(date, scope.region), scope.service)
  return new HmacKey(hmac(service, "aws4_request"))
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest()

interface CachedKey {
  secretAccessKey: string
  key: HmacKey
}

const cachedKeys = new BoundedCache<string, CachedKey>(4096)

const nameOf = (scope: KeyScope): string => `${scope.accessKeyId}/${scope.date}/${scope.region}/${scope.service}`

/** The secret is compared, so that an access key id that got another secret is not verified with the old one. */
export function findSigningKey(secretAccessKey: string, scope: KeyScope): HmacKey | undefined {
  const cached = cachedKeys.find(nameOf(scope))
  return cached?.secretAccessKey === secretAccessKey ? cached.key : undefined
}

/** To be called once a signature has been verified: a scope that somebody made up must not crowd out real ones. */
export function rememberSigningKey(secretAccessKey: string, scope: KeyScope, key: HmacKey): void {
  cachedKeys.put(nameOf(scope), { secretAccessKey, key })
}

/** In lower-case hexadecimal, as signatures are sent. */
export const sign = (key: HmacKey, stringToSign: string): string => key.sign(stringToSign, "hex")

/** In constant time. */
export const isSameSignature = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given, "latin1"), Buffer.from(expected, "latin1"))
