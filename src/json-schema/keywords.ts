import { RE2JS, RE2JSException } from "re2js"
import { type Compile, type Json, type JsonObject, SchemaError, type Validate, type Visit } from "./schema.ts"
import { isObject, kindOf, show, typesOf } from "./values.ts"

/** What a keyword of a schema asks of a value; undefined where what stands there asks nothing. */
export type Keyword = (wanted: Json, schema: JsonObject, compile: Compile) => Validate | undefined

const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"]

/** JSON Schema draft 4, "Validation keywords" (draft-fge-json-schema-validation-00). Texts are those of json-schema-validator. */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  $ref: (wanted, _, compile) => compile.reference(wanted),
  type(wanted) {
    const allowed = listOf(wanted, "type").map((one) => (TYPES.includes(one) ? one : wrong("type", one)))
    const list = `[${allowed.map((one) => JSON.stringify(one)).join(", ")}]`
    return (value, visit) => {
      if (typesOf(value).some((type) => allowed.includes(type))) return true
      return visit.fails(
        `instance type (${kindOf(value)}) does not match any allowed primitive type (allowed: ${list})`,
      )
    }
  },
  enum(wanted) {
    if (!Array.isArray(wanted)) return wrong("enum", wanted)
    const plain = new Set(wanted.filter((one) => typeof one !== "object"))
    const texts = new Set(wanted.filter((one) => typeof one === "object").map((one) => canonical(one)))
    return (value, visit) =>
      (typeof value === "object" ? texts.size > 0 && texts.has(canonical(value, visit)) : plain.has(value)) ||
      visit.fails(`instance value (${show(value)}) not found in enum (possible values: ${show(wanted)})`)
  },
  maximum: (wanted, { exclusiveMaximum }) =>
    bound(wanted, exclusiveMaximum === true, (value, limit) => value - limit, ["greater", "maximum"]),
  minimum: (wanted, { exclusiveMinimum }) =>
    bound(wanted, exclusiveMinimum === true, (value, limit) => limit - value, ["lower", "minimum"]),
  multipleOf(wanted) {
    const divisor = numberOf(wanted, "multipleOf")
    return (value, visit) => {
      if (typeof value !== "number" || Number.isInteger(Number((value / divisor).toPrecision(12)))) return true
      return visit.fails(`remainder of division is not zero (${value} / ${divisor})`)
    }
  },
  maxLength: (wanted) => long(wanted, "maxLength", "long", "maximum allowed", (length, limit) => length <= limit),
  minLength: (wanted) => long(wanted, "minLength", "short", "required minimum", (length, limit) => length >= limit),
  pattern(wanted) {
    const pattern = patternOf(wanted)
    return (value, visit) => {
      if (typeof value !== "string" || pattern(value, visit)) return true
      return visit.fails(`ECMA 262 regex ${JSON.stringify(wanted)} does not match input string ${show(value)}`)
    }
  },
  maxItems(wanted) {
    const most = numberOf(wanted, "maxItems")
    return ofArrays(({ length }, visit) => {
      if (length <= most) return true
      return visit.fails(`array is too long: must have at most ${most} elements but instance has ${length} elements`)
    })
  },
  minItems(wanted) {
    const least = numberOf(wanted, "minItems")
    return ofArrays(({ length }, visit) => {
      if (length >= least) return true
      return visit.fails(`array is too short: must have at least ${least} elements but instance has ${length} elements`)
    })
  },
  uniqueItems(wanted) {
    if (wanted !== true) return undefined
    return ofArrays((list, visit) => {
      visit.spend(list.length)
      const texts = new Set(list.map((one) => canonical(one, visit)))
      return texts.size === list.length || visit.fails("array must not contain duplicate elements")
    })
  },
  items(wanted, { additionalItems }, compile) {
    if (!Array.isArray(wanted)) {
      const each = compile.schema(wanted)
      return ofArrays((list, visit) => visit.all(list, (item) => each(item, visit)))
    }
    const places = wanted.map(compile.schema)
    const rest = isObject(additionalItems) ? compile.schema(additionalItems) : undefined
    return ofArrays((list, visit) => {
      if (additionalItems === false && list.length > places.length)
        return visit.fails(`array contains elements beyond ${places.length}, and no others are allowed`)
      return visit.all(list, (item, at) => (places[at] ?? rest)?.(item, visit) ?? true)
    })
  },
  maxProperties(wanted) {
    const most = numberOf(wanted, "maxProperties")
    return ofObjects((object, visit) => {
      const { length } = Object.keys(object)
      return (
        length <= most ||
        visit.fails(`object has too many properties (found ${length} but schema requires at most ${most})`)
      )
    })
  },
  minProperties(wanted) {
    const least = numberOf(wanted, "minProperties")
    return ofObjects((object, visit) => {
      const { length } = Object.keys(object)
      return (
        length >= least ||
        visit.fails(`object has too few properties (found ${length} but schema requires at least ${least})`)
      )
    })
  },
  required(wanted) {
    // Of draft 3, `true` on a property, which draft 4 does not know.
    if (typeof wanted === "boolean") return undefined
    const names = listOf(wanted, "required")
    return ofObjects((object, visit) => {
      visit.spend(names.length >> GLANCES)
      const missing = names.filter((name) => !Object.hasOwn(object, name))
      return missing.length === 0 || visit.fails(`object has missing required properties (${show(sorted(missing))})`)
    })
  },
  properties(wanted, _, compile) {
    const schemas = schemasOf(wanted, "properties", compile)
    return ofObjects((object, visit) => {
      visit.spend(schemas.length >> GLANCES)
      return visit.all(schemas, ([name, validate]) => !Object.hasOwn(object, name) || validate(object[name]!, visit))
    })
  },
  patternProperties(wanted, _, compile) {
    const schemas = schemasOf(wanted, "patternProperties", compile).map(
      ([pattern, validate]) => [patternOf(pattern), validate] as const,
    )
    return ofObjects((object, visit) =>
      visit.all(Object.entries(object), ([name, value]) =>
        visit.all(schemas, ([pattern, validate]) => !pattern(name, visit) || validate(value, visit)),
      ),
    )
  },
  additionalProperties(wanted, { properties, patternProperties }, compile) {
    if (wanted === true) return undefined
    const known = new Set(isObject(properties) ? Object.keys(properties) : [])
    const patterns = isObject(patternProperties) ? Object.keys(patternProperties).map(patternOf) : []
    const isKnown = (name: string, visit: Visit) => known.has(name) || patterns.some((pattern) => pattern(name, visit))
    const rest = wanted === false ? undefined : compile.schema(wanted)
    return ofObjects((object, visit) => {
      visit.spend(Object.keys(object).length)
      const others = Object.keys(object).filter((name) => !isKnown(name, visit))
      if (rest) return visit.all(others, (name) => rest(object[name]!, visit))
      if (others.length === 0) return true
      return visit.fails(`object instance has properties which are not allowed by the schema: ${show(sorted(others))}`)
    })
  },
  dependencies(wanted, _, compile) {
    if (!isObject(wanted)) return wrong("dependencies", wanted)
    const rules = Object.entries(wanted).map(([name, rule]) => {
      const validate = isObject(rule) ? compile.schema(rule) : KEYWORDS.required!(rule, {}, compile)
      return [name, validate] as const
    })
    return ofObjects((object, visit) => {
      visit.spend(rules.length >> GLANCES)
      return visit.all(rules, ([name, validate]) => !Object.hasOwn(object, name) || (validate?.(object, visit) ?? true))
    })
  },
  allOf(wanted, _, compile) {
    const schemas = partsOf(wanted, "allOf", compile)
    return (value, visit) => visit.all(schemas, (validate) => validate(value, visit))
  },
  anyOf(wanted, _, compile) {
    const schemas = partsOf(wanted, "anyOf", compile)
    return (value, visit) =>
      schemas.some((validate) => visit.tries(() => validate(value, visit))) ||
      visit.fails(`instance failed to match at least one required schema among ${schemas.length}`)
  },
  oneOf(wanted, _, compile) {
    const schemas = partsOf(wanted, "oneOf", compile)
    return (value, visit) => {
      const matched = schemas.filter((validate) => visit.tries(() => validate(value, visit))).length
      if (matched === 1) return true
      return visit.fails(
        `instance failed to match exactly one schema (matched ${matched === 0 ? "none" : matched} out of ${schemas.length})`,
      )
    }
  },
  not(wanted, _, compile) {
    const validate = compile.schema(wanted)
    return (value, visit) =>
      !visit.tries(() => validate(value, visit)) || visit.fails("instance matched a schema which it should not have")
  },
}

