import { contextVariable } from "./rest/context-variables.ts"
import { type Arrival, findHeaderValue, findQueryValue, headersOf, queryOf } from "./rest/exchange.ts"

/** Where a mapped value is from; undefined where the request has none. */
export type Source = (arrival: Arrival) => string | undefined

/**
 * `'a text'`, `method.request.{header|querystring|path|multivalueheader|multivaluequerystring}.{name}`, `stageVariables.{name}`
 * or `context.{name}` (Developer Guide, "Request and response data mapping reference"). Bodies are for whoever has one.
 */
export function compileSource(text: string): Source {
  const [, literal] = /^'(.*)'$/s.exec(text) ?? []
  if (literal !== undefined) return () => literal
  const [, place, name] =
    /^(?:method\.request\.(header|multivalueheader|querystring|multivaluequerystring|path)|(?:stageVariables|context))\.(.+)$/.exec(
      text,
    ) ?? []
  if (name === undefined) return () => undefined
  switch (place) {
    case "header":
      return (arrival) => findHeaderValue(arrival, name)
    case "multivalueheader": {
      const lower = name.toLowerCase()
      return (arrival) =>
        headersOf(arrival)
          .find((sent) => sent.lower === lower)
          ?.values.join(",")
    }
    case "querystring":
      return (arrival) => findQueryValue(arrival, name)
    case "multivaluequerystring":
      return (arrival) => joined(queryOf(arrival).filter(([sent]) => sent === name))
    case "path":
      return ({ parameters }) => ownText(parameters, name)
  }
  if (text.startsWith("stageVariables.")) return ({ stage }) => ownText(stage.variables, name)
  return (arrival) => {
    const value = contextVariable(arrival, name)
    return value === undefined || value === null || typeof value === "object" ? undefined : String(value)
  }
}

const joined = (pairs: readonly (readonly [string, string])[]): string | undefined =>
  pairs.length === 0 ? undefined : pairs.map(([, value]) => value).join(",")

const ownText = (texts: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  texts && Object.hasOwn(texts, name) ? texts[name] : undefined
