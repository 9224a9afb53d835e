/**
 * What expressions are worth. Nothing there is `undefined`; what JSON has as `null`, within lists and maps, is read as that. Objects of JSON are plain objects, of which only own members
 * count; `Native` ones are lent by whoever renders.
 */
export type Value = undefined | boolean | number | bigint | string | readonly Value[] | MapValue | Native

export interface MapValue {
  [key: string]: Value
}

/** A list that a template made. It prints as Java's `ArrayList` does, while those of JSON print as JSON. */
export class TemplateList extends Array<Value> {}

/** `textOf` says how an argument prints; `make` pays for what the method goes through, in characters. */
export type NativeMethod = (
  given: readonly Value[],
  textOf: (value: Value) => string,
  make: (length: number) => void,
) => Value

/** Something with methods: `$input`, `$util`. Arguments may be fewer than a method wants. */
export class Native {
  readonly methods: Readonly<Record<string, NativeMethod>>
  readonly properties: Readonly<Record<string, Value>>

  constructor(methods: Native["methods"], properties: Native["properties"] = {}) {
    this.methods = methods
    this.properties = properties
  }
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

export const isMap = (value: Value): value is MapValue =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Native)

export const there = (value: Value): Value => value ?? undefined

export const findMember = (map: MapValue, key: string): Value => (Object.hasOwn(map, key) ? there(map[key]) : undefined)

/** As its own, whatever it is named: `__proto__` too. */
export const putMember = (map: MapValue, key: string, value: Value): void =>
  void Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true })

/** Only what is nothing, and false, does not hold (Velocity 1.7; a text without characters does). */
export const isTrue = (value: Value): boolean => value !== undefined && value !== false

export const isNumber = (value: Value): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint"
