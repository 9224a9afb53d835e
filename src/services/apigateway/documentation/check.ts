import { badRequest } from "../errors.ts"
import type { Location } from "./record.ts"

/** AWS names no limit; a version holds all of them. */
const MOST_PROPERTIES = 64 * 1024

/** UNVERIFIED texts. */
export function assertProperties(properties: string): void {
  if (properties.trim() === "") throw badRequest("Documentation part properties must be non-empty")
  if (properties.length > MOST_PROPERTIES) throw badRequest("Documentation part properties are too long")
  try {
    const parsed: unknown = JSON.parse(properties)
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return
  } catch {}
  throw badRequest("Documentation part properties must be a JSON object")
}

export const placeOf = ({ type, path, method, statusCode, name }: Location): string =>
  JSON.stringify([type, path, method, statusCode, name])
