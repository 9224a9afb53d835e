import {
  CreateApiKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  UpdateApiKeyCommand,
} from "@aws-sdk/client-api-gateway"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on, toCreate } from "../access.ts"
import { apiKeyNotFound } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { applyPatch, type Patched, type Rule } from "../patch.ts"
import { replaceBoolean, replaceText } from "../patch-rules.ts"
import { isId } from "../rest-apis/record.ts"
import { assertTags } from "../tag-rules.ts"
import { removePlanKey } from "../usage-plans/keys-record.ts"
import { listApiKeys, ofAccount } from "./list.ts"
import { assertKeyTexts, makeApiKey } from "./make.ts"
import { type ApiKey, apiKeys, putApiKey, removeApiKey } from "./record.ts"
import { showApiKey } from "./show.ts"

export async function getApiKey(tx: Reading, scope: Scope, id: string): Promise<ApiKey> {
  const found = isId(id) ? await apiKeys.read(tx, ownerOf(scope), id) : undefined
  if (!found) throw apiKeyNotFound()
  return found
}

export const CreateApiKey = operation(CreateApiKeyCommand, {
  access: toCreate("/apikeys"),
  async handle({ stageKeys = [], tags, ...input }, context) {
    assertTags(tags)
    const given = {
      ...input,
      tags,
      stageKeys: stageKeys.map(({ restApiId = "", stageName = "" }) => `${restApiId}/${stageName}`),
    }
    const key = await context.store.transact((tx) => makeApiKey(tx, context, given))
    return showApiKey(key, context.masterKey)
  },
})

export const GetApiKey = operation(GetApiKeyCommand, {
  access: on("GET", "/apikeys/{apiKey}"),
  async handle({ apiKey, includeValue }, context) {
    const key = await context.store.read((tx) => getApiKey(tx, context, apiKey))
    return showApiKey(key, includeValue ? context.masterKey : undefined)
  },
})

/** UNVERIFIED: that names are looked for by their beginnings. */
export const GetApiKeys = operation(GetApiKeysCommand, {
  access: on("GET", "/apikeys"),
  async handle({ nameQuery = "", customerId, includeValues, ...asked }, context) {
    const { items, ...next } = await listApiKeys(
      context,
      [ownerOf(context), nameQuery, customerId],
      asked,
      ofAccount(context),
      (key) => (key.name ?? "").startsWith(nameQuery) && (!customerId || key.customerId === customerId),
    )
    return { items: items.map((key) => showApiKey(key, includeValues ? context.masterKey : undefined)), ...next }
  },
})

const stageKeyOf = ({ value = "" }: Patched): string => value

/** API Reference, "Patch operations", UpdateApiKey; recorded in this order. */
const RULES: readonly Rule<ApiKey>[] = [
  replaceText("/description", "description"),
  replaceBoolean("/enabled", "enabled"),
  replaceText("/name", "name"),
  replaceText("/customerId", "customerId"),
  {
    path: "/stages",
    ops: ["add", "remove"],
    apply(draft, patched) {
      const others = draft.stageKeys.filter((one) => one !== stageKeyOf(patched))
      draft.stageKeys = patched.op === "add" ? [...others, stageKeyOf(patched)] : others
    },
  },
]

export const UpdateApiKey = operation(UpdateApiKeyCommand, {
  access: on("PATCH", "/apikeys/{apiKey}"),
  async handle({ apiKey, patchOperations }, context) {
    const now = context.clock.now()
    const key = await context.store.transact(async (tx) => {
      const before = await getApiKey(tx, context, apiKey)
      const changed: ApiKey = { ...applyPatch<ApiKey>(before, patchOperations, RULES, "listed"), updatedAt: now }
      assertKeyTexts(changed)
      await putApiKey(tx, context, changed)
      return changed
    })
    return showApiKey(key, undefined)
  },
})

export const DeleteApiKey = operation(DeleteApiKeyCommand, {
  access: on("DELETE", "/apikeys/{apiKey}"),
  async handle({ apiKey }, context) {
    await context.store.transact(async (tx) => {
      const key = await getApiKey(tx, context, apiKey)
      for (const planId of key.usagePlanIds) await removePlanKey(tx, planId, key.id)
      await removeApiKey(tx, context, key)
    })
    return {}
  },
})
