import type { PasswordPolicy } from "@aws-sdk/client-iam"

const UPPER = /[A-Z]/
const LOWER = /[a-z]/
const NUMBER = /[0-9]/
/** API Reference of UpdateAccountPasswordPolicy, `RequireSymbols`. */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/

/** IAM User Guide, "Setting an account password policy for IAM users", default password policy. */
const DEFAULT_LENGTH = 8
const DEFAULT_KINDS = 3

export function isGoodPassword(password: string, policy: PasswordPolicy | undefined, accountName: string): boolean {
  const kinds = [UPPER, LOWER, NUMBER, SYMBOL].filter((kind) => kind.test(password)).length
  if (!policy) return password.length >= DEFAULT_LENGTH && kinds >= DEFAULT_KINDS && password !== accountName
  return (
    password.length >= (policy.MinimumPasswordLength ?? 0) &&
    (!policy.RequireUppercaseCharacters || UPPER.test(password)) &&
    (!policy.RequireLowercaseCharacters || LOWER.test(password)) &&
    (!policy.RequireNumbers || NUMBER.test(password)) &&
    (!policy.RequireSymbols || SYMBOL.test(password))
  )
}
