import { parseJson } from "./document.ts"
import { compileJsonPath, JsonPathError } from "./json-path.ts"

/** The whole text, or of JSON what a path leads to: `error.messages[0]`. Undefined where it leads nowhere. */
export function findByPath(body: Buffer, path: string | undefined): string | undefined {
  const text = body.toString("utf8")
  if (path === undefined) return text
  const value = valueAt(text, path)
  if (value === undefined || value === null) return undefined
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

function valueAt(text: string, path: string): unknown {
  try {
    return compileJsonPath(path)(parseJson(text))
  } catch (error) {
    if (error instanceof JsonPathError) return undefined
    throw error
  }
}
