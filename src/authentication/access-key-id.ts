import { randomText } from "../base/random.ts"

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/**
 * A new access key id: `AKIA` for users and roots, `ASIA` for sessions, and 16 characters of base32.
 *
 * As on AWS the id holds its account, so that `GetAccessKeyInfo` needs no look-up: of its 80 bits the first is set, the
 * next 40 are the account's number and the last 39 are random. UNVERIFIED: the layout is what others found out; AWS
 * documents none.
 */
export function newAccessKeyId(prefix: "AKIA" | "ASIA", account: string): string {
  const random = BigInt(`0b${randomText("01", 39)}`)
  let bits = (1n << 79n) | (BigInt(account) << 39n) | random
  let text = ""
  for (let i = 0; i < 16; i++) {
    text = BASE32[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return prefix + text
}

/** The account that an id of ours belongs to; undefined where the text is no such id. */
export function findAccountOfAccessKeyId(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[Q-Z2-7][A-Z2-7]{15}$/.test(accessKeyId)) return undefined
  let bits = 0n
  for (const character of accessKeyId.slice(4)) bits = (bits << 5n) | BigInt(BASE32.indexOf(character))
  const account = (bits >> 39n) & ((1n << 40n) - 1n)
  return account < 1_000_000_000_000n ? account.toString().padStart(12, "0") : undefined
}
