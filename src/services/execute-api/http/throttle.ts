import { mayPass } from "../usage/throttle.ts"
import type { HttpExchange } from "./exchange.ts"
import { tooManyRequests } from "./refusals.ts"

/** What a stage lets through of a route: what was set for it, else for all of them. */
export function assertRate({ call, api, stage, routeKey }: HttpExchange): void {
  const { RouteSettings, DefaultRouteSettings, StageName } = stage
  const own = Object.hasOwn(RouteSettings, routeKey) ? RouteSettings[routeKey] : undefined
  const rates = {
    rateLimit: own?.ThrottlingRateLimit ?? DefaultRouteSettings.ThrottlingRateLimit,
    burstLimit: own?.ThrottlingBurstLimit ?? DefaultRouteSettings.ThrottlingBurstLimit,
  }
  if (mayPass(call, `stage ${api.apiId}/${StageName}/${routeKey}`, rates)) return
  throw tooManyRequests({ check: "rate of a route", ...rates, route: routeKey, stage: StageName })
}
