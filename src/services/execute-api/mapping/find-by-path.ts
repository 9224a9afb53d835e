import { RENDER_LIMITS } from "../../../velocity/index.ts"
import { parseJson } from "./document.ts"
import { compileJsonPath, JsonPathError, weightOf } from "./json-path.ts"

/** The whole text, or of JSON what a path leads to: `error.messages[0]`. Undefined where it leads nowhere. */
export function findByPath(body: Buffer, path: string | undefined): string | undefined {
  const text = body.toString("utf8")
  if (path === undefined) return text
  const value = valueAt(text, path)
  if (value === undefined || value === null) return undefined
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** As of a template: what takes longer leads nowhere. */
const EFFORT_AT_MOST = RENDER_LIMITS.characters

function valueAt(text: string, path: string): unknown {
  if (text.length * weightOf(path) > EFFORT_AT_MOST) return undefined
  try {
    return compileJsonPath(path)(parseJson(text))
  } catch (error) {
    if (error instanceof JsonPathError) return undefined
    throw error
  }
}
