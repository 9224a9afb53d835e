import { compileJsonPath, JsonPathError } from "../mapping/json-path.ts"
import { contextVariable } from "../rest/context-variables.ts"
import { type Exchange, findHeaderValue, findQueryValue } from "../rest/exchange.ts"

/** What a selection expression comes to; undefined where a part of it is not there. */
export type Selection = (exchange: Exchange, body: () => unknown) => string | undefined

const VARIABLE =
  /\$\{((?:request|integration|context|stageVariables)\.[^{}]+)\}|\$((?:request|integration|context|stageVariables)(?:\.[\w$-]+)+)/g

/**
 * `$request.body.action`, `${request.header.a}/${request.body.b}`, `$integration.response.statuscode`, `$default`
 * (Developer Guide, "WebSocket selection expressions"). A backslash before a dollar sign stands for itself.
 */
export function compileSelection(text: string): Selection {
  const pieces: (string | Selection)[] = []
  let at = 0
  for (const match of text.matchAll(VARIABLE)) {
    pieces.push(plain(text.slice(at, match.index)), variable(match[1] ?? match[2]!))
    at = match.index + match[0].length
  }
  pieces.push(plain(text.slice(at)))
  return (exchange, body) => {
    let selected = ""
    for (const piece of pieces) {
      const part = typeof piece === "string" ? piece : piece(exchange, body)
      if (part === undefined) return undefined
      selected += part
    }
    return selected
  }
}

const plain = (text: string): string => text.replaceAll("\\$", "$")

function variable(path: string): Selection {
  const [, root = "", place = "", name = ""] =
    /^(request|integration\.response)\.(body|header|querystring|statuscode)\.?(.*)$/s.exec(path) ?? []
  if (root === "") return ofContext(path)
  switch (place) {
    case "body":
      return ofBody(name)
    case "header":
      return (exchange) => findHeaderValue(exchange, name)
    case "querystring":
      return (exchange) => findQueryValue(exchange, name)
    default:
      return ({ integration }) => (integration?.status === undefined ? undefined : String(integration.status))
  }
}

function ofContext(path: string): Selection {
  const [, root, name = ""] = /^(context|stageVariables)\.(.+)$/s.exec(path) ?? []
  if (root === "stageVariables")
    return ({ stage: { variables = {} } }) => (Object.hasOwn(variables, name) ? variables[name] : undefined)
  return (exchange) => (root === undefined ? undefined : textOf(contextVariable(exchange, name)))
}

function ofBody(name: string): Selection {
  try {
    const find = compileJsonPath(name === "" ? "$" : name)
    return (_, body) => {
      try {
        return textOf(find(body()))
      } catch (error) {
        if (error instanceof JsonPathError) return undefined
        throw error
      }
    }
  } catch (error) {
    if (error instanceof JsonPathError) return () => undefined
    throw error
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined

/** A body as JSON; undefined where it is none, which is read once. */
export function jsonOf(body: Buffer): () => unknown {
  let parsed: { value: unknown } | undefined
  return () => {
    parsed ??= { value: parse(body) }
    return parsed.value
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"))
  } catch {
    return undefined
  }
}
