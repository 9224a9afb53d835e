import type { CallContext } from "../../../call.ts"
import type { StageSettings } from "../../apigatewayv2/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import type { Arrival } from "../rest/exchange.ts"
import { mayPass } from "../usage/throttle.ts"

/** What a stage lets through of a route: what was set for it, else for all of them. Throws THROTTLED. */
export function assertSocketRate(
  { apiId, socket }: Arrival,
  { RouteSettings, DefaultRouteSettings, StageName }: StageSettings,
  call: CallContext,
): void {
  const routeKey = socket?.routeKey ?? ""
  const own = Object.hasOwn(RouteSettings, routeKey) ? RouteSettings[routeKey] : undefined
  const rates = {
    rateLimit: own?.ThrottlingRateLimit ?? DefaultRouteSettings.ThrottlingRateLimit,
    burstLimit: own?.ThrottlingBurstLimit ?? DefaultRouteSettings.ThrottlingBurstLimit,
  }
  if (mayPass(call, `stage ${apiId}/${StageName}/${routeKey}`, rates)) return
  throw refused("THROTTLED", { because: { check: "rate of a route", ...rates, route: routeKey, stage: StageName } })
}
