import { type Glob, type GlobToken, globOf, globTokens, matchesGlob, ONE, RUN } from "./glob.ts"
import type { Request } from "./request.ts"

/** `${key}` or `${key, 'fallback'}` in a pattern or a value. */
export interface Variable {
  /** The key in lower case. */
  readonly key: string
  /** Text, as values are: a `*` in it is that character. UNVERIFIED. */
  readonly fallback: string | undefined
}

export type TemplateToken = GlobToken | Variable

/** A pattern or a value in which variables may stand. */
export interface Template {
  /** As it is written in the policy. */
  readonly source: string
  readonly tokens: readonly TemplateToken[]
  readonly variables: readonly Variable[]
  /** The pattern, where no variable is in it. */
  readonly glob: Glob | undefined
  /** The text that every match starts with. */
  readonly head: string
  /** No `*` but at the end: the commonest form with variables, and the one that is compared as it stands. */
  readonly isSequence: boolean
}

export interface TemplateOptions {
  /** Whether `*` and `?` are wildcards. */
  wildcards: boolean
  /** Whether `${...}` is a variable: in documents of version 2012-10-17 and in the places where AWS allows it. */
  variables: boolean
}

export const parseTemplate = (source: string, options: TemplateOptions): Template =>
  templateOf(source, templateTokens(source, options))

export function templateOf(source: string, tokens: readonly TemplateToken[]): Template {
  const joined = joinLiterals(tokens)
  const variables = joined.filter((token) => typeof token === "object")
  const run = joined.indexOf(RUN)
  return {
    source,
    tokens: joined,
    variables,
    glob: variables.length === 0 ? globOf(joined as GlobToken[]) : undefined,
    head: typeof joined[0] === "string" ? joined[0] : "",
    isSequence: run < 0 || run === joined.length - 1,
  }
}

export function templateTokens(source: string, { wildcards, variables }: TemplateOptions): TemplateToken[] {
  const text = (part: string): GlobToken[] => (wildcards ? globTokens(part) : part ? [part] : [])
  if (!variables) return text(source)
  const tokens: TemplateToken[] = []
  let written = 0
  for (let start = source.indexOf("${"); start >= 0; start = source.indexOf("${", start)) {
    const end = endOfVariable(source, start)
    if (end < 0) break
    const token = variableToken(source.slice(start + 2, end))
    if (token !== undefined) {
      tokens.push(...text(source.slice(written, start)), token)
      written = end + 1
    }
    start = end + 1
  }
  tokens.push(...text(source.slice(written)))
  return tokens
}

/** Where the `}` of the variable at `start` stands, which is not inside a quoted fallback; -1 where there is none. */
function endOfVariable(source: string, start: number): number {
  const brace = source.indexOf("}", start)
  const quote = source.indexOf("'", start)
  if (quote < 0 || quote > brace) return brace
  const unquote = source.indexOf("'", quote + 1)
  return unquote < 0 ? -1 : source.indexOf("}", unquote)
}

/** What stands between the braces; undefined where it is no variable, and so is text. `${*}`, `${?}` and `${$}` are
 * those characters themselves. */
function variableToken(inside: string): string | Variable | undefined {
  if (inside === "*" || inside === "?" || inside === "$") return inside
  const comma = inside.indexOf(",")
  const key = (comma < 0 ? inside : inside.slice(0, comma)).trim().toLowerCase()
  if (key === "") return undefined
  if (comma < 0) return { key, fallback: undefined }
  const fallback = inside.slice(comma + 1).trim()
  if (fallback.length < 2 || !fallback.startsWith("'") || !fallback.endsWith("'")) return undefined
  return { key, fallback: fallback.slice(1, -1) }
}

function joinLiterals(tokens: readonly TemplateToken[]): TemplateToken[] {
  const joined: TemplateToken[] = []
  for (const token of tokens) {
    const last = joined.at(-1)
    if (typeof token === "string" && typeof last === "string") joined[joined.length - 1] = last + token
    else joined.push(token)
  }
  return joined
}

/** Whether `text` is of the pattern in this request. A variable without a value matches nothing. */
export function matchesTemplate(template: Template, text: string, request: Request): boolean {
  if (template.glob !== undefined) return matchesGlob(template.glob, text)
  if (!text.startsWith(template.head)) return false
  if (template.isSequence && !isExpanded(template, request)) return matchesSequence(template.tokens, text, request)
  return someSubstitution(template, request, (tokens) => matchesGlob(globOf(tokens), text))
}

/** The same as substituting and matching, where each token has one place to stand. */
function matchesSequence(tokens: readonly TemplateToken[], text: string, request: Request): boolean {
  let position = 0
  for (const token of tokens) {
    if (token === RUN) return position <= text.length
    if (token === ONE) position++
    else {
      const literal = typeof token === "string" ? token : findValue(token, request)
      if (literal === undefined || !text.startsWith(literal, position)) return false
      position += literal.length
    }
  }
  return position === text.length
}

/** The texts that a template stands for in this request: none where a variable has no value, several where a
 * multivalued key is expanded. A literal `*` or `?` of a value is written as the policy would escape it. */
export function substitutions(template: Template, request: Request): string[] {
  const texts: string[] = []
  if (template.glob !== undefined) return [template.source]
  someSubstitution(template, request, (tokens) => {
    texts.push(tokens.map((token) => (typeof token === "string" ? token : token === RUN ? "*" : "?")).join(""))
    return false
  })
  return texts
}

/** Calls `accepts` with the template's tokens after substitution until it answers true: once as a rule, and once for
 * each value of an expanded key. */
export function someSubstitution(
  template: Template,
  request: Request,
  accepts: (tokens: readonly GlobToken[]) => boolean,
): boolean {
  const expanded = findExpanded(template, request)
  if (expanded === undefined) {
    const tokens = substitute(template.tokens, request)
    return tokens !== undefined && accepts(tokens)
  }
  const bound = template.variables.filter(({ key }) => key !== expanded)
  for (const value of request.context.get(expanded) as readonly string[]) {
    const tokens = template.tokens.map((token) => (typeof token === "object" && token.key === expanded ? value : token))
    if (
      bound.length === 0
        ? accepts(tokens as GlobToken[])
        : someSubstitution(templateOf(template.source, tokens), request, accepts)
    )
      return true
  }
  return false
}

/** The tokens with every variable's value in its place; undefined where one has none. */
function substitute(tokens: readonly TemplateToken[], request: Request): GlobToken[] | undefined {
  const substituted: GlobToken[] = []
  for (const token of tokens) {
    if (typeof token !== "object") {
      substituted.push(token)
      continue
    }
    const value = findValue(token, request)
    if (value === undefined) return undefined
    substituted.push(value)
  }
  return substituted
}

/** The key among the template's that stands for several values in this request. */
function findExpanded({ variables }: Template, { expandable, context }: Request): string | undefined {
  if (expandable === undefined) return undefined
  return variables.find(({ key }) => expandable.has(key) && typeof context.get(key) === "object")?.key
}

const isExpanded = (template: Template, request: Request): boolean => findExpanded(template, request) !== undefined

/** Undefined for an absent key without a fallback, and for a multivalued key, which cannot be a variable ("Policies with
 * multivalued context keys"). */
function findValue({ key, fallback }: Variable, { context }: Request): string | undefined {
  const value = context.get(key) ?? fallback
  return typeof value === "string" ? value : undefined
}
