import {
  DeleteUserAttributesCommand,
  GetUserAttributeVerificationCodeCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { assertWritable } from "../app-clients/permissions.ts"
import { checkCode, codeRefusal } from "../codes/codes.ts"
import { type Contact, MEDIUM } from "../codes/delivery.ts"
import { sendCode } from "../codes/send-code.ts"
import { aliasTaken, expiredCode, invalidParameter } from "../errors.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { prepareMessage } from "../triggers/messages.ts"
import { assertDeletable, changedAttributes } from "../users/attribute-changes.ts"
import { assertMutable, mergeAttributes, parseAttributes } from "../users/attributes.ts"
import { planChange, prepareVerifications, sendVerifications } from "../users/contact-changes.ts"
import { getUser, type User, updateUser } from "../users/record.ts"

const CLAIM = { force: false, taken: aliasTaken }

export const UpdateUserAttributes = operation(UpdateUserAttributesCommand, {
  access: "accessToken",
  async handle({ AccessToken, UserAttributes, ClientMetadata }, context) {
    const { pool, client, user } = await getSignedInUser(context, AccessToken)
    const changes = parseAttributes(pool, UserAttributes, "update")
    assertWritable(client, pool, Object.keys(changes))
    const planFor = (current: User) => {
      assertMutable(pool, current, changes)
      return planChange(pool, current, changes, (attribute) =>
        Boolean(pool.settings.AutoVerifiedAttributes?.includes(attribute)),
      )
    }
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    const prepared = await prepareVerifications(occasion, context, async () => user, planFor)
    const now = context.clock.now()
    const details = await context.store.transact(async (tx) => {
      const plan = planFor(await getUser(tx, pool, user.username))
      await updateUser(tx, pool, { ...plan.changed, modifiedAt: now }, CLAIM)
      return sendVerifications(tx, context, pool, { ...plan, prepared }, now)
    })
    return { CodeDeliveryDetailsList: details }
  },
})

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
  async handle({ AccessToken, AttributeName, ClientMetadata }, context) {
    const attribute = parseContact(AttributeName)
    const { pool, client, user } = await getSignedInUser(context, AccessToken)
    const destination = user.pendingAttributes?.[attribute] ?? user.attributes[attribute]
    if (!destination) throw invalidParameter(`User has no value for attribute ${attribute}.`) // UNVERIFIED text
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    const prepared = await prepareMessage(occasion, "VerifyUserAttribute", user, [MEDIUM[attribute]])
    const now = context.clock.now()
    const sending = { purpose: `attribute:${attribute}` as const, attribute, destination, prepared }
    const details = await context.store.transact((tx) => sendCode(tx, context, pool, user, sending, now))
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
