import { badRequest } from "../errors.ts"

/** Developer Guide, "Quotas": the size of a model. */
const MOST_CHARACTERS = 400 * 1024

/** Quoted by many who met it. */
const invalidSchema = () =>
  badRequest("Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]")

/** Throws where a text cannot be a model's schema. What a schema means is for whom it is compiled. */
export function assertSchema(schema: string): void {
  if (schema.length > MOST_CHARACTERS) throw badRequest("Model schema exceeds the limit of 400 KB") // UNVERIFIED text
  if (schema.trim() === "") throw badRequest("Model schema must have at least 1 property or array items defined")
  let parsed: unknown
  try {
    parsed = JSON.parse(schema)
  } catch {
    throw invalidSchema()
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw invalidSchema()
  if (Object.keys(parsed).length === 0)
    throw badRequest("Model schema must have at least 1 property or array items defined")
}

/** `https://apigateway.amazonaws.com/restapis/{api}/models/{name}`: how one model names another. */
const REFERENCE = /"(?:https:\/\/apigateway\.amazonaws\.com)?\/?restapis\/[a-zA-Z0-9]+\/models\/([a-zA-Z0-9]+)"/g

/** The names of the models that a schema names. */
export const referencesOf = (schema: string): Set<string> =>
  new Set([...schema.replaceAll("\\/", "/").matchAll(REFERENCE)].map(([, name]) => name!))

/** The schema with those it names beside it: `flatten`. */
export function flattened(schema: string, schemaOf: ReadonlyMap<string, string>): string {
  const definitions = new Map<string, string>()
  const local = (text: string): string =>
    text.replaceAll("\\/", "/").replace(REFERENCE, (_, name: string) => `"#/definitions/${name}"`)
  const collect = (text: string): void => {
    for (const name of referencesOf(text)) {
      const named = schemaOf.get(name)
      if (named === undefined || definitions.has(name)) continue
      definitions.set(name, local(named))
      collect(named)
    }
  }
  collect(schema)
  if (definitions.size === 0) return schema
  const own = Object.fromEntries([...definitions].map(([name, text]) => [name, JSON.parse(text)]))
  return JSON.stringify({ ...JSON.parse(local(schema)), definitions: own })
}
