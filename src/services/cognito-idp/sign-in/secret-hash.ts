import { createHmac } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import type { AppClient } from "../app-clients/record.ts"
import { isOneOf, openSecrets } from "../app-clients/secrets.ts"
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
  const secrets = openSecrets(masterKey, client)
  if (secrets.length === 0) {
    if (given !== undefined) throw secretHashWrong(client.id)
    return
  }
  if (given === undefined) throw secretHashMissing(client.id)
  const right = secrets.flatMap((secret) => usernames.map((username) => secretHash(secret, username, client.id)))
  if (!isOneOf(right, given)) throw secretHashWrong(client.id)
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
  const secrets = openSecrets(masterKey, client)
  if (secrets.length === 0) {
    if (given !== undefined) throw clientSecretWrong(code, client.id)
    return
  }
  if (given === undefined) throw clientSecretMissing(code, client.id)
  if (!isOneOf(secrets, given)) throw clientSecretWrong(code, client.id)
}
