import type { IdentityProvider } from "../identity-providers/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import { usernameKey } from "../users/names.ts"

/** Somebody whom a provider vouches for: all of it has been verified. */
export interface Foreigner {
  provider: IdentityProvider
  /** The provider's own name for them: `sub`, `id`, `user_id`, NameID. */
  subject: string
  /** What is mapped. A later one of the same name counts. */
  claims: Readonly<Record<string, unknown>>
  /** The same by where it came from, for the pool's function: `{ idToken, userInfo, tokenResponse }` or `{ samlResponse }`. */
  told: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** How they proved who they are, as the provider tells it: `pwd`, `mfa`, ... */
  amr?: readonly string[]
  /** The level that the provider's word for it stands for. */
  level?: 1 | 2 | 3 | 4
}

/** `Google_1234`, as functions of the pool are told it. */
export const foreignName = ({ provider, subject }: Pick<Foreigner, "provider" | "subject">): string =>
  `${provider.name}_${subject}`

/** The same as the pool keeps it. Source: recorded in pools whose usernames are not case sensitive: all lower case. */
export const foreignUsername = (pool: UserPool, foreigner: Pick<Foreigner, "provider" | "subject">): string =>
  usernameKey(pool, foreignName(foreigner))
