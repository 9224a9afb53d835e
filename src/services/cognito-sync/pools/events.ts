import { GetCognitoEventsCommand, SetCognitoEventsCommand } from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import { assertOwnPool, onNamed } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { findSettings, putSettings, readSettings } from "./record.ts"

export const GetCognitoEvents = operation(GetCognitoEventsCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    return { Events: (await findSettings(context, IdentityPoolId)).events }
  },
})

/** What is given changes; an empty ARN takes the function away (API reference). */
export const SetCognitoEvents = operation(SetCognitoEventsCommand, {
  access: onNamed,
  async handle({ IdentityPoolId, Events }, context) {
    await assertOwnPool(IdentityPoolId, context)
    for (const [name, arn] of Object.entries(Events)) {
      if (name !== "SyncTrigger") throw invalidParameter(`Unknown event: ${name}`)
      if (arn !== "" && !/^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn))
        throw invalidParameter(`Invalid Lambda function ARN: ${arn}`)
    }
    await context.store.transact(async (tx) => {
      const settings = await readSettings(tx, IdentityPoolId)
      const events = Object.entries({ ...settings.events, ...Events }).filter(([, arn]) => arn !== "")
      await putSettings(tx, IdentityPoolId, { ...settings, events: Object.fromEntries(events) })
    })
    return {}
  },
})
