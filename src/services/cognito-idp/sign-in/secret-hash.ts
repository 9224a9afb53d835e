import { createHmac, timingSafeEqual } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import { type AppClient, openSecret } from "../app-clients/record.ts"
import { clientSecretMissing, clientSecretWrong, secretHashMissing, secretHashWrong } from "../errors.ts"

/**
 * Throws unless the caller knows the client's secret: base64(HMAC-SHA256(secret, username + client ID)). `usernames` are
 * the names that may stand in it. A client without a secret takes no hash. Source: "Computing secret hash values".
 */
export function assertSecretHash(
  masterKey: MasterKey,
  client: AppClient,
  given: string | undefined,
  ...usernames: string[]
): void {
  const secret = openSecret(masterKey, client)
  if (secret === undefined) {
    if (given !== undefined) throw secretHashWrong(client.id)
    return
  }
  if (given === undefined) throw secretHashMissing(client.id)
  const matches = usernames.map((username) => isSame(given, secretHash(secret, username, client.id)))
  if (!matches.includes(true)) throw secretHashWrong(client.id)
}

export const secretHash = (secret: string, username: string, clientId: string): string =>
  createHmac("sha256", secret)
    .update(username + clientId)
    .digest("base64")

/** For operations that take the secret itself. `code` is the error that the operation has for it. */
export function assertClientSecret(
  masterKey: MasterKey,
  client: AppClient,
  given: string | undefined,
  code: "NotAuthorizedException" | "UnauthorizedException",
): void {
  const secret = openSecret(masterKey, client)
  if (secret === undefined) {
    if (given !== undefined) throw clientSecretWrong(code, client.id)
    return
  }
  if (given === undefined) throw clientSecretMissing(code, client.id)
  if (!isSame(given, secret)) throw clientSecretWrong(code, client.id)
}

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
