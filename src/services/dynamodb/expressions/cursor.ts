import type { WireError } from "../../../wire/errors.ts"
import { invalid } from "../errors.ts"
import { isReserved } from "./reserved-words.ts"
import type { ExpressionKind } from "./syntax.ts"
import { type Token, tokenize } from "./tokens.ts"

/** DynamoDB Developer Guide, "Quotas": expression parameters. Texts as reported (PynamoDB #979, aws-sdk-js #3721). */
const MAXIMUM_BYTES = 4096
const MAXIMUM_OPERATORS = 300
const LONG_BYTES = 200 * 1024

/** A place in the tokens of one expression, and the refusals that name it. */
export class Cursor {
  readonly kind: ExpressionKind
  readonly #source: string
  readonly #tokens: Token[]
  #position = 0
  /** The parentheses that were closed last, by the positions of their tokens. */
  #lastGroup: { open: number; close: number } | undefined
  #operators = 0
  #groups = 0
  /** Refusals of what is well-formed. They are told only when the whole is known to be. */
  readonly #objections: { rank: number; text: string }[] = []

  constructor(kind: ExpressionKind, source: string) {
    this.kind = kind
    this.#source = source
    const bytes = Buffer.byteLength(source)
    if (bytes > MAXIMUM_BYTES) {
      // The size is told of filters (PynamoDB #979) and not of updates (aws-sdk-java-v2 #4597) unless they are very long.
      const isTold = kind === "FilterExpression" || bytes > LONG_BYTES
      const size = isTold ? ` expression size: ${bytes}` : ""
      throw this.refusal(`Expression size has exceeded the maximum allowed size;${size}`)
    }
    this.#tokens = tokenize(source)
    if (this.peek().kind === "end") throw this.refusal("The expression can not be empty;")
  }

  refusal(text: string): WireError {
    return invalid(`Invalid ${this.kind}: ${text}`)
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)]!
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== "end") this.#position++
    return token
  }

  /** Takes the symbol or keyword if it is next. Keywords are found in any case. */
  accept(text: string): boolean {
    if (!this.isNext(text)) return false
    this.#position++
    return true
  }

  isNext(text: string): boolean {
    const token = this.peek()
    return token.kind === "symbol" ? token.text === text : token.kind === "name" && token.text.toUpperCase() === text
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.syntaxError()
  }

  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.syntaxError()
  }

  /** About the token that is next, shown with its neighbours as they stand in the source. */
  syntaxError(): WireError {
    const token = this.peek()
    const before = this.#tokens[this.#position - 1] ?? token
    const after = this.peek(1)
    const end = after.kind === "end" ? token : after
    const near = this.#source
      .slice(before.start, end.kind === "end" ? undefined : end.start + end.text.length)
      .trimEnd()
    return this.refusal(`Syntax error; token: "${token.text}", near: "${near}"`)
  }

  countOperator(): void {
    if (++this.#operators > MAXIMUM_OPERATORS) {
      throw this.refusal(`The expression contains too many operators; operator count: ${this.#operators}`)
    }
  }

  /** What stands in parentheses, of which a second pair is redundant. */
  group<T>(parse: () => T): T {
    const open = this.#position
    this.expect("(")
    this.#countGroup()
    const inner = parse()
    const close = this.#position
    this.expect(")")
    if (this.#lastGroup?.open === open + 1 && this.#lastGroup.close === close - 1) {
      this.object(OBJECTION.parentheses, "The expression has redundant parentheses;")
    }
    this.#lastGroup = { open, close }
    return inner
  }

  /** Parentheses are no operators, and AWS documents no limit of them: this one keeps how deep they nest within the stack. */
  #countGroup(): void {
    if (++this.#groups > MAXIMUM_OPERATORS) {
      throw this.refusal(`The expression contains too many operators; operator count: ${this.#groups}`)
    }
  }

  checkReserved(name: string): void {
    if (isReserved(name)) {
      this.object(OBJECTION.reserved, `Attribute name is a reserved keyword; reserved keyword: ${name}`)
    }
  }

  object(rank: number, text: string): void {
    this.#objections.push({ rank, text })
  }

  throwObjections(): void {
    const [first] = this.#objections.sort((a, b) => a.rank - b.rank)
    if (first) throw this.refusal(first.text)
  }
}

/** Which of several objections is told: the one with the least rank. */
export const OBJECTION = { parentheses: 0, reserved: 1, function: 2, operands: 3 } as const
