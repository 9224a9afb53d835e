import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { type Contact, MEDIUM } from "../codes/delivery.ts"
import { hasMessageFunctions } from "../codes/prepare.ts"
import { sendCode } from "../codes/send-code.ts"
import type { Occasion } from "../triggers/event.ts"
import { type Prepared, prepareMessage } from "../triggers/messages.ts"
import type { UserPool } from "../user-pools/record.ts"
import { changedAttributes } from "./attribute-changes.ts"
import { type Attributes, mergeAttributes } from "./attributes.ts"
import type { User } from "./record.ts"

const CONTACTS: readonly Contact[] = ["email", "phone_number"]

export interface ContactChange {
  changed: User
  /** The new addresses that a code goes to. */
  toVerify: [Contact, string][]
}

/**
 * What a change of attributes does. Where the pool keeps an old address until the new one is verified, the new one waits
 * for a code, unless the change itself says that it is verified. Source: UserAttributeUpdateSettingsType and
 * AdminUpdateUserAttributes, UserAttributes.
 */
export function planChange(
  pool: UserPool,
  user: User,
  changes: Attributes,
  sendsCode: (attribute: Contact) => boolean,
): ContactChange {
  const before = pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  const toVerify: [Contact, string][] = []
  const pending: Attributes = { ...user.pendingAttributes }
  const immediate = { ...changes }
  for (const attribute of CONTACTS) {
    const value = changes[attribute]
    if (!value || value === user.attributes[attribute]) continue
    const waits = before.includes(attribute) && changes[`${attribute}_verified`]?.toLowerCase() !== "true"
    if (waits) {
      pending[attribute] = value
      delete immediate[attribute]
      delete immediate[`${attribute}_verified`]
    } else delete pending[attribute]
    if (waits || sendsCode(attribute)) toVerify.push([attribute, value])
  }
  const attributes = changedAttributes(pool, mergeAttributes(user.attributes, immediate))
  return { changed: { ...user, attributes, pendingAttributes: pending }, toVerify }
}

/** Asks the pool's functions about the codes of a change that is about to be made. */
export async function prepareVerifications(
  occasion: Occasion,
  { store }: Pick<CallContext, "store">,
  find: (tx: Reading) => Promise<User>,
  planFor: (user: User) => ContactChange,
): Promise<Prepared | undefined> {
  if (!hasMessageFunctions(occasion)) return undefined
  const { changed, toVerify } = planFor(await store.read(find))
  const media = toVerify.map(([attribute]) => MEDIUM[attribute])
  return prepareMessage(occasion, "UpdateUserAttribute", changed, media)
}

export async function sendVerifications(
  tx: Writing,
  context: CallContext,
  pool: UserPool,
  { changed, toVerify, prepared }: ContactChange & { prepared: Prepared | undefined },
  now: number,
): Promise<CodeDeliveryDetailsType[]> {
  const sent: CodeDeliveryDetailsType[] = []
  for (const [attribute, destination] of toVerify) {
    const sending = { purpose: `attribute:${attribute}` as const, attribute, destination, prepared }
    sent.push(await sendCode(tx, context, pool, changed, sending, now))
  }
  return sent
}
