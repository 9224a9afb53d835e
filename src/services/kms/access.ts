import type { Requirement, RequirementContext } from "../../authorization/requirement.ts"
import type { CompiledPolicy } from "../../policy/index.ts"
import { type Home, nameArn, parseKeyName } from "./arns.ts"

export type EncryptionContext = Readonly<Record<string, string>>

/** A permission on a key, as KMS decides it. */
export interface KeyRequirement extends Requirement {
  context: RequirementContext
  /** Grants that count at once, wherever they were made. */
  grantTokens?: readonly string[]
  /** The resource that a service acts for: some grants are for it alone. */
  sourceArn?: string
  /** Beside those that are found: who may retire a grant is in no policy. */
  furtherGrants?: readonly CompiledPolicy[]
}

export interface Asked {
  /** Left out, that of the operation. */
  action?: string
  encryptionContext?: EncryptionContext | undefined
  grantTokens?: readonly string[] | undefined
  context?: RequirementContext
}

/** What an operation on the key that KeyId names needs; the key may be named by an alias, and is decided by itself. */
export function onKey(keyId: string, home: Home, asked: Asked = {}): KeyRequirement {
  const { action, encryptionContext, grantTokens, context } = asked
  return {
    ...(action !== undefined && { action }),
    resource: nameArn(parseKeyName(keyId, home)),
    context: { ...context, ...encryptionContextKeys(encryptionContext) },
    ...(grantTokens !== undefined && { grantTokens }),
  }
}

/** Developer Guide, "AWS KMS condition keys". */
export function encryptionContextKeys(encryptionContext: EncryptionContext = {}): RequirementContext {
  const names = Object.keys(encryptionContext)
  if (names.length === 0) return {}
  return {
    ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, encryptionContext[name]])),
    "kms:EncryptionContextKeys": names,
  }
}
