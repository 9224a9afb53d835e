import type { Method, Snapshot } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { compileBodyCheck } from "./body-check.ts"
import { type Exchange, findHeaderValue, findQueryValue } from "./exchange.ts"

/** Throws where a request is not as its method wants it; parameters first, then the body (Developer Guide, "Request validation"). */
export function compileValidation(
  method: Pick<Method, "requestValidatorId" | "requestParameters" | "requestModels">,
  snapshot: Pick<Snapshot, "requestValidators" | "models">,
): (exchange: Exchange) => void {
  const { requestValidators } = snapshot
  const { requestValidatorId = "", requestParameters = {} } = method
  const validator = Object.hasOwn(requestValidators, requestValidatorId)
    ? requestValidators[requestValidatorId]
    : undefined
  if (!validator) return () => {}
  const required = validator.validateRequestParameters ? requiredOf(requestParameters) : []
  const assertBody = validator.validateRequestBody ? compileBodyCheck(method, snapshot) : undefined
  return (exchange) => {
    const missing = required.filter(({ isThere }) => !isThere(exchange)).map(({ name }) => name)
    if (missing.length > 0)
      throw refused("BAD_REQUEST_PARAMETERS", {
        message: `Missing required request parameters: [${missing.join(", ")}]`,
        because: { check: "request parameters", expected: missing.join(", "), found: "none of them" },
      })
    assertBody?.(exchange)
  }
}

interface Required {
  name: string
  isThere(exchange: Exchange): boolean
}

/** In the order in which AWS names what is missing: headers, path, query (recorded 2025). */
const PLACES = ["header", "path", "querystring"]

function requiredOf(parameters: Readonly<Record<string, boolean>>): Required[] {
  return Object.entries(parameters)
    .flatMap(([parameter, isRequired]) => {
      const [, place, name] = /^method\.request\.(header|path|querystring)\.(.+)$/.exec(parameter) ?? []
      return isRequired && place !== undefined && name !== undefined ? [{ place, name }] : []
    })
    .sort((a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place))
    .map(({ place, name }) => ({ name, isThere: (exchange) => isSent(exchange, place, name) }))
}

/** Required parameters have to be there and not to be blank. */
function isSent(exchange: Exchange, place: string, name: string): boolean {
  const value =
    place === "header"
      ? findHeaderValue(exchange, name)
      : place === "querystring"
        ? findQueryValue(exchange, name)
        : exchange.parameters && Object.hasOwn(exchange.parameters, name)
          ? exchange.parameters[name]
          : undefined
  return value !== undefined && value.trim() !== ""
}
