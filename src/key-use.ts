import type { Requirement } from "./authorization/requirement.ts"
import type { DataKey } from "./base/encrypted-message.ts"
import type { Sender } from "./sender.ts"

/**
 * Who uses a key of KMS: a service by itself, whom the key's policy or a grant lets; or a service for whoever called it, who
 * needs the permission then (AWS calls it a forward access session), with `kms:ViaService`: `s3.eu-west-1.amazonaws.com`.
 */
export type KeyUser = Sender | { caller: Asker; viaService: string }

/** The call in whose name a permission is asked: a refusal is thrown in the words of the service that was called. */
export interface Asker {
  assertAllowed(requirement: Requirement): Promise<void>
}

/** A use of a key for something that one service keeps. */
export interface KeyUse {
  /** ARN of the key, or of an alias. */
  key: string
  by: KeyUser
  /** Needed again to decrypt: `{ "userpool-id": ... }`. */
  encryptionContext: Readonly<Record<string, string>>
}

/** Why a key was not used, in KMS's own words: `AccessDeniedException`, `DisabledException`, `NotFoundException`, ... */
export interface KeyRefusal {
  is: "refused"
  code: string
  message: string
}

/** What a service lends itself the key of a customer by: a grant. */
export interface KeyLoan {
  /** ARN of the key, or of an alias. */
  key: string
  /** The service that gets it, for that resource of its: there is one loan of a key for a resource. */
  to: Sender
  /** ARN of a session that gets it in place of the service: that of a function's role. */
  grantee?: string
  /** By which it is found again, where not by the resource: another resource may follow it under its ARN. */
  name?: string
  operations: readonly ("GenerateDataKey" | "Encrypt" | "Decrypt" | "DescribeKey")[]
  /** Which every use must have; of a session, no more and no less. */
  encryptionContext: Readonly<Record<string, string>>
}

/** What KMS does for the other services. */
export interface Keys {
  /** Makes a key of 32 bytes for one piece of data, plain and encrypted under the key. Needs `kms:GenerateDataKey`. */
  generateDataKey(use: KeyUse): Promise<(DataKey & { is: "made" }) | KeyRefusal>
  /** Opens what is encrypted under the key. Needs `kms:Decrypt`. */
  decrypt(use: KeyUse, ciphertext: Uint8Array): Promise<{ is: "opened"; plaintext: Uint8Array } | KeyRefusal>
  /** Makes a grant to the service, or finds the one that is there. Whoever is behind it needs `kms:CreateGrant`. */
  lend(loan: KeyLoan, caller: Asker): Promise<{ is: "lent" } | KeyRefusal>
  /** Ends it; nothing happens where there is none. */
  giveBack(loan: Pick<KeyLoan, "key" | "to" | "grantee" | "name">): Promise<void>
}
