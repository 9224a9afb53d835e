import type { Texts } from "../../apigateway/service.ts"
import type { Overrides } from "../mapping/scope.ts"
import type { Exchange } from "../rest/exchange.ts"
import { misconfigured } from "./request-body.ts"
import { compileRequestSource, type RequestSource } from "./request-source.ts"

/** What a call gives the parameters of the integration's request, by their names. */
export interface MappedParameters {
  header: [name: string, value: string][]
  querystring: [name: string, value: string][]
  path: ReadonlyMap<string, string>
}

/** Recorded 2025: what is mapped onto one of these makes no request at all. */
const NEVER = ["content-length", "transfer-encoding"]
const NEVER_OF_AWS = ["authorization", "connection", "expect", "proxy-authenticate", "te"]

interface Parameter {
  place: "header" | "querystring" | "path"
  name: string
  source: RequestSource
}

/** Developer Guide, "Request and response data mappings": `integration.request.{header|querystring|path}.{name}`. */
export function compileParameters(
  mapping: Texts = {},
  isAws = false,
): (exchange: Exchange, overrides?: Overrides) => MappedParameters {
  const parameters = Object.entries(mapping).flatMap(([target, source]): Parameter[] => {
    const [, place, name] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? []
    if (place === undefined || name === undefined) return []
    return [{ place: place as Parameter["place"], name, source: compileRequestSource(source) }]
  })
  const wrong = parameters.find(({ place, name }) => place === "header" && isReserved(name, isAws))
  return (exchange, overrides) => {
    if (wrong) throw misconfigured("no mapping onto a header of the connection", wrong.name)
    const path = new Map<string, string>()
    const mapped: MappedParameters = { header: [], querystring: [], path }
    for (const { place, name, source } of parameters) {
      const value = source(exchange)
      if (value === undefined) continue
      if (place === "path") path.set(name, value)
      else mapped[place].push([name, value])
    }
    if (overrides) override(mapped, path, overrides.request, isAws)
    return mapped
  }
}

/** What a template says of a parameter counts, whatever is mapped onto it. */
function override(
  mapped: MappedParameters,
  path: Map<string, string>,
  { header, querystring, path: paths }: Overrides["request"],
  isAws: boolean,
): void {
  for (const [name, value] of Object.entries(header)) {
    if (isReserved(name, isAws)) throw misconfigured("no override of a header of the connection", name)
    mapped.header = [...mapped.header.filter(([other]) => other.toLowerCase() !== name.toLowerCase()), [name, value]]
  }
  for (const [name, value] of Object.entries(querystring))
    mapped.querystring = [...mapped.querystring.filter(([other]) => other !== name), [name, value]]
  for (const [name, value] of Object.entries(paths)) path.set(name, value)
}

const isReserved = (name: string, isAws: boolean): boolean =>
  NEVER.includes(name.toLowerCase()) || (isAws && NEVER_OF_AWS.includes(name.toLowerCase()))
