import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { tooManyAttempts } from "../errors.ts"
import type { Prepared } from "../triggers/messages.ts"
import type { UserPool } from "../user-pools/record.ts"
import { countedAs, type Person } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { type CodePurpose, issueCode } from "./codes.ts"
import { type Contact, deliver } from "./delivery.ts"
import { simulateDelivery } from "./simulated-delivery.ts"
import type { Occasion } from "./templates.ts"

export interface Sending {
  purpose: CodePurpose
  attribute: Contact
  destination: string
  clientId?: string
  prepared?: Prepared | undefined
}

const occasion: Occasion = "verification"

type SendDeps = Pick<Deps, "masterKey" | "endpoint" | "work" | "courier">

/** Makes a code and sends it. Throws where too many were asked for. */
export async function sendCode(
  tx: Writing,
  deps: SendDeps,
  pool: UserPool,
  user: Pick<User, "sub" | "username">,
  { purpose, attribute, destination, clientId, prepared }: Sending,
  now: number,
): Promise<CodeDeliveryDetailsType> {
  const key = { poolId: pool.id, sub: user.sub, purpose }
  const code = await issueCode(tx, deps.masterKey, key, { attribute, destination }, now)
  if (code === undefined) throw tooManyAttempts()
  const delivery = {
    attribute,
    value: destination,
    occasion,
    code,
    ...(clientId && { clientId }),
    ...(prepared && { prepared }),
  }
  return deliver(tx, deps, pool, user, delivery, now)
}

/** The same for whoever is sent none and is not told so: the code, which nobody learns, is counted like any other. */
export async function simulateCode(
  tx: Writing,
  deps: SendDeps,
  pool: UserPool,
  person: Person,
  { purpose, attribute, name }: Pick<Sending, "purpose" | "attribute"> & { name: string },
  now: number,
): Promise<CodeDeliveryDetailsType> {
  const key = { poolId: pool.id, sub: countedAs(person), purpose }
  const code = await issueCode(tx, deps.masterKey, key, { attribute, destination: NOWHERE }, now)
  if (code === undefined) throw tooManyAttempts()
  return simulateDelivery(tx, deps, pool, name, { attribute, occasion, code }, now)
}

/** The destination of a code that proves nothing: no address is like it. */
const NOWHERE = ""
