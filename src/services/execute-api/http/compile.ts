import type { Snapshot } from "../../apigatewayv2/service.ts"
import { type Authorize, compileAuthorization } from "./authorizers/compile.ts"
import { type CorsRules, compileCors } from "./cors.ts"
import { compileIntegration, type Integrate } from "./integrations/compile.ts"
import { compileRoutes, type Routes } from "./routes.ts"

/** A deployment made ready for calls. */
export interface CompiledHttpApi {
  routes: Routes<CompiledRoute>
  cors: CorsRules | undefined
}

export interface CompiledRoute {
  routeKey: string
  isSigned: boolean
  authorize: Authorize
  integrate: Integrate
}

/** By the object that is cached as configuration: it goes when that goes. */
const compiled = new WeakMap<Snapshot, CompiledHttpApi>()

export function compileHttpApi(snapshot: Snapshot): CompiledHttpApi {
  let api = compiled.get(snapshot)
  if (!api) {
    api = compile(snapshot)
    compiled.set(snapshot, api)
  }
  return api
}

const compile = (snapshot: Snapshot): CompiledHttpApi => ({
  routes: compileRoutes(
    snapshot.routes.map((route) => [
      route.RouteKey,
      {
        routeKey: route.RouteKey,
        isSigned: route.AuthorizationType === "AWS_IAM",
        authorize: compileAuthorization(route, snapshot),
        integrate: compileIntegration(route, snapshot),
      },
    ]),
  ),
  cors: snapshot.cors && compileCors(snapshot.cors),
})
