import { compileSchema, type Faults, type Json, SchemaError } from "../../../json-schema/index.ts"
import type { Method, Snapshot } from "../../apigateway/service.ts"
import { mediaType } from "../binary-types.ts"
import { refused } from "../gateway-responses/refusal.ts"
import type { Exchange } from "./exchange.ts"

type Model = (value: Json) => Faults

/** Texts of schemas, by the names of their models. */
export type Schemas = Readonly<Record<string, { schema?: string }>>

/**
 * Throws where the body is not as the model for its content type wants it; where there is no model for it, any body is right
 * (Developer Guide, "Request validation for REST APIs"; recorded 2025). Nothing counts as JSON.
 */
export function compileBodyCheck(
  method: Pick<Method, "requestModels">,
  snapshot: Pick<Snapshot, "models">,
): ((exchange: Exchange) => void) | undefined {
  const models = new Map(
    Object.entries(method.requestModels ?? {}).map(([type, name]) => [mediaType(type), modelOf(name, snapshot)]),
  )
  if (models.size === 0) return undefined
  return (exchange) => {
    const type = exchange.request.headers["content-type"]
    const validate = models.get(type === undefined ? "application/json" : mediaType(type))
    if (validate) assertValid(exchange.body.toString("utf8"), validate)
  }
}

/** Throws BAD_REQUEST_BODY. */
export function assertValid(body: string, validate: Model): void {
  const faults = findFaults(body, validate)
  if (faults.length === 0) return
  const list = `[${faults.join(", ")}]`
  throw refused("BAD_REQUEST_BODY", {
    validationErrors: list,
    because: { check: "request body", expected: "what the model says", found: list.slice(0, 1_000) },
  })
}

/** UNVERIFIED: the text of a body that is no JSON, and that an empty one is none. */
function findFaults(body: string, validate: (value: Json) => Faults): Faults {
  let value: Json
  try {
    value = JSON.parse(body) as Json
  } catch {
    return ["Unable to parse JSON"]
  }
  return validate(value)
}

/** Prepared when it is first needed: some models are never asked. */
export function modelOf(name: string, { models }: { models: Schemas }): Model {
  let prepared: Model | undefined
  return (value) => {
    prepared ??= prepare(name, models)
    return prepared(value)
  }
}

const REFERENCE = /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/([^/]+)$/

function prepare(name: string, models: Schemas): Model {
  const find = (wanted: string): Json | undefined => {
    const schema = Object.hasOwn(models, wanted) ? models[wanted]!.schema : undefined
    return schema === undefined ? undefined : (JSON.parse(schema) as Json)
  }
  try {
    const schema = find(name)
    // A model without a schema, or none at all, asks for nothing.
    return schema === undefined ? () => [] : compileSchema(schema, (uri) => find(REFERENCE.exec(uri)?.[1] ?? ""))
  } catch (error) {
    if (!(error instanceof SchemaError || error instanceof SyntaxError)) throw error
    throw refused("API_CONFIGURATION_ERROR", {
      because: { check: "request body", expected: `a model ${name} that can be used`, found: error.message },
    })
  }
}
