import { randomBits } from "../base/random.ts"

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/**
 * A new access key id: `AKIA` for users and roots, `ASIA` for sessions, and 16 characters of base32.
 *
 * As on AWS the id holds its account, so that `GetAccessKeyInfo` needs no look-up: of its 80 bits the first is set, the
 * next 40 are the account's number and the last 39 are random. UNVERIFIED: the layout is what others found out; AWS
 * documents none.
 */
export function newAccessKeyId(prefix: "AKIA" | "ASIA", account: string): string {
  // 41 bits from the account, with the first set, and 39 random ones: groups of five bits, of which one has one of the
  // first and four of the others.
  const random = randomBits(39)
  let high = 2 ** 40 + Number(account)
  let text = BASE32[(high % 2) * 16 + Math.floor(random / 2 ** 35)]!
  high = Math.floor(high / 2)
  for (let i = 0; i < 8; i++) {
    text = BASE32[high % 32]! + text
    high = Math.floor(high / 32)
  }
  for (let shift = 30; shift >= 0; shift -= 5) text += BASE32[Math.floor(random / 2 ** shift) % 32]
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