/** A glance at a name takes an eighth of a step. */
const GLANCES = 3
/** As many characters as are compared, or held against a pattern, in one step: 1 << 4. */
const CHARACTERS = 4

/** Two values are the same where these texts are. What a value is made of is paid for: it may hold millions of others. */
function canonical(value: Json, visit?: Visit): string {
  return JSON.stringify(value, (_, member: Json) => {
    visit?.spend(typeof member === "string" ? 1 + (member.length >> CHARACTERS) : 1)
    return isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member
  })
}

const NAMES_SHOWN = 500

/** No more than anybody is shown. */
const sorted = (names: readonly string[]): string[] => names.slice(0, NAMES_SHOWN).sort()

function bound(
  wanted: Json,
  isExclusive: boolean,
  beyond: (value: number, limit: number) => number,
  [than, which]: readonly [string, string],
): Validate {
  const limit = numberOf(wanted, which)
  return (value, visit) => {
    if (typeof value !== "number") return true
    const by = beyond(value, limit)
    if (by < 0 || (by === 0 && !isExclusive)) return true
    if (by === 0)
      return visit.fails(
        `numeric instance is not strictly ${than === "lower" ? "greater" : "lower"} than the required ${which} ${limit}`,
      )
    return visit.fails(`numeric instance is ${than} than the required ${which} (${which}: ${limit}, found: ${value})`)
  }
}

