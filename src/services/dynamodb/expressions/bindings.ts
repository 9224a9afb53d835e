import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { WireError } from "../../../wire/errors.ts"
import { invalid } from "../errors.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { assertAttributeName, parseValue } from "../values/parse.ts"
import type { ExpressionKind, Path, WrittenPath } from "./syntax.ts"

/** What a request says that the placeholders of its expressions stand for, and which of them were used. */
export interface Bindings {
  readonly names: ReadonlyMap<string, string>
  readonly values: ReadonlyMap<string, AttributeValue>
  readonly usedNames: Set<string>
  readonly usedValues: Set<string>
  /** The attributes that some path goes into: no key may be among them. */
  readonly entered: Set<string>
}

type Which = "Names" | "Values"

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
    entered: new Set(),
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
    assertKey("Names", key, PLACEHOLDER)
    try {
      assertAttributeName(name)
    } catch (error) {
      throw invalidEntry("Names", key, error)
    }
  }
  return new Map(entries)
}

/** How long it is before what it is written with (ExtendDB #181, measured on AWS). */
function assertKey(which: Which, key: string, form: RegExp): void {
  if (key.length > MAXIMUM_PLACEHOLDER_LENGTH) throw tooLong(which, key)
  if (!form.test(key)) throw invalid(`ExpressionAttribute${which} contains invalid key: Syntax error; key: "${key}"`)
}

/** The same words for names as for values. UNVERIFIED: of names. */
function invalidEntry(which: Which, key: string, error: unknown): unknown {
  return error instanceof WireError
    ? invalid(`ExpressionAttribute${which} contains invalid value: ${error.message} for key ${key}`)
    : error
}

const tooLong = (which: Which, key: string): WireError =>
  // UNVERIFIED: the text; the limit is documented.
  invalid(`ExpressionAttribute${which} contains invalid key: The expression attribute key is too long; key: "${key}"`)

function parseValues(given: Record<string, WireAttributeValue> | undefined): ReadonlyMap<string, AttributeValue> {
  if (given === undefined) return NO_VALUES
  const entries = Object.entries(given)
  if (entries.length === 0) throw invalid("ExpressionAttributeValues must not be empty")
  // Every key before any value (ExtendDB #201, measured on AWS).
  for (const [key] of entries) assertKey("Values", key, VALUE_PLACEHOLDER)
  const values = new Map<string, AttributeValue>()
  for (const [key, value] of entries) {
    try {
      values.set(key, parseValue(value))
    } catch (error) {
      throw invalidEntry("Values", key, error)
    }
  }
  return values
}

export function bindPath(bindings: Bindings, kind: ExpressionKind, written: WrittenPath): Path {
  const path = withNames(bindings, kind, written)
  if (path.length > 1) bindings.entered.add(path[0] as string)
  return path
}

function withNames(bindings: Bindings, kind: ExpressionKind, path: WrittenPath): Path {
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

function assertUsed(which: Which, given: ReadonlyMap<string, unknown>, used: ReadonlySet<string>): void {
  if (used.size === given.size) return
  const unused = [...given.keys()].filter((key) => !used.has(key))
  throw invalid(`Value provided in ExpressionAttribute${which} unused in expressions: keys: {${unused.join(", ")}}`)
}
