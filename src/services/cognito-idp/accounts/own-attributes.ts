import {
  type CodeDeliveryDetailsType,
  DeleteUserAttributesCommand,
  GetUserAttributeVerificationCodeCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { assertWritable } from "../app-clients/permissions.ts"
import { checkCode, codeRefusal } from "../codes/codes.ts"
import { assertCanDeliver, type Contact } from "../codes/delivery.ts"
import { sendCode } from "../codes/send-code.ts"
import { aliasTaken, expiredCode, invalidParameter } from "../errors.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import type { UserPool } from "../user-pools/record.ts"
import { assertDeletable, changedAttributes } from "../users/attribute-changes.ts"
import { type Attributes, assertMutable, mergeAttributes, parseAttributes } from "../users/attributes.ts"
import { getUser, type User, updateUser } from "../users/record.ts"

const CONTACTS: readonly Contact[] = ["email", "phone_number"]
const CLAIM = { force: false, taken: aliasTaken }

export const UpdateUserAttributes = operation(UpdateUserAttributesCommand, {
  access: "accessToken",
  async handle({ AccessToken, UserAttributes }, context) {
    const { pool, client, user } = await getSignedInUser(context, AccessToken)
    const changes = parseAttributes(pool, UserAttributes, "update")
    assertWritable(client, pool, Object.keys(changes))
    const now = context.clock.now()
    const details = await context.store.transact(async (tx) => {
      const current = await getUser(tx, pool, user.username)
      assertMutable(pool, current, changes)
      const { changed, toVerify } = planChange(pool, current, changes)
      if (toVerify.length > 0) assertCanDeliver(pool)
      await updateUser(tx, pool, { ...changed, modifiedAt: now }, CLAIM)
      const sent: CodeDeliveryDetailsType[] = []
      for (const [attribute, destination] of toVerify)
        sent.push(
          await sendCode(tx, context, pool, user, { purpose: `attribute:${attribute}`, attribute, destination }, now),
        )
      return sent
    })
    return { CodeDeliveryDetailsList: details }
  },
})

/**
 * What a change does. A new address is verified by a code where the pool does that, before it counts where the pool
 * keeps the old one until then. Source: UserAttributeUpdateSettingsType.
 */
function planChange(pool: UserPool, user: User, changes: Attributes): { changed: User; toVerify: [Contact, string][] } {
  const before = pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  const toVerify: [Contact, string][] = []
  const pending: Attributes = { ...user.pendingAttributes }
  const immediate = { ...changes }
  for (const attribute of CONTACTS) {
    const value = changes[attribute]
    if (!value || value === user.attributes[attribute]) continue
    if (before.includes(attribute)) {
      pending[attribute] = value
      delete immediate[attribute]
    } else delete pending[attribute]
    if (before.includes(attribute) || pool.settings.AutoVerifiedAttributes?.includes(attribute))
      toVerify.push([attribute, value])
  }
  const attributes = changedAttributes(pool, mergeAttributes(user.attributes, immediate))
  return { changed: { ...user, attributes, pendingAttributes: pending }, toVerify }
}

export const DeleteUserAttributes = operation(DeleteUserAttributesCommand, {
  access: "accessToken",
  async handle({ AccessToken, UserAttributeNames }, context) {
    const { pool, client, user } = await getSignedInUser(context, AccessToken)
    assertDeletable(pool, UserAttributeNames)
    assertWritable(client, pool, UserAttributeNames)
    const deletions = Object.fromEntries(UserAttributeNames.map((name) => [name, ""]))
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      const current = await getUser(tx, pool, user.username)
      assertMutable(pool, current, deletions)
      const attributes = changedAttributes(pool, mergeAttributes(current.attributes, deletions))
      await updateUser(tx, pool, { ...current, attributes, modifiedAt: now }, CLAIM)
    })
    return {}
  },
})

function parseContact(name: string): Contact {
  if (name === "email" || name === "phone_number") return name
  throw invalidParameter("Invalid attribute name. Only email and phone_number can be verified.") // UNVERIFIED text
}

export const GetUserAttributeVerificationCode = operation(GetUserAttributeVerificationCodeCommand, {
  access: "accessToken",
  async handle({ AccessToken, AttributeName }, context) {
    const attribute = parseContact(AttributeName)
    const { pool, user } = await getSignedInUser(context, AccessToken)
    assertCanDeliver(pool)
    const destination = user.pendingAttributes?.[attribute] ?? user.attributes[attribute]
    if (!destination) throw invalidParameter(`User has no value for attribute ${attribute}.`) // UNVERIFIED text
    const now = context.clock.now()
    const details = await context.store.transact((tx) =>
      sendCode(tx, context, pool, user, { purpose: `attribute:${attribute}`, attribute, destination }, now),
    )
    return { CodeDeliveryDetails: details }
  },
})

export const VerifyUserAttribute = operation(VerifyUserAttributeCommand, {
  access: "accessToken",
  async handle({ AccessToken, AttributeName, Code }, context) {
    const attribute = parseContact(AttributeName)
    const { masterKey } = context
    const { pool, user } = await getSignedInUser(context, AccessToken)
    const now = context.clock.now()
    const refusal = await context.store.transact(async (tx) => {
      const key = { poolId: pool.id, sub: user.sub, purpose: `attribute:${attribute}` as const }
      const check = await checkCode(tx, masterKey, key, Code, now)
      if (check.outcome !== "right") return codeRefusal(check.outcome)
      const current = await getUser(tx, pool, user.username)
      const { [attribute]: waiting, ...pendingAttributes } = current.pendingAttributes ?? {}
      if (check.destination === waiting) {
        const attributes = { ...current.attributes, [attribute]: waiting, [`${attribute}_verified`]: "true" }
        await updateUser(tx, pool, { ...current, attributes, pendingAttributes, modifiedAt: now }, CLAIM)
      } else if (check.destination === current.attributes[attribute]) {
        const attributes = { ...current.attributes, [`${attribute}_verified`]: "true" }
        await updateUser(tx, pool, { ...current, attributes, modifiedAt: now }, CLAIM)
      } else return expiredCode()
      return undefined
    })
    if (refusal) throw refusal
    return {}
  },
})
