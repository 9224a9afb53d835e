import {
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
} from "@aws-sdk/client-api-gateway"
import type { MasterKey } from "../../../base/master-key.ts"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { listApiKeys, ofPlan } from "../api-keys/list.ts"
import { type ApiKey, openValue, putApiKey } from "../api-keys/record.ts"
import { badRequest } from "../errors.ts"
import { getUsagePlan } from "./get.ts"
import { addPlanKey, getPlanKey, removePlanKey } from "./keys-record.ts"

const KEYS = "/usageplans/{usagePlanId}/keys"
const KEY = `${KEYS}/{keyId}`

const show = (key: ApiKey, masterKey: MasterKey) => ({
  id: key.id,
  type: "API_KEY",
  value: openValue(masterKey, key),
  name: key.name,
})

export const CreateUsagePlanKey = operation(CreateUsagePlanKeyCommand, {
  access: on("POST", KEYS),
  async handle({ usagePlanId, keyId, keyType }, context) {
    // UNVERIFIED text.
    if (keyType !== "API_KEY") throw badRequest("Invalid keyType specified. Valid options are API_KEY")
    const key = await context.store.transact((tx) => addPlanKey(tx, context, usagePlanId, keyId))
    return show(key, context.masterKey)
  },
})

export const GetUsagePlanKey = operation(GetUsagePlanKeyCommand, {
  access: on("GET", KEY),
  async handle({ usagePlanId, keyId }, context) {
    const key = await context.store.read((tx) => getPlanKey(tx, context, usagePlanId, keyId))
    return show(key, context.masterKey)
  },
})

export const GetUsagePlanKeys = operation(GetUsagePlanKeysCommand, {
  access: on("GET", KEYS),
  async handle({ usagePlanId, nameQuery = "", ...asked }, context) {
    await context.store.read((tx) => getUsagePlan(tx, context, usagePlanId))
    const { items, ...next } = await listApiKeys(
      context,
      [usagePlanId, nameQuery],
      asked,
      ofPlan(context, usagePlanId),
      ({ name = "" }) => name.startsWith(nameQuery),
    )
    return { items: items.map((key) => show(key, context.masterKey)), ...next }
  },
})

export const DeleteUsagePlanKey = operation(DeleteUsagePlanKeyCommand, {
  access: on("DELETE", KEY),
  async handle({ usagePlanId, keyId }, context) {
    await context.store.transact(async (tx) => {
      const key = await getPlanKey(tx, context, usagePlanId, keyId)
      await removePlanKey(tx, usagePlanId, keyId)
      const usagePlanIds = key.usagePlanIds.filter((id) => id !== usagePlanId)
      await putApiKey(tx, context, { ...key, usagePlanIds })
    })
    return {}
  },
})
