import { createHmac } from "node:crypto"
import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider"
import type { MasterKey } from "../../../base/master-key.ts"
import { LOWER } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import type { UserPool } from "../user-pools/record.ts"
import { usernameKey } from "../users/names.ts"
import { type Delivery, deliver } from "./delivery.ts"

/**
 * Looks like a delivery, by as much work, and sends nothing: to the same place for the same name at every try. Source:
 * "Managing user existence error responses": a simulated delivery medium and destination.
 */
export async function simulateDelivery(
  tx: Writing,
  deps: Pick<Deps, "masterKey" | "endpoint" | "work" | "courier">,
  pool: UserPool,
  name: string,
  delivery: Omit<Delivery, "value">,
  now: number,
): Promise<CodeDeliveryDetailsType> {
  const [attribute, value] = simulateAddress(deps.masterKey, pool, name, delivery.attribute)
  return deliver(tx, deps, pool, { username: name }, { ...delivery, attribute, value }, now, { isKept: false })
}

/** The name itself where it is an address. */
function simulateAddress(
  masterKey: MasterKey,
  pool: UserPool,
  name: string,
  attribute: Delivery["attribute"],
): [Delivery["attribute"], string] {
  if (/^[^\s@]+@[^\s@]+$/.test(name)) return ["email", name]
  if (/^\+\d{1,15}$/.test(name)) return ["phone_number", name]
  const bytes = createHmac("sha256", masterKey.keyFor("cognito-idp.simulated-user"))
    .update(JSON.stringify([pool.id, usernameKey(pool, name)]))
    .digest()
  if (attribute === "phone_number")
    return [attribute, `+1202555${String(bytes.readUInt16BE(4) % 10_000).padStart(4, "0")}`]
  const letter = (at: number) => LOWER[bytes[at]! % LOWER.length]!
  return [attribute, `${letter(0)}@${letter(1)}`]
}
