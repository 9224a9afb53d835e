import type { UserStatusType } from "@aws-sdk/client-cognito-identity-provider"

/** A user of a pool. Times are milliseconds since the epoch. */
export interface User extends UserBody {
  sub: string
  status: UserStatusType
  enabled: boolean
  /** What stands for the password, sealed; users need not have one. */
  password: Uint8Array | undefined
}

export interface UserBody {
  /** As it was given; where people sign in with e-mail or telephone alone it is the `sub`. */
  username: string
  /** All but `sub`. */
  attributes: Record<string, string>
  createdAt: number
  modifiedAt: number
  /** When the password was set that must be changed at the first sign-in. */
  temporaryPasswordAt?: number | undefined
  /** New values of `email` and `phone_number` that wait for their verification. */
  pendingAttributes?: Record<string, string>
  mfa?: UserMfa
}

/** The second factors of a user. */
export interface UserMfa {
  /** The TOTP secret, sealed, in base64. */
  sealedSecret?: string
  /** The 30-second step of the last accepted code: a code is good once. */
  lastStep?: number
  /** The secret of an authenticator that has not shown a code yet. */
  sealedPending?: string
  /** What the user calls the authenticator. */
  deviceName?: string
  enabled: ("SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP")[]
  preferred?: "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP"
  /** Whether a passkey that verified its user counts as both factors. */
  passkey?: boolean
}

/** What happens where a name that a user is to sign in with belongs to another. */
export interface Claim {
  /** Takes it away from the other. */
  force: boolean
  /** The refusal otherwise. */
  taken(attribute: string): Error
}
