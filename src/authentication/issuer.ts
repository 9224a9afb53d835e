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

/**
 * The caller whose credentials a request names, once `verify` has held the signature against their secret. Whatever is
 * signed, and however, gets its secret here.
 */
export function callerOf(
  { accessKeyId, securityToken }: Credential,
  deps: AuthenticationDeps,
  refusals: Pick<Refusals, "unknownKey" | "invalidToken" | "expiredToken">,
  verify: (secretAccessKey: string) => Verified,
): SignedCaller | Promise<SignedCaller> {
  if (securityToken !== undefined) {
    const session = openSessionToken(deps.masterKey, securityToken)
    if (!session) throw refusals.invalidToken(securityToken, "it does not open")
    const { expiresAt } = session.record
    if (session.record.accessKeyId !== accessKeyId)
      throw refusals.invalidToken(securityToken, "it belongs to another access key")
    if (expiresAt * 1000 <= deps.clock.now()) throw refusals.expiredToken(securityToken, expiresAt * 1000)
    return callerOfSession(session.record, verify(session.secretAccessKey))
  }
  const conclude = (key: AccessKey | undefined): SignedCaller => {
    if (!key) throw refusals.unknownKey(accessKeyId)
    if (key.status !== "Active") throw refusals.unknownKey(accessKeyId, "it is inactive")
    return callerOfAccessKey(key, verify(key.secretAccessKey))
  }
  const key = deps.findAccessKey(accessKeyId)
  return key instanceof Promise ? key.then(conclude) : conclude(key)
}
