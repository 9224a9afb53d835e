import { contextVariable } from "../context-variables.ts"
import { type HttpArrival, queryOf } from "../exchange.ts"

/** Where one part of a caller's identity is; undefined where the request has none. */
export type IdentitySource = (arrival: HttpArrival) => string | undefined

/** `$request.header.Authorization`, `$request.querystring.token`, `$context.routeKey`, `$stageVariables.name`. */
export function compileIdentitySource(text: string): IdentitySource {
  const [, place, name = ""] =
    /^\$(request\.header|request\.querystring|context|stageVariables)\.(.+)$/.exec(text) ?? []
  switch (place) {
    case "request.header": {
      const lower = name.toLowerCase()
      return ({ request }) => request.headers[lower]
    }
    case "request.querystring":
      return (arrival) => queryOf(arrival).find(([sent]) => sent === name)?.[1]
    case "context":
      return (arrival) => contextVariable(arrival, name)
    case "stageVariables":
      return ({ stage: { StageVariables } }) => (Object.hasOwn(StageVariables, name) ? StageVariables[name] : undefined)
    default:
      return () => undefined
  }
}
