import { RE2JS, RE2JSException } from "re2js"
import { RenderError } from "../budget.ts"
import { TemplateList, type Value } from "../value.ts"
import { indexOf, type Methods, toIndex, toText } from "./method.ts"

/** Of `java.lang.String`. Expressions are Java's but for references back and looking around, so that their time is bounded. */
export const TEXT_METHODS: Methods<string> = {
  length: (text) => text.length,
  isEmpty: (text) => text === "",
  equals: (text, _, [other]) => text === other,
  equalsIgnoreCase: (text, { printer }, [other]) => text.toLowerCase() === toText(printer, other).toLowerCase(),
  compareTo: (text, { printer }, [other]) => compare(text, toText(printer, other)),
  contains: (text, { printer }, [part]) => text.includes(toText(printer, part)),
  startsWith: (text, { printer }, [part, from]) => text.startsWith(toText(printer, part), toIndex(from)),
  endsWith: (text, { printer }, [part]) => text.endsWith(toText(printer, part)),
  indexOf: (text, { printer }, [part, from]) => text.indexOf(toText(printer, part), toIndex(from)),
  lastIndexOf: (text, { printer }, [part]) => text.lastIndexOf(toText(printer, part)),
  charAt: (text, _, [at]) => text[indexOf(at, text.length)],
  substring: (text, _, [from, to]) =>
    text.slice(indexOf(from, text.length + 1), to === undefined ? undefined : indexOf(to, text.length + 1)),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.replace(/^[\0- ]+|[\0- ]+$/g, ""),
  concat: (text, { printer, budget }, [other]) => {
    const more = toText(printer, other)
    budget.make(text.length + more.length)
    return text + more
  },
  replace: (text, { printer, budget }, [part, by]) => {
    const [from, to] = [toText(printer, part), toText(printer, by)]
    // Before it is made: each of its characters may become a long text.
    budget.make(text.length + VISIT * occurrences(text, from) * (1 + to.length))
    return text.replaceAll(from, () => to)
  },
  replaceAll: (text, { printer, budget }, [expression, by]) => {
    const to = toText(printer, by)
    const matcher = compiled(toText(printer, expression)).matcher(text)
    budget.make(VISIT * text.length)
    while (matcher.find()) budget.make(VISIT * (1 + to.length))
    return replacing(() => matcher.reset().replaceAll(to, true))
  },
  replaceFirst: (text, { printer, budget }, [expression, by]) => {
    budget.make(text.length)
    return replacing(() => compiled(toText(printer, expression)).matcher(text).replaceFirst(toText(printer, by), true))
  },
  matches: (text, { printer, budget }, [expression]) => {
    budget.make(text.length)
    return compiled(toText(printer, expression)).testExact(text)
  },
  split: (text, { printer, budget }, [expression, limit]) => {
    budget.make(text.length)
    const parts = compiled(toText(printer, expression)).split(text, toIndex(limit) ?? 0)
    budget.make(16 * parts.length)
    return TemplateList.from(parts)
  },
  toString: (text: string) => text,
}

/** What a match costs, in characters. */
const VISIT = 8

function occurrences(text: string, part: string): number {
  if (part === "") return text.length + 1
  let count = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++
  return count
}

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)

/** A template asks the same few again and again. */
const EXPRESSIONS_AT_MOST = 64
const expressions = new Map<string, RE2JS>()

function compiled(expression: string): RE2JS {
  const known = expressions.get(expression)
  if (known) return known
  const fresh = replacing(() => RE2JS.compile(expression))
  if (expressions.size >= EXPRESSIONS_AT_MOST) expressions.clear()
  expressions.set(expression, fresh)
  return fresh
}

function replacing<T extends Value | RE2JS>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RE2JSException || error instanceof RangeError) throw new RenderError(error.message)
    throw error
  }
}
