import { createHmac, createSecretKey, hash, hkdfSync, randomBytes } from "node:crypto"
import { modularPower, PRIME } from "../../src/services/cognito-idp/srp/modular-power.ts"
import { pad } from "../../src/services/cognito-idp/srp/srp.ts"

const hashOf = (...parts: Uint8Array[]): bigint => BigInt(`0x${hash("sha256", Buffer.concat(parts), "hex")}`)
const number = (hex: string): bigint => BigInt(`0x${hex}`)

/** The client's half of SRP: what `SRP_A` is, and the answer to PASSWORD_VERIFIER. */
export function startSrpClient(poolId: string, a: bigint = number(randomBytes(32).toString("hex"))) {
  const poolName = poolId.split("_")[1]!
  const A = modularPower(2n, a)
  return {
    SRP_A: A.toString(16),
    answer(parameters: Record<string, string>, password: string): Record<string, string> {
      const { SALT, SRP_B, SECRET_BLOCK, USER_ID_FOR_SRP } = parameters as Record<string, string> & { SALT: string }
      const B = number(SRP_B!)
      const u = hashOf(pad(A), pad(B))
      const inner = hash("sha256", `${poolName}${USER_ID_FOR_SRP}:${password}`, "buffer")
      const x = hashOf(pad(number(SALT)), inner)
      const k = hashOf(pad(PRIME), pad(2n))
      const base = (((B - k * modularPower(2n, x)) % PRIME) + PRIME) % PRIME
      const S = modularPower(base, a + u * x)
      const key = Buffer.from(hkdfSync("sha256", pad(S), pad(u), "Caldera Derived Key", 16))
      const timestamp = new Date()
        .toUTCString()
        .replace(/^(\w+), 0?(\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 UTC $4")
      const signature = createHmac("sha256", createSecretKey(key))
        .update(poolName + USER_ID_FOR_SRP)
        .update(Buffer.from(SECRET_BLOCK!, "base64"))
        .update(timestamp)
        .digest("base64")
      return {
        USERNAME: USER_ID_FOR_SRP!,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!,
        PASSWORD_CLAIM_SIGNATURE: signature,
        TIMESTAMP: timestamp,
      }
    },
  }
}
