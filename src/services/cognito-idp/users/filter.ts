import { invalidParameter } from "../errors.ts"
import { isStorable } from "./names.ts"
import { SEARCHABLE } from "./search.ts"

/** A parsed filter of ListUsers: one attribute, one value. */
export interface UserFilter {
  attribute: string
  /** `=` asks for the value, `^=` for values that begin with it. */
  operator: "=" | "^="
  value: string
}

const SEARCHED: ReadonlySet<string> = new Set([...SEARCHABLE, "username", "sub", "status", "cognito:user_status"])

/**
 * Parses `attribute = "value"`. Undefined where the filter is empty, which asks for everybody. Within the value a
 * backslash stands before a quotation mark or a backslash. Source: ListUsers, Filter.
 */
export function parseFilter(text: string | undefined): UserFilter | undefined {
  if (text === undefined || text.trim() === "") return undefined
  const parts = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/s.exec(text)
  if (!parts || !isStorable(text)) throw invalidParameter(`Error while parsing filter: ${text}`) // UNVERIFIED text
  const [, attribute, operator, value] = parts as unknown as [string, string, "=" | "^=", string]
  if (!SEARCHED.has(attribute)) throw invalidParameter(`Invalid search attribute: ${attribute}`)
  return { attribute, operator, value: value.replace(/\\(.)/gs, "$1") }
}
