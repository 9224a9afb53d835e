import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { WireError } from "../../../wire/errors.ts"
import { invalid } from "../errors.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { parseValue } from "../values/parse.ts"
import type { ExpressionKind, Path, WrittenPath } from "./syntax.ts"

/** What a request says that the placeholders of its expressions stand for, and which of them were used. */
export interface Bindings {
  readonly names: ReadonlyMap<string, string>
  readonly values: ReadonlyMap<string, AttributeValue>
  readonly usedNames: Set<string>
  readonly usedValues: Set<string>
}

const PLACEHOLDER = /^#[A-Za-z0-9_]+$/
const VALUE_PLACEHOLDER = /^:[A-Za-z0-9_]+$/
/** DynamoDB Developer Guide, "Quotas": expression parameters. */
const MAXIMUM_PLACEHOLDER_LENGTH = 255

/** `expressions` are those that the operation takes values in, by name, sent or not. */
export function bindingsOf(
  names: Record<string, string> | undefined,
  values: Record<string, WireAttributeValue> | undefined,
  expressions: { withNames: Record<string, string | undefined>; withValues: Record<string, string | undefined> },
): Bindings {
  if (names !== undefined && !isAnySent(expressions.withNames)) {
    throw invalid("ExpressionAttributeNames can only be specified when using expressions")
  }
  if (values !== undefined && !isAnySent(expressions.withValues)) {
    const missing = Object.keys(expressions.withValues)
    const verb = missing.length > 1 ? "are" : "is"
    throw invalid(
      `ExpressionAttributeValues can only be specified when using expressions: ${missing.join(" and ")} ${verb} null`,
    )
  }
  return {
    names: parseNames(names),
    values: parseValues(values),
    usedNames: new Set(),
    usedValues: new Set(),
  }
}

const isAnySent = (expressions: Record<string, string | undefined>): boolean =>
  Object.values(expressions).some((expression) => expression !== undefined)

const NO_NAMES: ReadonlyMap<string, string> = new Map()
const NO_VALUES: ReadonlyMap<string, AttributeValue> = new Map()

function parseNames(given: Record<string, string> | undefined): ReadonlyMap<string, string> {
  if (given === undefined) return NO_NAMES
  const entries = Object.entries(given)
  if (entries.length === 0) throw invalid("ExpressionAttributeNames must not be empty")
  for (const [key, name] of entries) {
    if (!PLACEHOLDER.test(key)) {
      throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`)
    }
    if (key.length > MAXIMUM_PLACEHOLDER_LENGTH) throw tooLong("Names", key)
    // UNVERIFIED: the text.
    if (name === "")
      throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name; key: "${key}"`)
  }
  return new Map(entries)
}

const tooLong = (which: string, key: string): WireError =>
  // UNVERIFIED: the text; the limit is documented.
  invalid(`ExpressionAttribute${which} contains invalid key: The expression attribute key is too long; key: "${key}"`)

function parseValues(given: Record<string, WireAttributeValue> | undefined): ReadonlyMap<string, AttributeValue> {
  if (given === undefined) return NO_VALUES
  const entries = Object.entries(given)
  if (entries.length === 0) throw invalid("ExpressionAttributeValues must not be empty")
  const values = new Map<string, AttributeValue>()
  for (const [key, value] of entries) {
    if (!VALUE_PLACEHOLDER.test(key)) {
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`)
    }
    if (key.length > MAXIMUM_PLACEHOLDER_LENGTH) throw tooLong("Values", key)
    try {
      values.set(key, parseValue(value))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`)
    }
  }
  return values
}

export function bindPath(bindings: Bindings, kind: ExpressionKind, path: WrittenPath): Path {
  if (!path.some((step) => typeof step === "string" && step.startsWith("#"))) return path
  return path.map((step) => {
    if (typeof step === "number" || !step.startsWith("#")) return step
    const name = bindings.names.get(step)
    if (name === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${step}`,
      )
    }
    bindings.usedNames.add(step)
    return name
  })
}

export function bindValue(bindings: Bindings, kind: ExpressionKind, placeholder: string): AttributeValue {
  const value = bindings.values.get(placeholder)
  if (value === undefined) {
    throw invalid(
      `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
    )
  }
  bindings.usedValues.add(placeholder)
  return value
}

/** Called when every expression is bound. */
export function assertAllUsed({ names, values, usedNames, usedValues }: Bindings): void {
  assertUsed("Names", names, usedNames)
  assertUsed("Values", values, usedValues)
}

function assertUsed(which: "Names" | "Values", given: ReadonlyMap<string, unknown>, used: ReadonlySet<string>): void {
  if (used.size === given.size) return
  const unused = [...given.keys()].filter((key) => !used.has(key))
  throw invalid(`Value provided in ExpressionAttribute${which} unused in expressions: keys: {${unused.join(", ")}}`)
}
