/** What the service that issued a token says of it. Times are whole seconds since the epoch. */
export type TokenVerdict =
  | {
      fault?: undefined
      subject: string
      audience: string
      /** Whose the audience is, where it is of an account. */
      account?: string
      /** Authentication methods references: how the bearer was let in. */
      amr?: readonly string[]
      /** Session tags that the token brings along. */
      tags?: Readonly<Record<string, string>>
    }
  | { fault: "expired"; expiredAt: number; because: Readonly<Record<string, unknown>> }
  | { fault: "invalid"; because: Readonly<Record<string, unknown>> }

/**
 * What the services of this server do for each other at run time. None imports another for it: each is found by what the
 * request is about, and says in its `Service` what it does.
 */
export interface Peers {
  /** Has a token verified by the service that issues under the name; undefined where none of this server does. */
  verifyToken(issuer: string, token: string): Promise<TokenVerdict | undefined>
}
