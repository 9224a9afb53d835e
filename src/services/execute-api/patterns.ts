import { RE2JS, RE2JSException } from "re2js"

/** A regular expression of somebody's configuration, for text of strangers. */
export interface Pattern {
  /** Whether it is the whole text. */
  matches(text: string): boolean
}

/** The expression is none, or has what takes more than time in proportion to the text: references back, looking around. */
export class PatternError extends Error {
  override name = "PatternError"
}

/** What is longer than any header is none of what patterns are for. */
const MOST_CHARACTERS = 64 * 1024

/**
 * Compiled by RE2's rules, whose time grows with the text alone: whoever writes an expression, or a text for it, stalls nobody.
 * Its dialect is Java's, as on AWS, but for references back and looking around.
 *
 * @throws {PatternError}
 */
export function compilePattern(expression: string): Pattern {
  try {
    const compiled = RE2JS.compile(expression)
    return { matches: (text) => text.length <= MOST_CHARACTERS && compiled.testExact(text) }
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(error.message, { cause: error })
    throw error
  }
}
