import { type Cursor, deeper, expect, fault, parseItems, skipBlanks, take } from "./cursor.ts"
import { parseExpression } from "./parse-expression.ts"
import { parseReference } from "./parse-reference.ts"
import type { Expression, Node, Reference } from "./syntax.ts"

/**
 * The template that a text is. Takes time in proportion to the text, whatever it is.
 *
 * @throws {TemplateSyntaxError}
 */
export const parseTemplate = (text: string): readonly Node[] => parseNested(text, 0)

/** A template within another, so deep. */
function parseNested(text: string, depth: number): readonly Node[] {
  const cursor: Cursor = { text, at: 0, depth, grammar: GRAMMAR }
  const { nodes, end } = parseBlock(cursor, () => false)
  if (end !== undefined) throw fault(cursor, `#${end} stands alone`)
  return nodes
}

const GRAMMAR = { expression: parseExpression, template: parseNested }

/** A line that holds nothing but a directive leaves no line behind. */
const LINE_END = /[ \t]*\r?\n/y

const ENDS = ["end", "else", "elseif"] as const
type End = (typeof ENDS)[number]

interface Block {
  nodes: Node[]
  /** The directive that ended it, already taken; undefined at the end of the text. */
  end: End | undefined
}

function parseBlock(cursor: Cursor, isEnd: (name: End) => boolean): Block {
  const nodes: Node[] = []
  let text = ""
  const flush = () => {
    if (text !== "") nodes.push({ is: "text", text })
    text = ""
  }
  while (cursor.at < cursor.text.length) {
    const plain = take(cursor, /[^$#\\]+/y)
    if (plain !== undefined) {
      text += plain
      continue
    }
    const begin = cursor.at
    const backslashes = take(cursor, /\\+/y) ?? ""
    const next = cursor.text[cursor.at]
    if (next === "$") {
      const reference = parseReference(cursor)
      if (reference) {
        flush()
        nodes.push({ is: "reference", reference, backslashes: backslashes.length })
        continue
      }
    } else if (next === "#" && backslashes === "") {
      const raw = takeUnparsed(cursor)
      if (raw !== undefined) {
        text += raw
        continue
      }
      const directive = takeDirective(cursor)
      if (isEndName(directive)) {
        if (!isEnd(directive)) throw fault({ ...cursor, at: begin }, `#${directive} stands alone`)
        flush()
        return { nodes, end: directive }
      }
      if (directive !== undefined) {
        const node = deeper(cursor, () => parseDirective(cursor, directive, begin))
        if (node) {
          flush()
          nodes.push(node)
          continue
        }
        cursor.at = begin
      }
    } else if (next === "#" && takeDirective(cursor) !== undefined) {
      // An escaped directive is text, and of its backslashes half are.
      text += backslashes.slice(0, backslashes.length >> 1) + cursor.text.slice(begin + backslashes.length, cursor.at)
      continue
    }
    // What begins nothing is what it is.
    cursor.at = Math.max(cursor.at, begin + Math.max(1, backslashes.length))
    text += cursor.text.slice(begin, cursor.at)
  }
  flush()
  return { nodes, end: undefined }
}

const isEndName = (name: string | undefined): name is End => ENDS.some((end) => end === name)

/** A comment is nothing, and what stands in `#[[` and `]]#` is text. */
function takeUnparsed(cursor: Cursor): string | undefined {
  if (take(cursor, /##[^\n]*\n?/y) !== undefined) return ""
  const close = cursor.text.startsWith("#*", cursor.at) ? "*#" : cursor.text.startsWith("#[[", cursor.at) ? "]]#" : ""
  if (close === "") return undefined
  const begin = cursor.at + close.length
  const end = cursor.text.indexOf(close, begin)
  if (end < 0) throw fault(cursor, `${close} is missing`)
  cursor.at = end + close.length
  return close === "*#" ? "" : cursor.text.slice(begin, end)
}

const takeDirective = (cursor: Cursor): string | undefined =>
  take(cursor, /#(?:\{[A-Za-z][\w-]*\}|[A-Za-z][\w-]*)/y)?.replace(/[#{}]/g, "")

/** Undefined where the name is none of a directive, and no arguments follow. */
function parseDirective(cursor: Cursor, name: string, begin: number): Node | undefined {
  switch (name) {
    case "set":
      return inParentheses(cursor, (): Node => {
        const target = getReference(cursor)
        expect(cursor, "=")
        return { is: "set", target, value: parseExpression(cursor) }
      })
    case "if":
      return parseIf(cursor)
    case "foreach": {
      const { variable, list } = inParentheses(cursor, () => {
        const { name: variable } = getReference(cursor)
        expect(cursor, "in")
        return { variable, list: parseExpression(cursor) }
      })
      return { is: "foreach", variable, list, body: parseBody(cursor) }
    }
    case "macro": {
      const [macro, ...parameters] = inParentheses(cursor, () => {
        const words = [take(cursor, /[A-Za-z][\w-]*/y) ?? ""]
        for (skipBlanks(cursor); cursor.text[cursor.at] === "$"; skipBlanks(cursor))
          words.push(getReference(cursor).name)
        return words
      })
      return { is: "macro", name: macro!, parameters, body: parseBody(cursor) }
    }
    case "define": {
      const defined = inParentheses(cursor, () => getReference(cursor).name)
      return { is: "define", name: defined, body: parseBody(cursor) }
    }
    case "break":
    case "stop":
      take(cursor, LINE_END)
      return { is: name }
  }
  if (take(cursor, /[ \t]*\(/y) === undefined) return undefined
  const given = parseItems(cursor, ")", () => parseExpression(cursor))
  return { is: "call", name, arguments: given, source: cursor.text.slice(begin, cursor.at) }
}

function parseIf(cursor: Cursor): Node {
  const branches: { condition?: Expression; body: readonly Node[] }[] = []
  let condition: Expression | undefined = inParentheses(cursor, () => parseExpression(cursor))
  for (;;) {
    const { nodes, end } = parseBlock(cursor, (name) => name === "end" || condition !== undefined)
    branches.push({ ...(condition && { condition }), body: nodes })
    if (end === undefined) throw fault(cursor, "#end is missing")
    if (end === "end") {
      take(cursor, LINE_END)
      return { is: "if", branches }
    }
    condition = end === "elseif" ? inParentheses(cursor, () => parseExpression(cursor)) : undefined
    if (end === "else") take(cursor, LINE_END)
  }
}

function parseBody(cursor: Cursor): readonly Node[] {
  const { nodes, end } = parseBlock(cursor, (name) => name === "end")
  if (end === undefined) throw fault(cursor, "#end is missing")
  take(cursor, LINE_END)
  return nodes
}

function inParentheses<T>(cursor: Cursor, parse: () => T): T {
  expect(cursor, "(")
  skipBlanks(cursor)
  const parsed = parse()
  expect(cursor, ")")
  take(cursor, LINE_END)
  return parsed
}

function getReference(cursor: Cursor): Reference {
  const reference = parseReference(cursor)
  if (!reference) throw fault(cursor, "A reference is missing")
  return reference
}
