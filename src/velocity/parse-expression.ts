import { type Cursor, deeper, expect, fault, parseItems, skipBlanks, take, takeText } from "./cursor.ts"
import { parseReference } from "./parse-reference.ts"
import type { Expression, Operator } from "./syntax.ts"

/** Weakest first; words stand for the same (VTL Reference, "Conditionals"). */
const LEVELS: readonly { pattern: RegExp; operators: Readonly<Record<string, Operator>> }[] = [
  { pattern: /\|\||or\b/y, operators: { "||": "||", or: "||" } },
  { pattern: /&&|and\b/y, operators: { "&&": "&&", and: "&&" } },
  { pattern: /==|!=|(?:eq|ne)\b/y, operators: { "==": "==", eq: "==", "!=": "!=", ne: "!=" } },
  {
    pattern: /<=|>=|<|>|(?:lt|le|gt|ge)\b/y,
    operators: { "<": "<", lt: "<", "<=": "<=", le: "<=", ">": ">", gt: ">", ">=": ">=", ge: ">=" },
  },
  { pattern: /[+-]/y, operators: { "+": "+", "-": "-" } },
  { pattern: /[*/%]/y, operators: { "*": "*", "/": "/", "%": "%" } },
]

const OPERATIONS_AT_MOST = 500

export const parseExpression = (cursor: Cursor): Expression => deeper(cursor, () => parseLevel(cursor, 0))

function parseLevel(cursor: Cursor, level: number): Expression {
  const known = LEVELS[level]
  if (!known) return parseUnary(cursor)
  let left = parseLevel(cursor, level + 1)
  for (let operations = 0; ; operations++) {
    // Each of them stands within the next.
    if (operations > OPERATIONS_AT_MOST) throw fault(cursor, "Too many operations stand beside each other")
    skipBlanks(cursor)
    const found = take(cursor, known.pattern)
    if (found === undefined) return left
    left = { is: "operation", operator: known.operators[found]!, left, right: parseLevel(cursor, level + 1) }
  }
}

function parseUnary(cursor: Cursor): Expression {
  skipBlanks(cursor)
  if (take(cursor, /!|not\b/y) !== undefined) return deeper(cursor, () => ({ is: "not", operand: parseUnary(cursor) }))
  const number = take(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  if (number !== undefined) return { is: "constant", value: Number(number) }
  if (takeText(cursor, "-")) return deeper(cursor, () => ({ is: "negative", operand: parseUnary(cursor) }))
  return parsePrimary(cursor)
}

const WORDS: Readonly<Record<string, boolean | undefined>> = { true: true, false: false, null: undefined }

function parsePrimary(cursor: Cursor): Expression {
  switch (cursor.text[cursor.at]) {
    case "$": {
      const reference = parseReference(cursor)
      if (reference) return { is: "value", reference }
      break
    }
    case '"':
      return parseQuoted(cursor)
    case "'":
      return { is: "constant", value: takeQuoted(cursor, "'") }
    case "(": {
      cursor.at++
      const inner = parseExpression(cursor)
      expect(cursor, ")")
      return inner
    }
    case "[":
      return parseList(cursor)
    case "{":
      return parseMap(cursor)
  }
  const word = take(cursor, /(?:true|false|null)\b/y)
  if (word !== undefined) return { is: "constant", value: WORDS[word] }
  throw fault(cursor, "An expression is missing")
}

/** A quote within is written twice; a backslash is a character like any other. */
function takeQuoted(cursor: Cursor, quote: string): string {
  const begin = cursor.at
  const text = take(cursor, quote === "'" ? /'(?:[^']|'')*'/y : /"(?:[^"]|"")*"/y)
  if (text === undefined) throw fault({ ...cursor, at: begin }, "A text does not end")
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}

function parseQuoted(cursor: Cursor): Expression {
  const text = takeQuoted(cursor, '"')
  if (!/[$#]/.test(text)) return { is: "constant", value: text }
  return { is: "interpolated", template: deeper(cursor, () => cursor.grammar.template(text, cursor.depth)) }
}

function parseList(cursor: Cursor): Expression {
  cursor.at++
  const items = parseItems(cursor, "]", () => {
    const item = parseExpression(cursor)
    skipBlanks(cursor)
    return takeText(cursor, "..") ? ({ is: "range", from: item, to: parseExpression(cursor) } as const) : item
  })
  const [first] = items
  return items.length === 1 && first!.is === "range" ? first! : { is: "list", items }
}

function parseMap(cursor: Cursor): Expression {
  cursor.at++
  const entries = parseItems(cursor, "}", () => {
    const key = parseExpression(cursor)
    expect(cursor, ":")
    return { key, value: parseExpression(cursor) }
  })
  return { is: "map", entries }
}
