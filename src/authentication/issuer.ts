import { type AccessKey, callerOfAccessKey, callerOfSession } from "./access-key.ts"
import type { SignedCaller, Verified } from "./caller.ts"
import type { AuthenticationDeps } from "./deps.ts"
import type { Refusals } from "./refusals.ts"
import { openSessionToken } from "./session-token.ts"

/** Whose credentials a signature says that it is made with. */
export interface Credential {
  accessKeyId: string
  securityToken?: string | undefined
}

/** The secret of credentials, and whose they are. */
export interface IssuedSecret {
  secretAccessKey: string
  callerOf(verified: Verified): SignedCaller
}

/**
 * Looks up the credentials that a request names: the key must be one, and the token open and be of this day. Whatever is
 * signed, and however, gets its secret here.
 */
export function findSecret(
  { accessKeyId, securityToken }: Credential,
  deps: AuthenticationDeps,
  refusals: Pick<Refusals, "unknownKey" | "invalidToken" | "expiredToken">,
): IssuedSecret | Promise<IssuedSecret> {
  if (securityToken !== undefined) {
    const session = openSessionToken(deps.masterKey, securityToken)
    if (!session) throw refusals.invalidToken(securityToken, "it does not open")
    const { record, secretAccessKey } = session
    if (record.accessKeyId !== accessKeyId)
      throw refusals.invalidToken(securityToken, "it belongs to another access key")
    if (record.expiresAt * 1000 <= deps.clock.now()) throw refusals.expiredToken(securityToken, record.expiresAt * 1000)
    return { secretAccessKey, callerOf: (verified) => callerOfSession(record, verified) }
  }
  const conclude = (key: AccessKey | undefined): IssuedSecret => {
    if (!key) throw refusals.unknownKey(accessKeyId)
    if (key.status !== "Active") throw refusals.unknownKey(accessKeyId, "it is inactive")
    return { secretAccessKey: key.secretAccessKey, callerOf: (verified) => callerOfAccessKey(key, verified) }
  }
  const key = deps.findAccessKey(accessKeyId)
  return key instanceof Promise ? key.then(conclude) : conclude(key)
}
