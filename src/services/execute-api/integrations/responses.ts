import { isSendable } from "../../../wire/header-text.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration, IntegrationResponse } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { compilePattern, PatternError } from "../patterns.ts"
import type { Exchange } from "../rest/exchange.ts"
import { type BackendAnswer, compileAnswerSource, firstOf } from "./backend-answer.ts"
import { isDropped, remapped } from "./proxy-answer.ts"
import { misconfigured, render } from "./request-body.ts"
import { compileTemplates } from "./templates.ts"

/** Makes the method's response of an integration's, by the first pattern that matches, else by the default one. */
export type MapResponse = (exchange: Exchange, answer: BackendAnswer) => HttpResponse

export function compileResponses(integration: Integration, binary: BinaryTypes): MapResponse {
  const responses = Object.values(integration.integrationResponses ?? {})
  const isDefault = ({ selectionPattern }: IntegrationResponse) => !selectionPattern
  const selected = responses
    .filter((one) => !isDefault(one))
    .map((one) => [matcher(one), compile(one, binary)] as const)
  const fallbacks = responses.filter(isDefault).map((one) => compile(one, binary))
  return (exchange, answer) => {
    const map = selected.find(([matches]) => matches(answer.selector))?.[1] ?? fallbacks[0]
    if (!map) throw misconfigured("an integration response for what was answered", answer.selector)
    return map(exchange, answer)
  }
}

function matcher({ selectionPattern = "" }: IntegrationResponse): (selector: string) => boolean {
  try {
    const pattern = compilePattern(selectionPattern)
    return (selector) => pattern.matches(selector)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    const found = error.message
    return () => {
      throw misconfigured("a selection pattern that can be evaluated", found)
    }
  }
}

/** Developer Guide, "Request and response data mappings": `method.response.header.{name}` from where it is said. */
function compile(
  { statusCode, responseParameters = {}, responseTemplates, contentHandling }: IntegrationResponse,
  binary: BinaryTypes,
): MapResponse {
  const templates = compileTemplates(responseTemplates)
  const headers = Object.entries(responseParameters).flatMap(([target, source]) => {
    const name = /^method\.response\.header\.(.+)$/.exec(target)?.[1]
    return name === undefined ? [] : [[name, compileAnswerSource(source)] as const]
  })
  return (exchange, answer) => {
    const out: HttpResponse["headers"] = {}
    for (const [name, source] of headers) {
      const value = source(exchange, answer)
      if (value !== undefined && !isDropped(name) && isSendable(name, value)) out[remapped(name)] = value
    }
    const type = firstOf(answer.headers["content-type"])
    const template = templates.find(type) ?? templates.first
    const made = template && render(() => template.render(exchange, answer.body.toString("utf8")))
    const body = made ? made.text : converted(answer.body, contentHandling, exchange, binary)
    const overrides = made?.overrides?.response
    for (const [name, value] of Object.entries(overrides?.header ?? {}))
      if (!isDropped(name) && isSendable(name, value)) out[remapped(name)] = value
    if (!Object.keys(out).some((name) => name.toLowerCase() === "content-type"))
      out["Content-Type"] = "application/json"
    return { status: overrides?.status ?? Number(statusCode), headers: out, body }
  }
}

/** Developer Guide, "Content type conversions in API Gateway". */
function converted(
  body: Buffer,
  handling: IntegrationResponse["contentHandling"],
  { request }: Exchange,
  binary: BinaryTypes,
): Buffer | string {
  if (handling === "CONVERT_TO_TEXT") return binary.isAccepted(request.headers.accept) ? body.toString("base64") : body
  if (handling !== "CONVERT_TO_BINARY") return body
  const text = body.toString("utf8")
  if (!isBase64(text))
    throw refused("API_CONFIGURATION_ERROR", {
      because: { check: "integration", expected: "Base64 (CONVERT_TO_BINARY)", found: "something else" },
    })
  return Buffer.from(text, "base64")
}

/** Blanks may stand anywhere. Each part of a text is looked at once: it may be megabytes of blanks. */
function isBase64(text: string): boolean {
  const end = text.trimEnd()
  const padding = end.endsWith("==") ? 2 : end.endsWith("=") ? 1 : 0
  return !/[^A-Za-z0-9+/\s]/.test(end.slice(0, end.length - padding))
}
