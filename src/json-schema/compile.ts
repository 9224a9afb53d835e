import { KEYWORDS } from "./keywords.ts"
import { type Compile, type Json, SchemaError, type Validate, type Visit } from "./schema.ts"
import { isObject } from "./values.ts"

/** What is wrong with a value: nothing, or a list of faults, of which not all need be told. */
export type Faults = readonly string[]

/** Looks up what a reference to another document leads to: the document. */
export type FindDocument = (uri: string) => Json | undefined

/** A visit to a schema takes well under a microsecond. Schemas may ask the same again and again (`anyOf` in `anyOf`). */
const STEPS_AT_MOST = 500_000
const DEPTH_AT_MOST = 200
const FAULTS_AT_MOST = 20
/** Parts of a schema, with those of documents that it leads to. */
const PARTS_AT_MOST = 20_000

/**
 * Prepares a schema of JSON Schema draft 4, once; validators that generate code take half a second for one of a thousand
 * properties, and as long as it likes for what a schema makes them try. `format` says nothing, as the draft allows.
 *
 * @throws {SchemaError}
 */
export function compileSchema(root: Json, findDocument: FindDocument = () => undefined): (value: Json) => Faults {
  const referred = new Map<string, Validate>()
  let parts = 0
  const whole = compilerOf(root, "").schema(root)
  return (value) => validate(whole, value)

  /** Of the schemas of one document. */
  function compilerOf(document: Json, uri: string): Compile {
    let depth = 0
    const compiler: Compile = {
      schema(schema) {
        if (!isObject(schema)) throw new SchemaError("A schema is no object.")
        if (++depth > DEPTH_AT_MOST || ++parts > PARTS_AT_MOST) throw new SchemaError("The schema is too large.")
        // Beside a reference nothing counts (draft 4, "JSON Reference").
        const names = Object.hasOwn(schema, "$ref") ? ["$ref"] : Object.keys(schema)
        const checks = names.flatMap((name) =>
          Object.hasOwn(KEYWORDS, name) ? (KEYWORDS[name]!(schema[name]!, schema, compiler) ?? []) : [],
        )
        depth--
        return (value, visit) => {
          visit.spend(1)
          let isRight = true
          for (const check of checks) isRight = check(value, visit) && isRight
          return isRight
        }
      },
      reference(reference) {
        if (typeof reference !== "string") throw new SchemaError("A $ref is no text.")
        const [address = "", pointer = ""] = reference.split("#", 2)
        const key = `${address || uri}#${pointer}`
        const known = referred.get(key)
        if (known) return known
        // It may lead back to where it stands: whoever follows it does so when a value is there.
        let target: Validate | undefined
        referred.set(key, (value, visit) => target!(value, visit))
        const held = address === "" ? document : findDocument(address)
        if (held === undefined) throw new SchemaError(`The reference ${reference} leads nowhere.`)
        const within = address === "" ? compiler : compilerOf(held, address)
        target = within.schema(follow(held, pointer, reference))
        return referred.get(key)!
      },
    }
    return compiler
  }
}

/** JSON Pointer (RFC 6901) in a fragment. */
function follow(document: Json, pointer: string, reference: string): Json {
  let value: Json | undefined = document
  for (const step of pointer.split("/").slice(1)) {
    const name = unescapeStep(step)
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, Json>>)[name]
        : undefined
  }
  if (value === undefined) throw new SchemaError(`The reference ${reference} leads nowhere.`)
  return value
}

function unescapeStep(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")
  } catch {
    return step
  }
}

/** What takes too long is as wrong as what is wrong: the value is not taken. */
class TooLong extends Error {}

function validate(whole: Validate, value: Json): Faults {
  const faults: string[] = []
  let left = STEPS_AT_MOST
  let trying = 0
  const visit: Visit = {
    fails(fault) {
      if (trying === 0 && faults.length < FAULTS_AT_MOST) faults.push(fault)
      return false
    },
    all(items, check) {
      let isRight = true
      for (const [at, item] of items.entries()) {
        isRight = check(item, at) && isRight
        // What is found out is enough where nobody is told of it.
        if (!isRight && (trying > 0 || faults.length >= FAULTS_AT_MOST)) return false
      }
      return isRight
    },
    tries(check) {
      trying++
      const isRight = check()
      trying--
      return isRight
    },
    spend(steps) {
      left -= steps
      if (left < 0) throw new TooLong()
    },
  }
  try {
    return whole(value, visit) ? [] : faults
  } catch (error) {
    // A value that is too deep for the stack.
    if (error instanceof TooLong || error instanceof RangeError)
      return [...faults, "the instance takes too long to validate"]
    throw error
  }
}
