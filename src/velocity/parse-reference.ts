import { type Cursor, expect, parseItems, skipBlanks, take, takeText } from "./cursor.ts"
import type { Reference, Step } from "./syntax.ts"

const NAME = /[A-Za-z_][\w-]*/y

/** A reference that begins here; undefined, and nothing taken, where what begins here is none. */
export function parseReference(cursor: Cursor): Reference | undefined {
  const begin = cursor.at
  const opening = take(cursor, /\$!?\{?/y) ?? ""
  const name = take(cursor, NAME)
  if (opening === "" || name === undefined) {
    cursor.at = begin
    return undefined
  }
  const path = parsePath(cursor)
  if (opening.endsWith("{")) {
    skipBlanks(cursor)
    if (!takeText(cursor, "}")) {
      cursor.at = begin
      return undefined
    }
  }
  return { name, path, isQuiet: opening.startsWith("$!"), source: cursor.text.slice(begin, cursor.at) }
}

/** What follows a name that is no step ends the reference: `$a.` is a name and a full stop. */
function parsePath(cursor: Cursor): Step[] {
  const path: Step[] = []
  for (;;) {
    if (takeText(cursor, "[")) {
      const index = cursor.grammar.expression(cursor)
      expect(cursor, "]")
      path.push({ is: "index", index })
      continue
    }
    const name = take(cursor, /\.[A-Za-z_][\w-]*/y)?.slice(1)
    if (name === undefined) return path
    if (takeText(cursor, "(")) {
      path.push({ is: "method", name, arguments: parseItems(cursor, ")", () => cursor.grammar.expression(cursor)) })
    } else path.push({ is: "property", name })
  }
}
