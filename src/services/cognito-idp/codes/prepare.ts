import type { Deps } from "../../../call.ts"
import type { Occasion } from "../triggers/event.ts"
import { type MessageReason, type Prepared, prepareMessage } from "../triggers/messages.ts"
import { isAsked } from "../triggers/run.ts"
import { findSender } from "../triggers/senders.ts"
import { findUser, type User } from "../users/record.ts"
import { type Contact, MEDIUM } from "./delivery.ts"

/** Whether functions of the pool have a part in its messages. */
export const hasMessageFunctions = ({ deps, pool }: Occasion): boolean =>
  isAsked({ deps, pool }, "CustomMessage") ||
  findSender(deps, pool, "EMAIL") !== undefined ||
  findSender(deps, pool, "SMS") !== undefined

/**
 * Has the pool's functions prepare what a user is to be sent, who is looked up for it; in a pool without functions nobody is.
 * Whoever is sent nothing has nothing prepared: a function is asked about users alone.
 */
export async function prepareFor(
  occasion: Occasion,
  reason: MessageReason,
  { store }: Pick<Deps, "store">,
  username: string,
  contactOf: (user: User) => Contact | undefined,
): Promise<Prepared | undefined> {
  if (!hasMessageFunctions(occasion)) return undefined
  const user = await store.read((tx) => findUser(tx, occasion.pool, username))
  const contact = user && contactOf(user)
  return contact && prepareMessage(occasion, reason, user, [MEDIUM[contact]])
}
