import type { Reading, Writing } from "../../../store/store.ts"
import {
  deleteLink,
  findLinked,
  insertLink,
  linkAttributes,
  type SourceName,
  SUBJECT,
} from "../identity-providers/links.ts"
import type { UserPool } from "../user-pools/record.ts"
import { identitiesOf, withIdentities } from "../users/external.ts"
import { findUserBySub, type User } from "../users/record.ts"
import type { FlatClaims } from "./claims.ts"
import type { Foreigner } from "./foreigner.ts"

/** The user whom somebody signs in as, and the name that they are linked by. */
export interface Owner {
  user: User
  by: SourceName
}

export const subjectOf = ({ provider, subject }: Pick<Foreigner, "provider" | "subject">): SourceName => ({
  provider: provider.name,
  attribute: SUBJECT,
  value: subject,
})

/** By the provider's subject, or else by another claim that an administrator linked them by. Never by a name or an address. */
export async function findOwner(
  tx: Reading,
  pool: UserPool,
  foreigner: Foreigner,
  claims: FlatClaims,
): Promise<Owner | undefined> {
  const names = [subjectOf(foreigner)]
  const bySubject = await findLinked(tx, pool.id, names[0]!)
  if (bySubject === undefined)
    for (const attribute of await linkAttributes(tx, pool.id, foreigner.provider.name))
      if (claims[attribute]) names.push({ provider: foreigner.provider.name, attribute, value: claims[attribute] })
  for (const by of names) {
    const sub = await findLinked(tx, pool.id, by)
    const user = sub === undefined ? undefined : await findUserBySub(tx, pool.id, sub)
    if (user) return { user, by }
  }
  return undefined
}

/** Who was linked by another claim is known by their subject from their first sign-in on. Source: AdminDisableProviderForUser. */
export async function settleLink(
  tx: Writing,
  pool: UserPool,
  { user, by }: Owner,
  foreigner: Foreigner,
): Promise<User> {
  if (by.attribute === SUBJECT) return user
  await deleteLink(tx, pool.id, by)
  await insertLink(tx, pool.id, subjectOf(foreigner), user.sub)
  const identities = identitiesOf(user).map((one) =>
    one.providerName === by.provider && one.userId === by.value ? { ...one, userId: foreigner.subject } : one,
  )
  return { ...user, attributes: withIdentities(user.attributes, identities) }
}
