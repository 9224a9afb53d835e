import type { Document } from "../../../open-api/index.ts"
import { isObject, type Json, type JsonObject, member, objectOf, textOf } from "../../../open-api/index.ts"
import type { Model } from "../snapshot.ts"

/** Models by their names, and how schemas within methods become one. */
export interface Models {
  all: Map<string, Omit<Model, "id">>
  /** The name of the model for a schema: of the one that it names, or of a new one. */
  nameOf(schema: Json): string | undefined
}

const REFERENCE = /^#\/(?:definitions|components\/schemas)\/(.+)$/
const DEPTH_AT_MOST = 100

/**
 * `definitions` and `components.schemas`. A schema's references become those of models (Developer Guide, "Data models for REST
 * APIs"); `{api}` stands for the API's id until it has one.
 */
export function readModels({ root }: Document, warnings: string[]): Models {
  const all = new Map<string, Omit<Model, "id">>()
  const schemas = {
    ...objectOf(member(root, "definitions")),
    ...objectOf(member(member(root, "components"), "schemas")),
  }
  const put = (name: string, schema: JsonObject, contentType = "application/json") => {
    const { description } = schema
    all.set(name, {
      name,
      ...(typeof description === "string" && { description }),
      schema: JSON.stringify(withModels(schema, 0), undefined, 2),
      contentType,
    })
  }
  for (const [name, schema] of Object.entries(schemas)) {
    const known = modelName(name)
    if (known !== name) warnings.push(`Model name ${name} is not alphanumeric: it is called ${known}`)
    if (isObject(schema)) put(known, schema)
  }
  /** What several methods refer to is one model, however large it is. */
  const inline = new Map<JsonObject, string>()
  return {
    all,
    nameOf(schema) {
      if (!isObject(schema)) return undefined
      const named = REFERENCE.exec(textOf(schema.$ref) ?? "")?.[1]
      if (named !== undefined) return all.has(modelName(named)) ? modelName(named) : undefined
      // Recorded in exports: a schema without a name gets one that begins so.
      const known = inline.get(schema)
      if (known !== undefined) return known
      const name = `MODEL${(inline.size + 1).toString(36).padStart(6, "0")}`
      inline.set(schema, name)
      put(name, schema)
      return name
    },
  }
}

const modelName = (name: string): string => name.replace(/[^a-zA-Z0-9]/g, "")

/** Keywords of OpenAPI that JSON Schema does not know are left out. */
const UNKNOWN = new Set([
  "xml",
  "externalDocs",
  "example",
  "discriminator",
  "nullable",
  "readOnly",
  "writeOnly",
  "deprecated",
])

function withModels(schema: Json, depth: number): Json {
  if (depth > DEPTH_AT_MOST) return {}
  if (Array.isArray(schema)) return schema.map((one) => withModels(one, depth + 1))
  if (!isObject(schema)) return schema
  const named = REFERENCE.exec(textOf(schema.$ref) ?? "")?.[1]
  if (named !== undefined) return { $ref: `https://apigateway.amazonaws.com/restapis/{api}/models/${modelName(named)}` }
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) =>
      UNKNOWN.has(name) && typeof value !== "object" ? [] : [[name, withModels(value, depth + 1)]],
    ),
  )
}
