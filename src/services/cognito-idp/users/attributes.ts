import type { AttributeType, SchemaAttributeType } from "@aws-sdk/client-cognito-identity-provider"
import { immutableAttribute, invalidEmail, invalidParameter, invalidPhoneNumber, schemaViolation } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { isStorable } from "./names.ts"
import type { User } from "./record.ts"

export type Attributes = Record<string, string>

/** Which words AWS has for an attribute that is not in the schema: three operations, three texts. */
export type UnknownWording = "sign-up" | "admin-create" | "update"

/**
 * The attributes of a request, checked against the pool's schema. The last one of a name counts. Developer-only
 * attributes are the administrator's.
 */
export function parseAttributes(
  pool: UserPool,
  list: AttributeType[] | undefined,
  wording: UnknownWording,
): Attributes {
  const attributes: Attributes = {}
  const violations: string[] = []
  for (const { Name, Value = "" } of list ?? []) {
    const schema = pool.attributes.get(Name!)
    if (!schema) {
      violations.push(unknown(Name!, wording))
      continue
    }
    if (Name === "sub" || Name === "identities") throw immutableAttribute(Name)
    if (!isStorable(Value)) throw invalidParameter(`Invalid value for attribute ${Name}.`) // UNVERIFIED text
    const violation = violationOf(schema, Value)
    if (violation) violations.push(`${Name}: ${violation}\n`)
    attributes[Name!] = Value
  }
  if (violations.length > 0) {
    if (wording === "update") throw invalidParameter(violations.map((line) => `user.${line}`).join(""))
    throw schemaViolation(violations)
  }
  assertFormats(attributes)
  return attributes
}

const unknown = (name: string, wording: UnknownWording): string =>
  wording === "admin-create"
    ? `Type for attribute {${name}} could not be determined`
    : `${name}: Attribute does not exist in the schema.\n`

/** UNVERIFIED texts, but for which constraint is checked. An empty value unsets the attribute and breaks no constraint. */
function violationOf(schema: SchemaAttributeType, value: string): string | undefined {
  if (value === "") return undefined
  switch (schema.AttributeDataType) {
    case "Number": {
      if (!/^-?\d{1,30}$/.test(value)) return "Attribute value must be a number."
      const { MinValue, MaxValue } = schema.NumberAttributeConstraints ?? {}
      if (MinValue !== undefined && BigInt(value) < BigInt(MinValue))
        return `Number must be greater than or equal to ${MinValue}`
      if (MaxValue !== undefined && BigInt(value) > BigInt(MaxValue))
        return `Number must be less than or equal to ${MaxValue}`
      return undefined
    }
    case "Boolean":
      return /^(?:true|false)$/i.test(value) ? undefined : "Attribute value must be a boolean."
    case "DateTime":
      return Number.isNaN(Date.parse(value)) ? "Attribute value must be a date." : undefined
    default: {
      const { MinLength, MaxLength } = schema.StringAttributeConstraints ?? {}
      const length = [...value].length
      if (MinLength !== undefined && BigInt(length) < BigInt(MinLength))
        return `String must be no shorter than ${MinLength} characters`
      if (MaxLength !== undefined && BigInt(length) > BigInt(MaxLength))
        return `String must be no longer than ${MaxLength} characters`
      return undefined
    }
  }
}

function assertFormats({ email, phone_number, birthdate }: Attributes): void {
  if (email && !/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email)) throw invalidEmail()
  if (phone_number && !/^\+\d{1,15}$/.test(phone_number)) throw invalidPhoneNumber()
  if (birthdate && !/^\d{4}-\d{2}-\d{2}$/.test(birthdate))
    throw invalidParameter("Invalid birthdate format, please use YYYY-MM-DD.") // UNVERIFIED text
}

/** Throws where a required attribute is missing. */
export function assertRequired(pool: UserPool, attributes: Attributes): void {
  const missing = missingAttributes(pool, attributes)
  if (missing.length > 0) throw schemaViolation(missing.map((name) => `${name}: The attribute is required\n`))
}

export const missingAttributes = (pool: UserPool, attributes: Attributes): string[] =>
  pool.schema.filter(({ Required, Name }) => Required && Name !== "sub" && !attributes[Name!]).map(({ Name }) => Name!)

/** Throws where an attribute that cannot be changed has a value already. */
export function assertMutable(pool: UserPool, user: User, changes: Attributes): void {
  for (const name of Object.keys(changes))
    if (pool.attributes.get(name)?.Mutable === false && user.attributes[name] !== undefined)
      throw immutableAttribute(name)
}

/**
 * The attributes after a change. Whoever changes an e-mail address or telephone number has to verify the new one,
 * unless the change says that it is verified.
 */
export function mergeAttributes(current: Attributes, changes: Attributes): Attributes {
  const merged = { ...current, ...changes }
  for (const name of ["email", "phone_number"])
    if (changes[name] !== undefined && changes[name] !== current[name] && changes[`${name}_verified`] === undefined)
      merged[`${name}_verified`] = "false"
  for (const name of Object.keys(merged)) if (merged[name] === "") delete merged[name]
  for (const name of ["email", "phone_number"]) if (merged[name] === undefined) delete merged[`${name}_verified`]
  for (const name of ["email_verified", "phone_number_verified"])
    if (merged[name] !== undefined) merged[name] = merged[name].toLowerCase()
  return merged
}
