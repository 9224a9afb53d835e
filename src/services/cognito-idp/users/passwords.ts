import { randomBytes } from "node:crypto"
import { BoundedCache } from "../../../base/bounded-cache.ts"
import { HmacKey } from "../../../base/hmac.ts"
import { type MasterKey, open, seal, sealOf } from "../../../base/master-key.ts"
import { DIGITS, LOWER, randomBase64Url, randomText, UPPER } from "../../../base/random.ts"
import { passwordPolicy, passwordUsedBefore } from "../errors.ts"
import { createSalt, createVerifier, isPassword, type SrpIdentity, type Verifier } from "../srp/srp.ts"
import type { UserPool } from "../user-pools/record.ts"
import { passwordPolicyOf } from "../user-pools/settings.ts"
import type { User } from "./record.ts"

const PURPOSE = "cognito-idp.password"

/** What is sealed: never the password. */
export interface PasswordRecord extends Verifier {
  /** Former ones, the last first, as many as the policy asks to remember. */
  previous?: Verifier[]
  /** The hash that another directory kept of it, until the password is shown for the first time. */
  imported?: string
}

export const srpIdentity = (pool: UserPool, user: Pick<User, "username">): SrpIdentity => ({
  poolName: pool.poolName,
  userId: user.username,
})

/** Where there is no password there is nobody's, which nobody knows: as much is opened, and as much worked out. */
export function openPassword(masterKey: MasterKey, sealed?: Uint8Array): PasswordRecord {
  const record = parseRecord(masterKey, sealed ?? nobodysPassword(masterKey))
  // Nobody knows what stands for an imported one in SRP, until it is shown.
  return record.imported === undefined
    ? record
    : { ...record, verifier: parseRecord(masterKey, nobodysPassword(masterKey)).verifier }
}

const parseRecord = (masterKey: MasterKey, sealed: Uint8Array): PasswordRecord =>
  JSON.parse(open(masterKey, PURPOSE, sealed).toString()) as PasswordRecord

/** Of a verifier that is there already. */
export const sealRecord = (masterKey: MasterKey, record: PasswordRecord): Buffer =>
  seal(masterKey, PURPOSE, JSON.stringify(record))

/** What is sealed of a password that another directory kept a hash of. */
export const sealImported = (masterKey: MasterKey, imported: string): Buffer =>
  seal(masterKey, PURPOSE, JSON.stringify({ salt: createSalt(), imported }))

const nobodys = new WeakMap<MasterKey, Buffer>()

function nobodysPassword(masterKey: MasterKey): Buffer {
  const known = nobodys.get(masterKey)
  if (known) return known
  const verifier = createVerifier({ poolName: "", userId: "" }, randomBase64Url(32))
  const sealed = seal(masterKey, PURPOSE, JSON.stringify(verifier))
  nobodys.set(masterKey, sealed)
  return sealed
}

/** The sealed record of a new password. Throws where the pool's history forbids it. */
export function sealPassword(
  masterKey: MasterKey,
  pool: UserPool,
  user: Pick<User, "username" | "password">,
  password: string,
): Buffer {
  const identity = srpIdentity(pool, user)
  const remembered = passwordPolicyOf(pool).PasswordHistorySize ?? 0
  const current = user.password && openPassword(masterKey, user.password)
  const previous =
    current && current.imported === undefined
      ? [{ salt: current.salt, verifier: current.verifier }, ...(current.previous ?? [])]
      : []
  previous.length = Math.min(previous.length, remembered)
  if (previous.some((former) => isPassword(identity, password, former))) throw passwordUsedBefore()
  const record: PasswordRecord = { ...createVerifier(identity, password), ...(previous.length > 0 && { previous }) }
  return seal(masterKey, PURPOSE, JSON.stringify(record))
}

/** What is known of a password that was shown. */
export interface Judgement {
  isRight: boolean
  /** Does the work that was saved because the same right password was shown before. */
  makeUp(): void
}

/** Whether this is the user's password. For users without one as much work is done, and the answer is no. */
export function judgePassword(
  masterKey: MasterKey,
  pool: UserPool,
  user: Pick<User, "username" | "password"> | undefined,
  password: string,
): Judgement {
  const identity = srpIdentity(pool, user ?? { username: "" })
  const workOut = () => isPassword(identity, password, openPassword(masterKey, user?.password))
  if (user?.password === undefined) {
    workOut()
    return { isRight: false, makeUp() {} }
  }
  const shown = digestOf(identity, user.password, password)
  if (shownBefore.find(shown)) return { isRight: true, makeUp: workOut }
  const isRight = workOut()
  if (isRight) shownBefore.put(shown, true)
  return { isRight, makeUp() {} }
}

/**
 * Right passwords that were shown to this process, by a digest that only this process can make: whoever signs in again
 * need not be worked out again. Wrong ones, and nobody's, always are, in the same time; so is a right one that is refused all
 * the same. A password that was changed is sealed anew, and so has another digest.
 */
const shownBefore = new BoundedCache<string, true>(10_000)
const digestKey = new HmacKey(randomBytes(32))

const digestOf = ({ poolName, userId }: SrpIdentity, sealed: Uint8Array, password: string): string =>
  digestKey.sign(JSON.stringify([poolName, userId, password, sealOf(sealed)]), "base64")

// Source: "Adding user pool password requirements".
const SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"

/** Throws where the password breaks the pool's policy, with the first thing that is wrong. */
export function assertPassword(
  pool: UserPool,
  password: string,
  refusal: (violation: string) => Error = passwordPolicy,
): void {
  const policy = passwordPolicyOf(pool)
  if ([...password].length < (policy.MinimumLength ?? 0)) throw refusal("Password not long enough")
  if (policy.RequireUppercase && !/[A-Z]/.test(password)) throw refusal("Password must have uppercase characters")
  if (policy.RequireLowercase && !/[a-z]/.test(password)) throw refusal("Password must have lowercase characters")
  if (policy.RequireNumbers && !/\d/.test(password)) throw refusal("Password must have numeric characters")
  if (policy.RequireSymbols && !hasSymbol(password)) throw refusal("Password must have symbol characters")
}

/** A space counts where it neither begins nor ends the password. */
const hasSymbol = (password: string): boolean =>
  [...password].some((character) => SYMBOLS.includes(character)) || password.trim().includes(" ")

/** A temporary password that conforms to any policy of up to this length. */
export function createTemporaryPassword(pool: UserPool): string {
  const length = Math.max(12, passwordPolicyOf(pool).MinimumLength ?? 0)
  const simple = "!@#%&*=+-"
  const rest = randomText(UPPER + LOWER + DIGITS, length - 4)
  return randomText(UPPER, 1) + randomText(LOWER, 1) + rest + randomText(DIGITS, 1) + randomText(simple, 1)
}
