import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { type Contact, deliver, MEDIUM } from "../codes/delivery.ts"
import type { Occasion } from "../triggers/event.ts"
import { type Prepared, prepareMessage } from "../triggers/messages.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "./record.ts"

export interface Invitation {
  contacts: readonly Contact[]
  prepared: Prepared
}

/** By the media asked for, where the user has an address there; else by SMS before e-mail. UNVERIFIED: what is else. */
export function contactsToInvite({ attributes }: User, media: readonly ("SMS" | "EMAIL")[] | undefined): Contact[] {
  const wanted: Contact[] = []
  if (media?.length) {
    if (media.includes("SMS")) wanted.push("phone_number")
    if (media.includes("EMAIL")) wanted.push("email")
  } else wanted.push(attributes.phone_number ? "phone_number" : "email")
  return wanted.filter((contact) => attributes[contact])
}

/** Asks the pool's functions about it. */
export const prepareInvitation = async (
  occasion: Occasion,
  user: User,
  contacts: readonly Contact[],
): Promise<Invitation> => ({
  contacts,
  prepared: await prepareMessage(
    occasion,
    "AdminCreateUser",
    user,
    contacts.map((contact) => MEDIUM[contact]),
  ),
})

export async function sendInvitation(
  tx: Writing,
  context: Pick<CallContext, "masterKey" | "endpoint" | "work" | "courier">,
  pool: UserPool,
  user: User,
  { contacts, prepared }: Invitation,
  code: string,
  now: number,
): Promise<void> {
  for (const attribute of contacts) {
    const value = user.attributes[attribute]!
    await deliver(tx, context, pool, user, { attribute, value, occasion: "invitation", code, prepared }, now)
  }
}
