import type { Texts } from "../../apigateway/service.ts"
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
export function compileParameters(mapping: Texts = {}, isAws = false): (exchange: Exchange) => MappedParameters {
  const parameters = Object.entries(mapping).flatMap(([target, source]): Parameter[] => {
    const [, place, name] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? []
    if (place === undefined || name === undefined) return []
    return [{ place: place as Parameter["place"], name, source: compileRequestSource(source) }]
  })
  const wrong = parameters.find(
    ({ place, name }) => place === "header" && [...NEVER, ...(isAws ? NEVER_OF_AWS : [])].includes(name.toLowerCase()),
  )
  return (exchange) => {
    if (wrong) throw misconfigured("no mapping onto a header of the connection", wrong.name)
    const path = new Map<string, string>()
    const mapped: MappedParameters = { header: [], querystring: [], path }
    for (const { place, name, source } of parameters) {
      const value = source(exchange)
      if (value === undefined) continue
      if (place === "path") path.set(name, value)
      else mapped[place].push([name, value])
    }
    return mapped
  }
}
