import { invalidParameter } from "../errors.ts"

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">="

/** Names of members and places in lists, from the whole event on. */
export type Selector = readonly (string | number)[]

export type Condition =
  | { is: "all" | "any"; of: readonly Condition[] }
  | { is: "exists"; selector: Selector; not: boolean }
  | { is: "constant"; selector: Selector; value: true | false | null }
  | { is: "comparison"; selector: Selector; operator: Operator; value: string | number }

const TOKEN =
  /\s*(?:(&&|\|\||[(){}]|!=|<=|>=|[=<>])|(\$(?:\.[\w-]+|\[(?:\d+|'[^']*'|"[^"]*")\])*)|"((?:[^"\\]|\\.)*)"|([^\s(){}&|=<>!"]+))/uy

type Token =
  | { is: "sign"; text: string }
  | { is: "selector"; steps: Selector }
  | { is: "text"; text: string }
  | { is: "word"; text: string }

const DEPTH_AT_MOST = 64

const invalid = () => invalidParameter("Invalid filter pattern")

/** Throws the wire error of a pattern that is none. */
export function parseJsonPattern(pattern: string): Condition {
  const tokens = [...tokensOf(pattern)]
  let at = 0
  const peek = (text: string): boolean => {
    const token = tokens[at]
    return token?.is === "sign" && token.text === text
  }
  const take = (text: string): boolean => {
    if (!peek(text)) return false
    at++
    return true
  }
  const expect = (text: string): void => {
    if (!take(text)) throw invalid()
  }
  const word = (text: string): boolean => {
    const token = tokens[at]
    if (token?.is !== "word" || token.text.toUpperCase() !== text) return false
    at++
    return true
  }

  const joined = (sign: "&&" | "||", is: "all" | "any", one: (depth: number) => Condition) => (depth: number) => {
    const of = [one(depth)]
    while (take(sign)) of.push(one(depth))
    return of.length === 1 ? of[0]! : { is, of }
  }
  const all = joined("&&", "all", single)
  const any = joined("||", "any", all)

  function single(depth: number): Condition {
    if (take("(")) {
      if (depth === DEPTH_AT_MOST) throw invalid()
      const inner = any(depth + 1)
      expect(")")
      return inner
    }
    const token = tokens[at++]
    if (token?.is !== "selector") throw invalid()
    const selector = token.steps
    if (word("IS")) return { is: "constant", selector, value: constant() }
    if (word("NOT")) {
      if (!word("EXISTS")) throw invalid()
      return { is: "exists", selector, not: true }
    }
    if (word("EXISTS")) return { is: "exists", selector, not: false }
    const operator = tokens[at++]
    if (operator?.is !== "sign" || !/^(?:!=|[<>]=?|=)$/.test(operator.text)) throw invalid()
    return { is: "comparison", selector, operator: operator.text as Operator, value: value() }
  }

  function constant(): true | false | null {
    if (word("TRUE")) return true
    if (word("FALSE")) return false
    if (word("NULL")) return null
    throw invalid()
  }

  /** A bare word that is a number is compared as one. */
  function value(): string | number {
    const token = tokens[at++]
    if (token?.is === "text") return token.text
    if (token?.is !== "word") throw invalid()
    return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(token.text) ? Number(token.text) : token.text
  }

  expect("{")
  const condition = any(0)
  expect("}")
  if (at !== tokens.length) throw invalid()
  return condition
}

function* tokensOf(pattern: string): Generator<Token> {
  const end = pattern.trimEnd().length
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const [, sign, selector, quoted, word] = TOKEN.exec(pattern) ?? []
    if (sign !== undefined) yield { is: "sign", text: sign }
    else if (selector !== undefined) yield { is: "selector", steps: stepsOf(selector) }
    else if (quoted !== undefined) yield { is: "text", text: quoted.replace(/\\(.)/gu, "$1") }
    else if (word !== undefined) yield { is: "word", text: word }
    else throw invalid()
  }
}

const stepsOf = (selector: string): Selector =>
  [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/gu)].map(
    ([, member, place, single, double]) => (place === undefined ? (member ?? single ?? double)! : Number(place)),
  )
