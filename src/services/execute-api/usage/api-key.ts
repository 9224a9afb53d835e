import type { ApiKeyInUse, UsagePlan, UsagePlanStage } from "../../apigateway/service.ts"
import { findApiKey, findUsagePlan } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { type Exchange, findHeaderValue } from "../rest/exchange.ts"
import { meterOf } from "./meter.ts"
import { mayPass } from "./throttle.ts"

const invalid = (expected: string, found: unknown) =>
  refused("INVALID_API_KEY", { because: { check: "API key", expected, found } })

/**
 * Of methods that ask for an API key: one that is enabled and in a usage plan of this stage, whose rates and whose quota it has
 * not used up (Developer Guide, "Usage plans and API keys"). Throws INVALID_API_KEY, THROTTLED or QUOTA_EXCEEDED.
 */
export async function assertApiKey(exchange: Exchange, source: "HEADER" | "AUTHORIZER"): Promise<void> {
  const { call, account, region, apiId, stage, resourcePath, method } = exchange
  const value = source === "HEADER" ? findHeaderValue(exchange, "x-api-key") : exchange.authorizer?.usageIdentifierKey
  if (!value)
    throw invalid(
      source === "HEADER" ? "a key in the header x-api-key" : "usageIdentifierKey of the authorizer",
      "none",
    )
  const key = await findApiKey(call, { account, region }, value)
  if (!key) throw invalid("a key of this account", "an unknown one")
  if (!key.enabled) throw invalid("a key that is enabled", `${key.id}, which is not`)
  const { stageName } = stage.stage
  const found = await findPlan(exchange, key)
  if (!found) throw invalid(`a key in a usage plan of ${apiId}/${stageName}`, `${key.id}, which is in none`)
  exchange.apiKey = { id: key.id, value }
  const { plan, planStage } = found
  const whose = `key ${plan.id}/${key.id}`
  const methodKey = `${resourcePath}/${method.httpMethod}`
  const ofMethod =
    planStage.throttle && Object.hasOwn(planStage.throttle, methodKey) ? planStage.throttle[methodKey] : undefined
  const passes = ofMethod
    ? mayPass(call, `${whose}/${apiId}/${stageName}${methodKey}`, ofMethod)
    : mayPass(call, whose, plan.throttle)
  if (!passes)
    throw refused("THROTTLED", {
      because: { check: "rate of an API key", key: key.id, plan: plan.id, ...(ofMethod ?? plan.throttle) },
    })
  if (!(await meterOf(call).count(plan, key.id)))
    throw refused("QUOTA_EXCEEDED", {
      because: { check: "quota of an API key", key: key.id, plan: plan.id, ...plan.quota },
    })
}

async function findPlan(
  { call, apiId, stage }: Exchange,
  { usagePlanIds }: ApiKeyInUse,
): Promise<{ plan: UsagePlan; planStage: UsagePlanStage } | undefined> {
  for (const id of usagePlanIds) {
    const plan = await findUsagePlan(call.store, id)
    const planStage = plan?.apiStages.find((one) => one.apiId === apiId && one.stage === stage.stage.stageName)
    if (plan && planStage) return { plan, planStage }
  }
  return undefined
}
