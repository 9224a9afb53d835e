import { DiffieHellman, getDiffieHellman } from "node:crypto"

/** The 3072-bit safe prime of RFC 3526, group 15, with generator 2: Cognito's SRP group. */
export const PRIME: bigint = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`)

/** `base ** exponent % PRIME`. Both are at least 0. */
export function modularPower(base: bigint, exponent: bigint): bigint {
  const reduced = base % PRIME
  // OpenSSL refuses what is no public key: 0, 1 and PRIME - 1. An exponent must not be 0.
  if (!isFast || exponent < 1n || reduced < 2n || reduced > PRIME - 2n) return plainPower(reduced, exponent)
  return opensslPower(reduced, exponent)
}

/** Square and multiply: six times slower, and true by inspection. */
export function plainPower(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % PRIME
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % PRIME
    square = (square * square) % PRIME
  }
  return result
}

// A Diffie-Hellman secret is other's public key ** own private key % prime: the modular exponentiation of OpenSSL. A
// predefined group needs no costly primality test; it has no `setPrivateKey` of its own, but takes the one of
// DiffieHellman. That is not documented, so it is compared with plainPower once, when this module is loaded.
const group = getDiffieHellman("modp15") as DiffieHellman
const setPrivateKey = DiffieHellman.prototype.setPrivateKey as (this: DiffieHellman, key: Uint8Array) => void

function opensslPower(base: bigint, exponent: bigint): bigint {
  setPrivateKey.call(group, toBytes(exponent))
  return BigInt(`0x${group.computeSecret(toBytes(base)).toString("hex")}`)
}

const isFast = agreesWithPlainPower()

function agreesWithPlainPower(): boolean {
  try {
    const samples: [bigint, bigint][] = [
      [3n, 5n],
      [PRIME - 2n, (1n << 200n) + 12_345n],
      [(1n << 3000n) + 7n, (1n << 255n) - 19n],
    ]
    return samples.every(([base, exponent]) => opensslPower(base, exponent) === plainPower(base, exponent))
  } catch {
    return false
  }
}

function toBytes(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")
}
