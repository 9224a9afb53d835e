import { refused } from "../gateway-responses/refusal.ts"
import type { Exchange } from "../rest/exchange.ts"
import { mayPass } from "./throttle.ts"

/** What a stage lets through of a method: what was set for it, else for all of them. Throws THROTTLED. */
export function assertStageRate({ call, apiId, stage: { stage }, resourcePath, method }: Exchange): void {
  const { methodSettings, stageName } = stage
  const all = methodSettings["*/*"]
  const key = `${resourcePath.slice(1)}/${method.httpMethod}`
  const own = Object.hasOwn(methodSettings, key) ? methodSettings[key] : undefined
  if (!all && !own) return
  const rates = {
    rateLimit: own?.throttlingRateLimit ?? all?.throttlingRateLimit,
    burstLimit: own?.throttlingBurstLimit ?? all?.throttlingBurstLimit,
  }
  if (mayPass(call, `stage ${apiId}/${stageName}/${key}`, rates)) return
  throw refused("THROTTLED", { because: { check: "rate of a method", ...rates, method: key, stage: stageName } })
}
