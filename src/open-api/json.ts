/** A value of a document of strangers. */
export type Json = unknown
export type JsonObject = Readonly<Record<string, Json>>

export const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const objectOf = (value: Json): JsonObject => (isObject(value) ? value : {})

/** A member of its own, whatever it is called. */
export const member = (value: Json, name: string): Json =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

export const textOf = (value: Json): string | undefined =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined

export const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: Json): string[] => listOf(value).filter((one) => typeof one === "string")

/** Texts by name; what is no text is left out. */
export const textMap = (value: Json): Record<string, string> | undefined =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, one]) => {
          const text = textOf(one)
          return text === undefined ? [] : [[name, text]]
        }),
      )
    : undefined

/** Members that are undefined left out. */
export const given = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
