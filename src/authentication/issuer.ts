import type { WireError } from "../wire/errors.ts"
import { type AccessKey, callerOfAccessKey, callerOfSession } from "./access-key.ts"
import type { SignedCaller, Verified } from "./caller.ts"
import type { AuthenticationDeps } from "./deps.ts"
import { openSessionToken } from "./session-token.ts"

/** Whose credentials a signature says that it is made with. */
export interface Credential {
  accessKeyId: string
  securityToken?: string | undefined
}

interface UnknownCredential {
  unknownKey(accessKeyId: string): WireError
  invalidToken(token: string): WireError
  expiredToken(token: string): WireError
}

/**
 * The caller whose credentials a request names, once `verify` has held the signature against their secret. Whatever is
 * signed, and however, gets its secret here.
 */
export function callerOf(
  { accessKeyId, securityToken }: Credential,
  deps: AuthenticationDeps,
  refusals: UnknownCredential,
  verify: (secretAccessKey: string) => Verified,
): SignedCaller | Promise<SignedCaller> {
  if (securityToken !== undefined) {
    const session = openSessionToken(deps.masterKey, securityToken)
    if (!session || session.record.accessKeyId !== accessKeyId) throw refusals.invalidToken(securityToken)
    if (session.record.expiresAt * 1000 <= deps.clock.now()) throw refusals.expiredToken(securityToken)
    return callerOfSession(session.record, verify(session.secretAccessKey))
  }
  const conclude = (key: AccessKey | undefined): SignedCaller => {
    if (key?.status !== "Active") throw refusals.unknownKey(accessKeyId)
    return callerOfAccessKey(key, verify(key.secretAccessKey))
  }
  const key = deps.findAccessKey(accessKeyId)
  return key instanceof Promise ? key.then(conclude) : conclude(key)
}
