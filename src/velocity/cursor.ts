import { type Expression, type Node, TemplateSyntaxError } from "./syntax.ts"

/** Expressions and blocks within each other: more than people write, and less than the stack holds. */
const DEPTH_AT_MOST = 100

/** Where the reader of a template stands. What is not taken is looked at once more, and no character often. */
export interface Cursor {
  readonly text: string
  at: number
  depth: number
  readonly grammar: Grammar
}

/** What stands within each other in turn: expressions in references, templates in texts. */
export interface Grammar {
  expression(cursor: Cursor): Expression
  template(text: string, depth: number): readonly Node[]
}

/** Takes what the sticky expression finds here. */
export function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)
  if (!found) return undefined
  cursor.at = pattern.lastIndex
  return found[0]
}

export function takeText(cursor: Cursor, text: string): boolean {
  if (!cursor.text.startsWith(text, cursor.at)) return false
  cursor.at += text.length
  return true
}

export const skipBlanks = (cursor: Cursor): void => void take(cursor, /\s*/y)

export function expect(cursor: Cursor, text: string): void {
  skipBlanks(cursor)
  if (!takeText(cursor, text)) throw fault(cursor, `${text} is missing`)
}

export const fault = (cursor: Cursor, problem: string): TemplateSyntaxError =>
  new TemplateSyntaxError(problem, cursor.at)

export function deeper<T>(cursor: Cursor, parse: () => T): T {
  if (++cursor.depth > DEPTH_AT_MOST) throw fault(cursor, "Too much stands within each other")
  const parsed = parse()
  cursor.depth--
  return parsed
}

/** What stands between commas up to the end; commas between arguments may be left out, as macros have it. */
export function parseItems<T>(cursor: Cursor, end: string, parse: () => T): T[] {
  const items: T[] = []
  for (;;) {
    skipBlanks(cursor)
    if (takeText(cursor, end)) return items
    if (cursor.at >= cursor.text.length) throw fault(cursor, `${end} is missing`)
    items.push(parse())
    skipBlanks(cursor)
    takeText(cursor, ",")
  }
}
