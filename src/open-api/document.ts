import { parse } from "yaml"
import { isObject, type JsonObject, member } from "./json.ts"

/** A definition of an API. */
export interface Document {
  root: JsonObject
  is: "swagger" | "openapi"
}

/** Reading YAML takes hundreds of times what reading JSON does, on the thread that serves everybody: a second, at worst, for these. */
const MOST_YAML_BYTES = 256 * 1024
/** An alias may stand for much, and that for more. */
const MOST_ALIASES = 100

/** What was given is no definition. */
export class DefinitionError extends Error {
  override name = "DefinitionError"
}

/**
 * OpenAPI 2.0 (Swagger) or 3.0, as JSON or YAML.
 *
 * @throws {DefinitionError}
 */
export function parseDocument(body: Uint8Array | string): Document {
  const root = read(
    typeof body === "string" ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"),
  )
  const [swagger, openapi] = [String(plain(member(root, "swagger"))), String(plain(member(root, "openapi")))]
  if (swagger.startsWith("2")) return { root, is: "swagger" }
  if (openapi.startsWith("3")) return { root, is: "openapi" }
  throw new DefinitionError("neither swagger: 2.0 nor openapi: 3")
}

const plain = (value: unknown): unknown => (typeof value === "object" ? undefined : value)

function read(whole: string): JsonObject {
  const text = whole.replace(/^\ufeff/, "")
  const value = /^\s*\{/.test(text) ? (readJson(text) ?? readYaml(text)) : readYaml(text)
  if (!isObject(value)) throw new DefinitionError("no object")
  return value
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What takes the reader time by the square of how often it is there, and definitions have a few times. */
const SLOW_AT_MOST = 1_000
const SLOW = [
  ["anchors", /(?:^|[\s,[{])&\S/gm],
  ["explicit keys", /^[ \t]*\?\s/gm],
] as const

function readYaml(text: string): unknown {
  if (text.length > MOST_YAML_BYTES)
    throw new DefinitionError(`YAML of more than ${MOST_YAML_BYTES} bytes is not read: use JSON.`)
  for (const [what, found] of SLOW)
    if ((text.match(found)?.length ?? 0) > SLOW_AT_MOST) throw new DefinitionError(`more than ${SLOW_AT_MOST} ${what}`)
  try {
    // Whether keys are unique takes time with their square.
    return parse(text, { maxAliasCount: MOST_ALIASES, logLevel: "error", schema: "core", uniqueKeys: false })
  } catch (error) {
    throw new DefinitionError(error instanceof Error ? error.message.slice(0, 300) : "no YAML")
  }
}

/** What `$ref` leads to within the document, itself where it is no reference. */
export function resolve(root: JsonObject, value: unknown, most = 10): unknown {
  const reference = member(value, "$ref")
  if (typeof reference !== "string" || most === 0) return value
  let found: unknown = reference.startsWith("#/") ? root : undefined
  for (const step of reference.slice(2).split("/"))
    found = member(found, step.replaceAll("~1", "/").replaceAll("~0", "~"))
  return resolve(root, found, most - 1)
}
