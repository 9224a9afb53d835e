import { JSONPathEnvironment, JSONPathError, type JSONPathQuery, type JSONValue } from "json-p3"

/** Prepared, for any number of documents. Undefined where it leads nowhere; null is something. */
export type JsonPath = (document: unknown) => unknown

/** It is none, or asks too much: `..` within `..`, of a large document. */
export class JsonPathError extends Error {
  override name = "JsonPathError"
}

const MATCHES_AT_MOST = 10_000
const DESCENTS_AT_MOST = 2
const CHARACTERS_AT_MOST = 1_024

const environment = new JSONPathEnvironment({ maxRecursionDepth: 100_000 })
// Whose regular expressions may take for ever.
for (const name of ["match", "search"]) environment.functionRegister.delete(name)

/** Templates ask the same few again and again. */
const KNOWN_AT_MOST = 256
const known = new Map<string, JsonPath>()

/**
 * `$.pets[0].name`, `$['a b']`, `$..price`, `$.pets[?(@.price < 10)].name`; a path that does not begin with `$` begins below it.
 * What leads to one place answers what is there, all others a list, as Jayway's JsonPath has it, which API Gateway runs.
 *
 * @throws {JsonPathError}
 */
export function compileJsonPath(text: string): JsonPath {
  const before = known.get(text)
  if (before) return before
  if (text.length > CHARACTERS_AT_MOST) throw new JsonPathError("The path is too long.")
  const path = simplePath(text) ?? anyPath(text)
  if (known.size >= KNOWN_AT_MOST) known.clear()
  known.set(text, path)
  return path
}

const STEP = /\.([^.[\]()'"*@?$\s]+)|\[(\d+)\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/y

/** What it takes for each character of a document, beside making a text of it. */
export const weightOf = (path: string): number => (/\.\.|\?/.test(path) ? 16 : /[*:]/.test(path) ? 1 : 0)

/** Names and places alone, which nearly all are; names may have hyphens, as Jayway takes them. */
function simplePath(text: string): JsonPath | undefined {
  const { path, isLength } = withoutLength(text.trim())
  const rooted = path.startsWith("$") ? path.slice(1) : path.startsWith("[") ? path : `.${path}`
  const steps: string[] = []
  for (STEP.lastIndex = 0; STEP.lastIndex < rooted.length; ) {
    const found = STEP.exec(rooted)
    if (!found) return undefined
    steps.push(found[1] ?? found[2] ?? found[3] ?? found[4]!)
  }
  return (document) => {
    let value: unknown = document
    for (const step of steps) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined
      if (Array.isArray(value) && !/^\d+$/.test(step)) return undefined
      value = (value as Readonly<Record<string, unknown>>)[step]
    }
    return isLength ? lengthOf(value) : value
  }
}

function anyPath(text: string): JsonPath {
  const { path, isLength } = withoutLength(text.trim())
  if (path.split("..").length - 1 > DESCENTS_AT_MOST) throw new JsonPathError("The path looks everywhere too often.")
  const query = parse(path.startsWith("$") ? path : `$.${path}`)
  return (document) => {
    const found: unknown[] = []
    try {
      for (const { value } of query.lazyQuery(document as JSONValue)) {
        if (found.push(value) > MATCHES_AT_MOST) throw new JsonPathError("The path leads to too much.")
      }
    } catch (error) {
      // Of a document that is too deep for the stack.
      if (error instanceof JSONPathError || error instanceof RangeError) throw new JsonPathError(error.message)
      throw error
    }
    if (isLength) return found.length
    return query.singularQuery() ? found[0] : found
  }
}

/** A function of Jayway's at the end of a path. */
function withoutLength(path: string): { path: string; isLength: boolean } {
  const isLength = path.endsWith(".length()")
  return { path: isLength ? path.slice(0, -".length()".length) : path, isLength }
}

const lengthOf = (value: unknown): number | undefined =>
  Array.isArray(value)
    ? value.length
    : typeof value === "object" && value !== null
      ? Object.keys(value).length
      : undefined

function parse(path: string): JSONPathQuery {
  try {
    return environment.compile(path)
  } catch (error) {
    if (error instanceof JSONPathError || error instanceof RangeError) throw new JsonPathError(error.message)
    throw error
  }
}
