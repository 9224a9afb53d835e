import type { ProviderSession } from "../../../federation/saml/requests.ts"
import type { Writing } from "../../../store/store.ts"
import type { User } from "../users/record.ts"

/** Who has proved who they are, by a page or by another provider. */
export interface HostedUser {
  user: User
  /** `COGNITO` where not given, or the provider's name. */
  provider?: string
  /** Authentication methods: `pwd`, `otp`, `mfa`, `fed`, ... */
  amr: readonly string[]
  /** Where it is not told by the methods: what another provider says. */
  level?: 1 | 2 | 3 | 4
  authTimeSeconds: number
  /** Of a SAML provider: the session there, which a sign-out may have to end. */
  providerSession?: ProviderSession
  /** By which the browser's session is listed, where the pool tracks sessions. */
  ssoId?: string
  /** Is part of the transaction that keeps the session and the code. */
  keep?(tx: Writing): Promise<void>
}
