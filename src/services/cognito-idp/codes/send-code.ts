import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { tooManyAttempts } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { type CodePurpose, issueCode } from "./codes.ts"
import { type Contact, deliver } from "./delivery.ts"

export interface Sending {
  purpose: CodePurpose
  attribute: Contact
  destination: string
  clientId?: string
}

/** Makes a code and sends it. Throws where too many were asked for. */
export async function sendCode(
  tx: Writing,
  deps: Pick<Deps, "masterKey" | "endpoint">,
  pool: UserPool,
  user: Pick<User, "sub" | "username">,
  { purpose, attribute, destination, clientId }: Sending,
  now: number,
): Promise<CodeDeliveryDetailsType> {
  const key = { poolId: pool.id, sub: user.sub, purpose }
  const code = await issueCode(tx, deps.masterKey, key, { attribute, destination }, now)
  if (code === undefined) throw tooManyAttempts()
  const delivery = {
    attribute,
    value: destination,
    occasion: "verification" as const,
    code,
    ...(clientId && { clientId }),
  }
  return deliver(tx, deps, pool, user, delivery, now)
}
