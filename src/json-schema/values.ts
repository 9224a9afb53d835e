import type { Json, JsonObject } from "./schema.ts"

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** As messages call it. */
export const kindOf = (value: Json): string => typesOf(value)[0]!

/** The types of draft 4 that a value is of: whole numbers are of two. */
export function typesOf(value: Json): readonly string[] {
  if (value === null) return ["null"]
  if (Array.isArray(value)) return ["array"]
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"]
  return [typeof value]
}

const SHOWN_CHARACTERS = 500

/** In a message: JSON, and not all of what is long. */
export function show(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text
}