function long(
  wanted: Json,
  keyword: string,
  how: string,
  which: string,
  holds: (length: number, limit: number) => boolean,
): Validate {
  const limit = numberOf(wanted, keyword)
  return (value, visit) => {
    if (typeof value !== "string") return true
    // Characters, as RFC 7159 counts them, where there may be too many or too few of the halves of some.
    const length = value.length > 2 * limit ? value.length : charactersOf(value)
    return (
      holds(length, limit) || visit.fails(`string ${show(value)} is too ${how} (length: ${length}, ${which}: ${limit})`)
    )
  }
}

/** Pairs of surrogates are one. */
function charactersOf(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const isFirst = (text.charCodeAt(at) & 0xfc00) === 0xd800
    if (isFirst && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at++
    count++
  }
  return count
}

const ofArrays =
  (validate: (list: readonly Json[], visit: Visit) => boolean): Validate =>
  (value, visit) =>
    !Array.isArray(value) || validate(value, visit)

const ofObjects =
  (validate: (object: JsonObject, visit: Visit) => boolean): Validate =>
  (value, visit) =>
    !isObject(value) || validate(value, visit)

const schemasOf = (wanted: Json, keyword: string, compile: Compile): (readonly [string, Validate])[] =>
  isObject(wanted)
    ? Object.entries(wanted).map(([name, schema]) => [name, compile.schema(schema)] as const)
    : wrong(keyword, wanted)

const partsOf = (wanted: Json, keyword: string, compile: Compile): Validate[] =>
  Array.isArray(wanted) && wanted.length > 0 ? wanted.map(compile.schema) : wrong(keyword, wanted)

const listOf = (wanted: Json, keyword: string): string[] => {
  const list = Array.isArray(wanted) ? wanted : [wanted]
  return list.every((one) => typeof one === "string") ? list : wrong(keyword, wanted)
}

const numberOf = (wanted: Json, keyword: string): number =>
  typeof wanted === "number" ? wanted : wrong(keyword, wanted)

/** Found anywhere in the text, in time that grows with the text alone, and is paid for. */
function patternOf(wanted: Json): (text: string, visit: Visit) => boolean {
  if (typeof wanted !== "string") return wrong("pattern", wanted)
  try {
    const compiled = RE2JS.compile(wanted)
    return (text, visit) => {
      visit.spend(1 + (text.length >> CHARACTERS))
      return compiled.test(text)
    }
  } catch (error) {
    if (error instanceof RE2JSException)
      throw new SchemaError(`The pattern ${show(wanted)} cannot be used: ${error.message}`)
    throw error
  }
}

function wrong(keyword: string, value: Json): never {
  throw new SchemaError(`The value of ${keyword} is wrong: ${show(value)}`)
}
