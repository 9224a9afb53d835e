import {
  type MappedValue,
  type ParameterMapping,
  parseMapping,
  parseValue,
  type Reference,
} from "../../apigatewayv2/service.ts"
import { findByPath } from "../mapping/find-by-path.ts"
import { contextVariable } from "./context-variables.ts"
import { type HttpExchange, queryOf } from "./exchange.ts"

/** What a reference is about besides the call: an answer, where one is mapped. */
interface Answered {
  headers: ReadonlyMap<string, readonly string[]>
  body: Buffer
}

/** Developer Guide, "Transform API requests and responses for HTTP APIs": so much of a body is looked at. */
const REQUEST_BODY_BYTES = 100 * 1024
const RESPONSE_BODY_BYTES = 128 * 1024

/** The value of a mapping; undefined where the call has none. Several pieces make one text, and what is not there is empty. */
export function mappedText(value: MappedValue, exchange: HttpExchange, answered?: Answered): string | undefined {
  const [first] = value
  if (value.length === 1) return typeof first === "string" ? first : lookUp(first!, exchange, answered)
  return value.map((piece) => (typeof piece === "string" ? piece : (lookUp(piece, exchange, answered) ?? ""))).join("")
}

function lookUp({ from, name }: Reference, exchange: HttpExchange, answered: Answered | undefined): string | undefined {
  const { request, stage, parameters, body, path } = exchange
  switch (from) {
    case "context":
      return contextVariable(exchange, name)
    case "stageVariables":
      return own(stage.StageVariables, name)
    case "header":
      return answered ? answered.headers.get(name)?.join(",") : request.headers[name]
    case "querystring":
      return joined(queryOf(exchange).flatMap(([sent, value]) => (sent === name ? [value] : [])))
    case "path":
      return name === "" ? path : own(parameters, name)
    case "body": {
      const whole = answered ? answered.body : body
      const most = answered ? RESPONSE_BODY_BYTES : REQUEST_BODY_BYTES
      return findByPath(whole.length > most ? whole.subarray(0, most) : whole, name === "" ? undefined : name)
    }
  }
}

const joined = (values: readonly string[]): string | undefined => (values.length === 0 ? undefined : values.join(","))

const own = (texts: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  texts && Object.hasOwn(texts, name) ? texts[name] : undefined

/** Those of a request, or of an answer with one status; what cannot be read was refused when it was configured. */
export const compileMappings = (
  of: "request" | "response",
  parameters: Readonly<Record<string, string>> = {},
): ParameterMapping[] => Object.entries(parameters).map(([key, value]) => parseMapping(of, key, value))

/** Of first-class integrations: a value for each parameter of the service's operation. */
export const compileValues = (
  parameters: Readonly<Record<string, string>> = {},
): [name: string, value: MappedValue][] =>
  Object.entries(parameters).map(([name, value]) => [name, parseValue("request", value)])

/** Headers or parameters of a query, by name, as they are changed. */
export type Changing = Map<string, readonly string[]>

export function change(all: Changing, { action, name }: ParameterMapping, value: string | undefined): void {
  if (action === "remove") all.delete(name)
  else if (value !== undefined) all.set(name, action === "append" ? [...(all.get(name) ?? []), value] : [value])
}
