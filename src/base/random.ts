import { randomBytes, randomInt } from "node:crypto"

/** `length` characters drawn evenly from `alphabet`, from the system's secure source. */
export function randomText(alphabet: string, length: number): string {
  let text = ""
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)]
  return text
}

export const DIGITS = "0123456789"
export const LOWER = "abcdefghijklmnopqrstuvwxyz"
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/** A whole number of so many bits, 48 at most. */
export const randomBits = (bits: number): number => randomBytes(6).readUIntBE(0, 6) % 2 ** bits

export const randomHex = (bytes: number): string => randomBytes(bytes).toString("hex")

export { randomInt, randomUUID } from "node:crypto"
export const randomBase64Url = (bytes: number): string => randomBytes(bytes).toString("base64url")
