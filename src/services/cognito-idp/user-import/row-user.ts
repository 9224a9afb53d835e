import type { MasterKey } from "../../../base/master-key.ts"
import { randomUUID } from "../../../base/random.ts"
import { WireError } from "../../../wire/errors.ts"
import { formatKept, type ImportedHash, parseHash } from "../imported-passwords/formats.ts"
import { codeFactors } from "../sign-in/factors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { assertRequired, parseAttributes } from "../users/attributes.ts"
import { assertNameAgrees, mergeNew } from "../users/create.ts"
import { isUsername, nameUser } from "../users/names.ts"
import { sealImported } from "../users/passwords.ts"
import type { User } from "../users/user.ts"
import { PASSWORD_HASH } from "./csv.ts"
import type { ImportJob } from "./record.ts"

/** A row that makes no user: what the log says of it. */
export class RowFault extends Error {
  override name = "RowFault"
}

export const MFA_ENABLED = "cognito:mfa_enabled"
export const USERNAME = "cognito:username"

/** Whom a row describes, and the hash of their password where it has one. Throws RowFault. Source: "Importing users from a CSV file". */
export function userOfRow(
  pool: UserPool,
  { algorithm }: Pick<ImportJob, "algorithm">,
  columns: readonly string[],
  values: readonly string[],
  masterKey: MasterKey,
  now: number,
): { user: User; hash?: ImportedHash } {
  if (values.length !== columns.length)
    throw new RowFault(`The row has ${values.length} values for ${columns.length} columns.`)
  if (values.some((value) => value.includes('"'))) throw new RowFault("Values must not be in quotes.")
  const row = new Map(columns.map((name, at) => [name, values[at]!]))
  const text = row.get(PASSWORD_HASH) ?? ""
  const hash = algorithm && text !== "" ? parseHash(algorithm, text) : undefined
  if (text !== "" && !hash) throw new RowFault(`The password hash is not one of ${algorithm}, or costs too much.`)
  try {
    return { user: makeUser(pool, row, hash && sealImported(masterKey, formatKept(hash)), now), ...(hash && { hash }) }
  } catch (error) {
    if (error instanceof WireError) throw new RowFault(error.message.trim())
    throw error
  }
}

function makeUser(pool: UserPool, row: ReadonlyMap<string, string>, password: Buffer | undefined, now: number): User {
  const name = row.get(USERNAME) ?? ""
  if (name === "" || /\s/.test(name)) throw new RowFault("The username is empty, or has blanks in it.")
  if (!isUsername(name)) throw new RowFault("The username is too long, or has characters that no username has.")
  const sub = randomUUID()
  const named = nameUser(pool, name, sub)
  const given = parseAttributes(pool, attributesOf(row), "sign-up")
  assertNameAgrees(named.attributes, given)
  const attributes = mergeNew(given, named.attributes)
  assertVerified(pool, attributes)
  assertRequired(pool, attributes)
  const usesSms = usesSecondFactor(pool, row.get(MFA_ENABLED) ?? "") && attributes.phone_number !== undefined
  return {
    sub,
    username: named.username,
    attributes,
    status: password || hasCodeFactor(pool, attributes) ? "CONFIRMED" : "RESET_REQUIRED",
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    password,
    ...(usesSms && { mfa: { enabled: ["SMS_MFA"] } }),
  }
}

const BOOLEANS = ["email_verified", "phone_number_verified"]

function attributesOf(row: ReadonlyMap<string, string>): { Name: string; Value: string }[] {
  return [...row]
    .filter(([name, value]) => value !== "" && name !== USERNAME && name !== MFA_ENABLED && name !== PASSWORD_HASH)
    .map(([Name, value]) => ({
      Name,
      Value: BOOLEANS.includes(Name) ? value.toLowerCase() : Name === "birthdate" ? dateOf(value) : value,
    }))
}

/** `mm/dd/yyyy` in the file, `yyyy-mm-dd` as the attribute has it. UNVERIFIED: that AWS turns it round. */
function dateOf(text: string): string {
  const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? []
  if (year === undefined) throw new RowFault("The birthdate is not mm/dd/yyyy.")
  return `${year}-${month}-${day}`
}

/** The attributes that the pool verifies by itself: one of them is said to be verified, and is there. */
function assertVerified(pool: UserPool, attributes: Readonly<Record<string, string>>): void {
  const verified = (pool.settings.AutoVerifiedAttributes ?? []).filter(
    (name) => attributes[`${name}_verified`] === "true",
  )
  if (verified.length === 0)
    throw new RowFault(
      "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
    )
  const missing = verified.find((name) => !attributes[name])
  if (missing !== undefined) throw new RowFault(`The User Record has no ${missing}, which it says is verified.`)
}

const hasCodeFactor = (pool: UserPool, attributes: Readonly<Record<string, string>>): boolean =>
  codeFactors(pool).some((name) => attributes[`${name}_verified`] === "true")

/** What a row says must fit the pool. */
function usesSecondFactor({ settings }: UserPool, text: string): boolean {
  const mode = settings.MfaConfiguration ?? "OFF"
  if (!/^(?:true|false|)$/i.test(text)) throw new RowFault(`${MFA_ENABLED} is neither true nor false.`)
  const isWanted = text.toLowerCase() === "true"
  if (mode === "OFF" && isWanted) throw new RowFault(`${MFA_ENABLED} is true, and the user pool has no MFA.`)
  if (mode === "ON" && text.toLowerCase() === "false")
    throw new RowFault(`${MFA_ENABLED} is false, and the user pool requires MFA.`)
  return isWanted
}
