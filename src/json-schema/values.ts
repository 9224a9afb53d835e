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

/** In a message: JSON, and not all of what is long, of which no more is looked at than is shown. */
export function show(value: Json): string {
  const text = shown(value, SHOWN_CHARACTERS)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text
}

/** Its JSON, or more than `most` characters that it begins with. */
function shown(value: Json, most: number): string {
  if (typeof value === "string") return JSON.stringify(value.length > most ? value.slice(0, most + 1) : value)
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  let text = isList ? "[" : "{"
  for (const name in value) {
    if (text.length > most) return text
    if (text.length > 1) text += ","
    if (!isList) text += `${shown(name, most)}:`
    text += shown((value as JsonObject)[name]!, Math.max(0, most - text.length))
  }
  return text + (isList ? "]" : "}")
}
