import { createHmac } from "node:crypto"
import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider"
import type { MasterKey } from "../../../base/master-key.ts"
import { LOWER } from "../../../base/random.ts"
import type { UserPool } from "../user-pools/record.ts"
import { type Contact, contactToVerify, describeDelivery } from "./delivery.ts"

/**
 * Where a code would have gone, for a user who is not there: the same at every try. Source: "Managing user existence
 * error responses": a simulated delivery medium and destination.
 */
export function simulateDelivery(
  masterKey: MasterKey,
  pool: UserPool,
  username: string,
  attribute: Contact = contactToVerify(pool, { email: "x", phone_number: "x" }) ?? "email",
): CodeDeliveryDetailsType {
  if (/^[^\s@]+@[^\s@]+$/.test(username)) return describeDelivery("email", username)
  if (/^\+\d{1,15}$/.test(username)) return describeDelivery("phone_number", username)
  const bytes = createHmac("sha256", masterKey.keyFor("cognito-idp.simulated-user"))
    .update(JSON.stringify([pool.id, pool.caseSensitive ? username : username.toLowerCase()]))
    .digest()
  const letter = (at: number) => LOWER[bytes[at]! % LOWER.length]!
  const digits = String(bytes.readUInt16BE(4) % 10_000).padStart(4, "0")
  return describeDelivery(attribute, attribute === "email" ? `${letter(0)}@${letter(1)}` : `+1202555${digits}`)
}
