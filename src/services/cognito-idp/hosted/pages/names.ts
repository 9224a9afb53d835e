import type { UserPool } from "../../user-pools/record.ts"
import type { Texts } from "./languages/index.ts"

/** What people sign in by, in words. */
export function nameLabel({ usernameAttributes, aliasAttributes }: UserPool, { names }: Texts): string {
  const accepted = usernameAttributes ?? aliasAttributes ?? []
  const hasEmail = accepted.includes("email")
  const hasPhone = accepted.includes("phone_number")
  if (usernameAttributes) return hasEmail && hasPhone ? names.emailOrPhone : hasEmail ? names.email : names.phone
  if (hasEmail && hasPhone) return names.usernameEmailOrPhone
  if (hasEmail) return names.usernameOrEmail
  return hasPhone ? names.usernameOrPhone : names.username
}

/** The kind of keyboard that helps with it, and no more: the API says what is a name. */
export function nameInput({ usernameAttributes }: UserPool): { type: "text" | "email" | "tel"; inputMode?: string } {
  if (usernameAttributes?.length === 1) return { type: usernameAttributes[0] === "email" ? "email" : "tel" }
  return usernameAttributes ? { type: "text", inputMode: "email" } : { type: "text" }
}
