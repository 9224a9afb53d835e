import { findPiece, type Meter, matchesAt, type Piece, pieceOf } from "./piece.ts"

/** `?` in a pattern: any one character (UTF-16 unit). */
export const ONE = 0
/** `*` in a pattern: any run of characters, the empty one too, across every separator and newline. */
export const RUN = 1

/** A pattern in order: text that stands for itself, and wildcards. */
export type GlobToken = string | typeof ONE | typeof RUN

/**
 * A pattern cut at its `*`: the piece it starts with, the piece it ends with, and those between.
 *
 * Matching takes the leftmost place for each piece in turn, which is right because what follows a `*` may start
 * anywhere later; so nothing is ever tried twice, and the steps are linear in the text.
 */
export interface Glob {
  readonly head: Piece
  readonly middles: readonly Piece[]
  /** Undefined where the pattern has no `*`. */
  readonly tail: Piece | undefined
}

/** Cuts a pattern's text into tokens. */
export function globTokens(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = []
  let literal = ""
  for (const character of pattern) {
    if (character !== "*" && character !== "?") {
      literal += character
      continue
    }
    if (literal) tokens.push(literal)
    literal = ""
    tokens.push(character === "*" ? RUN : ONE)
  }
  if (literal) tokens.push(literal)
  return tokens
}

export function globOf(tokens: readonly GlobToken[]): Glob {
  let head: Piece | undefined
  let middles: Piece[] | undefined
  let start = 0
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] !== RUN) continue
    const piece = pieceOf(tokens, start, i)
    start = i + 1
    if (head === undefined) head = piece
    else if (piece.text === "") continue
    else if (middles === undefined) middles = [piece]
    else middles.push(piece)
  }
  const last = pieceOf(tokens, start, tokens.length)
  if (head === undefined) return { head: last, middles: NONE, tail: undefined }
  return { head, middles: middles ?? NONE, tail: last }
}

const NONE: readonly Piece[] = []

export const parseGlob = (pattern: string): Glob => globOf(globTokens(pattern))

/** Whether the whole of `text` is of the pattern. Case counts. */
export function matchesGlob(glob: Glob, text: string, meter?: Meter): boolean {
  const { head, tail } = glob
  if (tail === undefined) return text.length === head.text.length && matchesAt(head, text, 0, meter)
  const end = text.length - tail.text.length
  let from = head.text.length
  if (end < from || !matchesAt(head, text, 0, meter) || !matchesAt(tail, text, end, meter)) return false
  for (const piece of glob.middles) {
    const found = findPiece(piece, text, from, end, meter)
    if (found < 0) return false
    from = found + piece.text.length
  }
  return true
}
