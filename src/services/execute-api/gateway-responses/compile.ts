import { isSendable } from "../../../wire/header-text.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import type { GatewayResponse } from "../../apigateway/service.ts"
import type { Arrival } from "../rest/exchange.ts"
import { compileSubstitution, type Substitution } from "../substitution.ts"
import { compileSource, type Source } from "../value-source.ts"
import type { GatewayRefusal } from "./refusal.ts"
import { RESPONSE_KINDS, type ResponseType } from "./types.ts"

export interface GatewayResponses {
  /** The answer to a call that the gateway refuses. Throws nothing. */
  render(arrival: Arrival, refusal: GatewayRefusal): HttpResponse
}

interface Customised {
  status: number | undefined
  headers: readonly (readonly [name: string, source: Source])[]
  /** By content type. */
  templates: readonly (readonly [type: string, template: Substitution])[]
}

const JSON_TYPE = "application/json"

/** What of an API's gateway responses was customised, over how they are where nothing was. */
export function compileGatewayResponses(given: Readonly<Record<string, GatewayResponse>>): GatewayResponses {
  const byType = new Map(Object.entries(given).map(([type, response]) => [type, compile(response)]))
  const find = (type: ResponseType): Customised | undefined =>
    byType.get(type) ?? byType.get(RESPONSE_KINDS[type].fallback)
  return {
    render(arrival, refusal) {
      arrival.refusal = refusal
      const custom = find(refusal.type)
      const headers: HttpResponse["headers"] = {
        "x-amzn-RequestId": arrival.requestId,
        "x-amz-apigw-id": arrival.extendedRequestId,
        "x-amzn-ErrorType": refusal.code,
        "Content-Type": JSON_TYPE,
      }
      const status = custom?.status ?? refusal.ownStatus ?? refusal.status
      if (!custom) return { status, headers, body: defaultBody(refusal) }
      for (const [name, source] of custom.headers) {
        const value = source(arrival)
        if (value !== undefined && isSendable(name, value)) headers[name] = value
      }
      const [type, template] = choose(custom.templates, arrival.request.headers.accept)
      if (template === undefined) return { status, headers, body: defaultBody(refusal) }
      return { status, headers: withType(headers, type), body: template(arrival) }
    },
  }
}

/** A type that was given as a header stays. */
function withType(headers: HttpResponse["headers"], type: string): HttpResponse["headers"] {
  if (Object.keys(headers).some((name) => name !== "Content-Type" && name.toLowerCase() === "content-type")) {
    const { "Content-Type": _, ...rest } = headers
    return rest
  }
  return { ...headers, "Content-Type": type }
}

/** ACCESS_DENIED alone begins with a capital (recorded of several APIs). */
const defaultBody = ({ type, told }: GatewayRefusal): string =>
  JSON.stringify(type === "ACCESS_DENIED" ? { Message: told } : { message: told })

/** The template of the type that the caller accepts first, else JSON's, else the first. UNVERIFIED beyond JSON. */
function choose(
  templates: Customised["templates"],
  accept: string | undefined,
): readonly [string, Substitution | undefined] {
  const wanted = accept?.split(/[,;]/, 1)[0]?.trim()
  const found =
    templates.find(([type]) => type === wanted) ?? templates.find(([type]) => type === JSON_TYPE) ?? templates[0]
  return found ?? [JSON_TYPE, undefined]
}

function compile({ statusCode, responseParameters = {}, responseTemplates = {} }: GatewayResponse): Customised {
  return {
    status: statusCode === undefined ? undefined : Number(statusCode),
    headers: Object.entries(responseParameters).flatMap(([target, source]) => {
      const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1]
      return name === undefined ? [] : [[name, compileSource(source)] as const]
    }),
    templates: Object.entries(responseTemplates).map(([type, text]) => [type, compileSubstitution(text)] as const),
  }
}
