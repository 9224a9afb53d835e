import type { UserStatusType } from "@aws-sdk/client-cognito-identity-provider"
import type { Verifier } from "../srp/srp.ts"
import type { UserMfa } from "../users/user.ts"
import type { Passkey } from "../web-authn/record.ts"

/** A pool, as its users leave it. */
export interface TransferredPool {
  id: string
  /** What SRP verifiers are made for. */
  poolName: string
  /** Of AWS's own import file. */
  columns: string[]
  groups: TransferredGroup[]
}

export interface TransferredGroup {
  name: string
  description?: string
  roleArn?: string
  precedence?: number
}

/** All that is kept of a user, in the open: it leaves the server through its door alone. Times are milliseconds since the epoch. */
export interface TransferredUser {
  sub: string
  username: string
  attributes: Record<string, string>
  status: UserStatusType
  enabled: boolean
  createdAt: number
  modifiedAt: number
  temporaryPasswordAt?: number
  password?: TransferredPassword
  mfa?: Omit<UserMfa, "sealedSecret" | "sealedPending">
  /** Of the authenticator, base64. */
  totpSecret?: string
  groups: string[]
  passkeys: Passkey[]
  /** At other providers. */
  identities: { provider: string; subject: string }[]
}

/** What stands for a password: a verifier, or the hash of another directory that it came with. */
export type TransferredPassword = (Verifier & { previous?: Verifier[] }) | { imported: string }

/** What became of those who were brought in. */
export interface Transfer {
  imported: number
  /** Their name, or their `sub`, is there. */
  skipped: string[]
  failed: { username: string; why: string }[]
}
