import { WireError } from "./errors.ts"

export type Expected = "String" | "Number" | "Boolean" | "Timestamp" | "Blob" | "List" | "Map" | "Structure"

/** The refusal of a JSON value of the wrong type, in one service's words. `name` is the structure's. */
export type Mismatch = (value: unknown, expected: Expected, name: string) => WireError

export const serializationError = (message = ""): WireError => new WireError("SerializationException", message)

const JAVA: Record<Expected, string> = {
  String: "String",
  Number: "Integer",
  Boolean: "Boolean",
  Timestamp: "Date",
  Blob: "ByteBuffer",
  List: "List",
  Map: "Map",
  Structure: "Structure",
}

function token(value: unknown): string {
  if (typeof value === "string") return "STRING_VALUE"
  if (typeof value === "number") return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE"
  return value ? "TRUE_VALUE" : "FALSE_VALUE"
}

/**
 * DynamoDB's words. Reported: `NUMBER_VALUE cannot be converted to String` (connect-dynamodb #100), `Start of structure or
 * map found where not expected` (amplify-js #13265), `Unexpected field type` (JuliaCloud/AWS.jl #673). The rest UNVERIFIED.
 */
const dynamodb = (value: unknown, expected: Expected, name: string): string => {
  if (Array.isArray(value)) {
    if (expected === "Structure") return `Unrecognized collection type class com.amazonaws.dynamodb.v20120810.${name}`
    if (expected === "Map") return "Unrecognized collection type java.util.Map"
    return `Unrecognized collection type class java.${expected === "Blob" ? "nio" : expected === "Timestamp" ? "util" : "lang"}.${JAVA[expected]}`
  }
  if (typeof value === "object") return "Start of structure or map found where not expected"
  if (expected === "List" || expected === "Map") return "Unexpected field type"
  if (expected === "Structure") return "Unexpected value type in payload"
  if (expected === "Blob") return "only base-64-encoded strings are convertible to bytes"
  return `${token(value)} cannot be converted to ${JAVA[expected]}`
}

/**
 * The words of the other JSON services. Recorded from API Gateway (12-12-2024 and 18-06-2025) and reported from Cognito
 * (pmill/aws-cognito #10): `class ... can not be converted to an String`. The list and map texts UNVERIFIED.
 */
const coral = (value: unknown, expected: Expected): string => {
  if (Array.isArray(value)) return "Start of list found where not expected"
  if (typeof value === "object") return "Start of structure or map found where not expected."
  if (expected === "List") return "Expected list or null"
  if (expected === "Map" || expected === "Structure") return "Expected null"
  const found =
    typeof value === "string"
      ? "java.lang.String"
      : typeof value === "boolean"
        ? "java.lang.Boolean"
        : "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
  return `class ${found} can not be converted to an ${JAVA[expected]}`
}

export function mismatchOf(texts: "dynamodb" | "coral" = "coral"): Mismatch {
  const text = texts === "dynamodb" ? dynamodb : coral
  return (value, expected, name) => serializationError(text(value, expected, name))
}
