/** Places in a text, from 1, each behind the brace: of the statement's `{` and of its `}` (AWS CLI Command Reference,
 * "simulate-custom-policy", whose example has the columns). */
export interface StatementPosition {
  StartPosition: { Line: number; Column: number }
  EndPosition: { Line: number; Column: number }
}

/** Where the statements of a policy stand in its text, which is known to be one. */
export function statementPositions(text: string): StatementPosition[] {
  let positions: StatementPosition[] = []
  const open: { at: number; isStatement: boolean }[] = []
  /** The last string of the document itself: the element whose value follows. */
  let element = ""
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      if (open.length === 1) element = JSON.parse(text.slice(at, end + 1))
      at = end
    } else if (character === "{" || character === "[") {
      const isElement = open.length === 1 && element === "Statement"
      // Of an element that is written twice the second counts.
      if (isElement) positions = []
      const isOfList = open.length === 2 && element === "Statement" && text[open[1]!.at] === "["
      open.push({ at, isStatement: character === "{" && (isElement || isOfList) })
    } else if (character === "}" || character === "]") {
      const { at: start, isStatement } = open.pop()!
      if (isStatement) positions.push({ StartPosition: placeOf(text, start + 1), EndPosition: placeOf(text, at + 1) })
    }
  }
  return positions
}

function endOfString(text: string, start: number): number {
  let end = start + 1
  while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1
  return end
}

function placeOf(text: string, offset: number): { Line: number; Column: number } {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf("\n")
  return { Line: before.split("\n").length, Column: offset - lastBreak }
}
