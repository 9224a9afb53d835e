import { badRequest } from "../errors.ts"

/** Where a value is taken from; the name is a path of the body, and empty where the whole is meant. */
export interface Reference {
  from: "header" | "querystring" | "path" | "body" | "context" | "stageVariables"
  name: string
}

/** A value is text and references, one after the other. */
export type MappedValue = readonly (string | Reference)[]

export interface ParameterMapping {
  action: "append" | "overwrite" | "remove"
  target: "header" | "querystring" | "path" | "statuscode"
  /** Of a header (in lower case) or a parameter of the query. */
  name: string
  value: MappedValue
}

/** Of answers: `200` to `599`. */
export const RESPONSE_STATUS = /^[2-5]\d\d$/

/** Developer Guide, "Transform API requests and responses for HTTP APIs": what cannot be mapped. */
const RESERVED =
  /^(?:access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers?|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-(?:for|host|proto)|via)$/

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** UNVERIFIED: the text. */
const invalid = (what: string) => badRequest(`Invalid mapping expression specified: ${what}`)

/** One entry of an integration's parameters: `append:header.x` and what is appended. */
export function parseMapping(of: "request" | "response", key: string, value: string): ParameterMapping {
  const [, action, target, name = ""] = /^(append|overwrite|remove):([a-z]+)(?:\.(.+))?$/.exec(key) ?? []
  const parsed = { action, target, name: name.toLowerCase() } as ParameterMapping
  if (target === "header") {
    if (!TOKEN.test(name) || RESERVED.test(parsed.name)) throw invalid(key)
  } else if (target === "querystring" && of === "request" && name !== "") {
    parsed.name = name
  } else if (key !== (of === "request" ? "overwrite:path" : "overwrite:statuscode")) {
    throw invalid(key)
  }
  return { ...parsed, value: action === "remove" ? [] : parseValue(of, value) }
}

export function parseValue(of: "request" | "response", text: string): MappedValue {
  // A reference alone needs no braces.
  if (/^\$(?:request|response|context|stageVariables)\b/.test(text)) return [parseReference(of, text.slice(1))]
  const parts: (string | Reference)[] = []
  let at = 0
  for (const { index, 0: whole, 1: inside } of text.matchAll(/\$\{([^}]*)\}/g)) {
    if (index > at) parts.push(text.slice(at, index))
    parts.push(parseReference(of, inside!))
    at = index + whole.length
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

const PLACES = {
  request: /^request\.(header|querystring|path|body)(?:\.(.+))?$/,
  response: /^response\.(header|body)(?:\.(.+))?$/,
} as const

function parseReference(of: "request" | "response", text: string): Reference {
  const [, own, named = ""] = /^(context|stageVariables)\.(.+)$/.exec(text) ?? []
  if (own !== undefined) return { from: own as Reference["from"], name: named }
  const [, place, name = ""] = PLACES[of].exec(text) ?? []
  if (place === undefined || (name === "" && place !== "path" && place !== "body")) throw invalid(text)
  if (place === "body" && (name.startsWith(".") || name.includes("?("))) throw invalid(text)
  return { from: place as Reference["from"], name: place === "header" ? name.toLowerCase() : name }
}
