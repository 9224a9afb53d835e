import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { type ApiKey, apiKeys, putApiKey } from "../api-keys/record.ts"
import { collection } from "../collection.ts"
import { apiKeyNotFound, badRequest, conflict, notFound } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { isId } from "../rest-apis/record.ts"
import type { UsagePlan } from "../settings.ts"
import { getUsagePlan } from "./get.ts"
import { usagePlans } from "./record.ts"

/** Of a usage plan, by the ids of the keys. A key says as well which plans it is in. */
export const planKeys = collection<true>("usage-plan-key")

/** Developer Guide, "Quotas": usage plans of a key. */
const MOST_PLANS = 10

/** Puts a key into a plan. UNVERIFIED texts of what is refused. */
export async function addPlanKey(tx: Writing, scope: Scope, planId: string, keyId: string): Promise<ApiKey> {
  const plan = await getUsagePlan(tx, scope, planId)
  const key = isId(keyId) ? await apiKeys.read(tx, ownerOf(scope), keyId) : undefined
  if (!key) throw apiKeyNotFound()
  const others = await plansOf(tx, scope, key)
  if (others.some(({ id }) => id === planId)) throw conflict("API Key is already in this usage plan")
  if (others.length >= MOST_PLANS) throw badRequest(`An API Key can be in at most ${MOST_PLANS} usage plans`)
  assertSingle(plan, others)
  await planKeys.put(tx, planId, keyId, true)
  const changed = { ...key, usagePlanIds: [...others.map(({ id }) => id), planId] }
  await putApiKey(tx, scope, changed)
  return changed
}

/** A key has one plan for each stage (Developer Guide, "Usage plans and API keys"). */
function assertSingle(plan: UsagePlan, others: readonly UsagePlan[]): void {
  const stages = new Set(plan.apiStages.map(({ apiId, stage }) => `${apiId}:${stage}`))
  if (others.some(({ apiStages }) => apiStages.some(({ apiId, stage }) => stages.has(`${apiId}:${stage}`))))
    throw conflict("API Key is already subscribed to a usage plan with the same API stage")
}

/** The plans that a key is in; it may still name some that are gone. */
export async function plansOf(tx: Reading, scope: Scope, { usagePlanIds }: ApiKey): Promise<UsagePlan[]> {
  const plans: UsagePlan[] = []
  for (const id of usagePlanIds) {
    const plan = await usagePlans.read(tx, ownerOf(scope), id)
    if (plan) plans.push(plan)
  }
  return plans
}

/** With what was counted of it. */
export async function removePlanKey(tx: Writing, planId: string, keyId: string): Promise<void> {
  await planKeys.remove(tx, planId, keyId)
  await tx.run("DELETE FROM apigateway_usage WHERE plan_id = $1 AND key_id = $2", planId, keyId)
}

/** UNVERIFIED text. */
export async function getPlanKey(tx: Reading, scope: Scope, planId: string, keyId: string): Promise<ApiKey> {
  await getUsagePlan(tx, scope, planId)
  const isThere = isId(keyId) && (await planKeys.read(tx, planId, keyId))
  const key = isThere ? await apiKeys.read(tx, ownerOf(scope), keyId) : undefined
  if (!key) throw notFound("Invalid Usage Plan Key identifier specified")
  return key
}
