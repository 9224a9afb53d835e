import type { Run } from "../run.ts"
import { isList, isMap, Native, type Value } from "../value.ts"
import { LIST_METHODS, MAP_METHODS } from "./collections.ts"
import { type Methods, toText } from "./method.ts"
import { TEXT_METHODS } from "./texts.ts"

/** Of `java.lang.Integer`, `Double` and `Boolean`; by `$number.parseInt("1")` templates read numbers, as people do on AWS. */
const PLAIN_METHODS: Methods<number | bigint | boolean> = {
  intValue: (value) => Math.trunc(Number(value)),
  longValue: (value) => Math.trunc(Number(value)),
  doubleValue: (value) => Number(value),
  booleanValue: (value) => value === true,
  parseInt: (_, { printer }, [text]) => wholeNumber(toText(printer, text)),
  parseLong: (_, { printer }, [text]) => wholeNumber(toText(printer, text)),
  valueOf: (_: number | bigint | boolean, { printer }: Run, [text]: readonly Value[]) =>
    wholeNumber(toText(printer, text)),
  parseDouble: (_, { printer }, [text]) => decimal(toText(printer, text)),
  parseFloat: (_, { printer }, [text]) => decimal(toText(printer, text)),
  equals: (value, { printer }, [other]) => printer.areEqual(value, other),
  toString: (value: number | bigint | boolean) => String(value),
}

const wholeNumber = (text: string): Value => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined)
const decimal = (text: string): Value => (/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined)

/** What a method of a value answers; undefined where it has none of the name, as where it answers nothing. */
export function callMethod(value: Value, name: string, run: Run, given: readonly Value[]): Value {
  if (value === undefined) return undefined
  if (value instanceof Native) return made(callNative(value, name, run, given), run)
  if (typeof value === "string") {
    run.budget.make(value.length >> SCANNED)
    return made(find(TEXT_METHODS, name)?.(value, run, given), run)
  }
  if (isList(value)) return find(LIST_METHODS, name)?.(value, run, given)
  if (isMap(value)) return find(MAP_METHODS, name)?.(value, run, given)
  return find(PLAIN_METHODS, name)?.(value, run, given)
}

/** Of a text that is looked through, so many characters cost as much as one that is made: 1 << 5. */
const SCANNED = 5

/** What a method is given as a text it goes through. */
function callNative(native: Native, name: string, { printer, budget }: Run, given: readonly Value[]): Value {
  const textOf = (value: Value): string => {
    const text = toText(printer, value)
    budget.make(text.length)
    return text
  }
  return find(native.methods, name)?.(given, textOf, budget.make)
}

function made(answer: Value, { budget }: Run): Value {
  if (typeof answer === "string") budget.make(answer.length)
  return answer
}

const find = <T>(methods: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(methods, name) ? methods[name] : undefined
