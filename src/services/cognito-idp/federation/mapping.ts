import type { AppClient } from "../app-clients/record.ts"
import { schemaViolation } from "../errors.ts"
import type { IdentityProvider } from "../identity-providers/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import { type Attributes, assertMutable, mergeAttributes, parseAttributes } from "../users/attributes.ts"
import type { User } from "../users/record.ts"
import type { FlatClaims } from "./claims.ts"

/** Of each attribute. Source: "Mapping IdP attributes to profiles and tokens". */
const VALUE_AT_MOST = 2048
const CONTACTS = ["email", "phone_number"] as const

/**
 * The attributes that a provider's mapping makes of what it told, checked against the pool's schema. What it did not tell is
 * left alone, what it told as empty is cleared, and so is left alone what the client may not write. An address counts as
 * verified where the provider says so and that is mapped, too. Source: "Mapping IdP attributes to profiles and tokens";
 * amplify-js issues 7300 and 14599: the flags are set anew at each sign-in.
 */
export function mapAttributes(
  pool: UserPool,
  client: AppClient,
  { mapping }: IdentityProvider,
  claims: FlatClaims,
): Attributes {
  const told = Object.entries(mapping)
    .filter(([name]) => name !== "username" && isWritten(client, name))
    .flatMap(([name, claim]) => (claims[claim] === undefined ? [] : [{ Name: name, Value: claims[claim] }]))
  const long = told.filter(({ Value }) => Value.length > VALUE_AT_MOST)
  if (long.length > 0)
    throw schemaViolation(
      long.map(({ Name }) => `${Name}: String must be no longer than ${VALUE_AT_MOST} characters\n`),
    )
  const attributes = parseAttributes(pool, told, "sign-up")
  for (const contact of CONTACTS)
    if (attributes[contact])
      attributes[`${contact}_verified`] = isTrue(attributes[`${contact}_verified`]) ? "true" : "false"
    else delete attributes[`${contact}_verified`]
  return attributes
}

const isTrue = (text: string | undefined): boolean => text?.toLowerCase() === "true"

/** Verification flags cannot stand in a client's list, and go with their address. */
function isWritten({ settings: { WriteAttributes: list = [] } }: AppClient, name: string): boolean {
  return list.length === 0 || list.includes(name.replace(/_verified$/, ""))
}

/**
 * The attributes of a user after another sign-in. One that cannot be changed fails it, though its value be the same. Source:
 * the same page; accelerated-intelligent-document-processing-on-aws issue 835, tried out 2026-09.
 */
export function remapAttributes(pool: UserPool, user: User, mapped: Attributes): Attributes {
  assertMutable(pool, user, mapped)
  return mergeAttributes(user.attributes, mapped)
}
