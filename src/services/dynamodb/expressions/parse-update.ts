import type { Cursor } from "./cursor.ts"
import { parseOperand } from "./parse-operand.ts"
import { parsePath } from "./parse-path.ts"
import type { WrittenOperand, WrittenUpdate } from "./syntax.ts"

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const

/** Sections in any order, each at most once. */
export function parseUpdate(cursor: Cursor): WrittenUpdate {
  const update: WrittenUpdate = { set: [], remove: [], add: [], delete: [] }
  const seen = new Set<string>()
  do {
    const section = SECTIONS.find((name) => cursor.isNext(name))
    if (!section) throw cursor.syntaxError()
    cursor.next()
    if (seen.has(section)) {
      throw cursor.refusal(`The "${section}" section can only be used once in an update expression;`)
    }
    seen.add(section)
    do PARSERS[section](cursor, update)
    while (cursor.accept(","))
  } while (cursor.peek().kind !== "end")
  cursor.throwObjections()
  return update
}

const PARSERS: Record<(typeof SECTIONS)[number], (cursor: Cursor, update: WrittenUpdate) => void> = {
  SET(cursor, { set }) {
    const path = parsePath(cursor)
    cursor.expect("=")
    set.push({ path, operand: parseSum(cursor) })
  },
  REMOVE(cursor, { remove }) {
    remove.push({ path: parsePath(cursor) })
  },
  ADD(cursor, { add }) {
    add.push({ path: parsePath(cursor), value: parseValue(cursor) })
  },
  DELETE(cursor, update) {
    update.delete.push({ path: parsePath(cursor), value: parseValue(cursor) })
  },
}

function parseValue(cursor: Cursor): string {
  if (cursor.peek().kind !== "value") throw cursor.syntaxError()
  return cursor.next().text
}

/** A sum may stand in parentheses as a whole, and each of its sides may. */
function parseSum(cursor: Cursor): WrittenOperand {
  const left = cursor.isNext("(") ? cursor.group(() => parseSum(cursor)) : parseOperand(cursor)
  const operator = cursor.peek().text
  if (left.kind === "arithmetic" || (operator !== "+" && operator !== "-")) return left
  cursor.next()
  cursor.countOperator()
  return { kind: "arithmetic", operator, left, right: parseOperand(cursor) }
}
