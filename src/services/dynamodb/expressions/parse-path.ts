import { type Cursor, OBJECTION } from "./cursor.ts"
import type { WrittenPath } from "./syntax.ts"

/** DynamoDB Developer Guide, "Quotas": nested attribute depth. */
const MAXIMUM_DEPTH = 32

/** `a.#b[3].c` */
export function parsePath(cursor: Cursor): WrittenPath {
  const path: (string | number)[] = [parseName(cursor)]
  while (true) {
    if (cursor.accept(".")) path.push(parseName(cursor))
    else if (cursor.accept("[")) path.push(parseIndex(cursor))
    else break
  }
  if (path.length > MAXIMUM_DEPTH) {
    cursor.object(OBJECTION.operands, `The document path has too many nesting levels; nesting levels: ${path.length}`)
  }
  return path
}

function parseName(cursor: Cursor): string {
  const token = cursor.peek()
  if (token.kind !== "name" && token.kind !== "placeholder") throw cursor.syntaxError()
  if (token.kind === "name") cursor.checkReserved(token.text)
  return cursor.next().text
}

function parseIndex(cursor: Cursor): number {
  if (cursor.peek().kind !== "index") throw cursor.syntaxError()
  const { text } = cursor.next()
  cursor.expect("]")
  const index = Number(text)
  // UNVERIFIED: the text. What it says is that the index is no 32-bit integer.
  if (index > 0x7fffffff)
    cursor.object(OBJECTION.operands, `List index is not within the allowable range; index: [${text}]`)
  return index
}

export function parseProjection(cursor: Cursor): WrittenPath[] {
  const paths = [parsePath(cursor)]
  while (cursor.accept(",")) paths.push(parsePath(cursor))
  cursor.expectEnd()
  cursor.throwObjections()
  return paths
}
