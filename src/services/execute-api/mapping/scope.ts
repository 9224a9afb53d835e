import { type MapValue, Native, putMember, type Value } from "../../../velocity/index.ts"
import { contextTree } from "../rest/context-variables.ts"
import { type Exchange, findHeaderValue, findQueryValue, headersOf, queryOf } from "../rest/exchange.ts"
import { type Document, documentOf } from "./document.ts"
import { weightOf } from "./json-path.ts"
import { UTIL } from "./util.ts"

/** What a template set of `$context.requestOverride` and `$context.responseOverride`. */
export interface Overrides {
  request: Readonly<Record<"header" | "path" | "querystring", Readonly<Record<string, string>>>>
  response: { status?: number; header: Readonly<Record<string, string>> }
}

/** What templates are told of a call: `$input`, `$context`, `$stageVariables`, `$util`, made as far as the template names them. */
export interface Scope {
  variables: Map<string, Value>
  /** After the rendering; undefined where the template sets none. */
  overrides(): Overrides | undefined
}

export type ScopeOf = (exchange: Exchange, body: string) => Scope

/** Source: Developer Guide, "Mapping template and access logging variable reference". */
export function scopeFor(template: string): ScopeOf {
  const names = (name: string) => template.includes(name)
  const [context, stageVariables, override] = [names("context"), names("stageVariables"), names("Override")]
  return (exchange, body) => {
    const variables = new Map<string, Value>([
      ["input", inputOf(exchange, documentOf(body))],
      ["util", UTIL],
    ])
    if (stageVariables) variables.set("stageVariables", textMap(Object.entries(exchange.stage.variables ?? {})))
    if (!context) return { variables, overrides: () => undefined }
    const tree = contextTree(exchange) as MapValue
    tree.requestOverride = { header: {}, path: {}, querystring: {} }
    tree.responseOverride = { header: {} }
    variables.set("context", tree)
    return { variables, overrides: () => (override ? overridesIn(tree) : undefined) }
  }
}

function inputOf(exchange: Exchange, document: Document): Native {
  return new Native(
    {
      path: ([path = "$"], textOf, make) => document.find(paidFor(textOf(path), document, make)) ?? "",
      // UNVERIFIED: an empty text in quotes for what is not there.
      json: ([path = "$"], textOf, make) => document.json(paidFor(textOf(path), document, make)) ?? '""',
      params: ([name], textOf) =>
        name === undefined ? allParameters(exchange) : (findParameter(exchange, textOf(name)) ?? ""),
    },
    { body: document.text },
  )
}

/** A path that looks at many places goes through the document each time. */
function paidFor(path: string, { text }: Document, make: (length: number) => void): string {
  make(text.length * weightOf(path))
  return path
}

/** In the path, the query and the headers, in this order. */
function findParameter(exchange: Exchange, name: string): string | undefined {
  const { parameters = {} } = exchange
  if (Object.hasOwn(parameters, name)) return parameters[name]
  return findQueryValue(exchange, name) ?? findHeaderValue(exchange, name)
}

const allParameters = (exchange: Exchange): MapValue => ({
  path: textMap(Object.entries(exchange.parameters ?? {})),
  querystring: textMap(queryOf(exchange)),
  header: textMap(headersOf(exchange).map(({ name, values }) => [name, values.at(-1) ?? ""])),
})

/** Of several of a name, the last. */
function textMap(entries: readonly (readonly [name: string, text: string])[]): MapValue {
  const map: MapValue = {}
  for (const [name, text] of entries) putMember(map, name, text)
  return map
}

function overridesIn({ requestOverride, responseOverride }: MapValue): Overrides {
  const response = mapOf(responseOverride)
  const status = Number(response.status)
  const request = mapOf(requestOverride)
  return {
    request: {
      header: textsOf(request.header),
      path: textsOf(request.path),
      querystring: textsOf(request.querystring),
    },
    response: {
      ...(Number.isInteger(status) && status >= 100 && status <= 599 && { status }),
      header: textsOf(response.header),
    },
  }
}

const mapOf = (value: Value): MapValue =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as MapValue) : {}

const textsOf = (value: Value): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mapOf(value)).flatMap(([name, text]) =>
      typeof text === "object" || text === undefined ? [] : [[name, String(text)]],
    ),
  )
