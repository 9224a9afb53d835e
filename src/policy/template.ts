import { type Glob, type GlobToken, globOf, globTokens, matchesGlob, RUN } from "./glob.ts"
import type { Request } from "./request.ts"

/** `${key}` or `${key, 'fallback'}` in a pattern or a value. */
export interface Variable {
  /** The key in lower case. */
  readonly key: string
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
}

export interface TemplateOptions {
  /** Whether `*` and `?` are wildcards. */
  wildcards: boolean
  /** Whether `${...}` is a variable: in documents of version 2012-10-17 and in the places where AWS allows it. */
  variables: boolean
}

export function parseTemplate(source: string, options: TemplateOptions): Template {
  const tokens = templateTokens(source, options)
  return templateOf(source, tokens)
}

export function templateOf(source: string, tokens: readonly TemplateToken[]): Template {
  const variables = tokens.filter((token) => typeof token === "object")
  const glob = variables.length === 0 ? globOf(tokens as GlobToken[]) : undefined
  return { source, tokens, variables, glob, head: typeof tokens[0] === "string" ? tokens[0] : "" }
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
  return joinLiterals(tokens)
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
  return someSubstitution(template, request, (tokens) => matchesGlob(globOf(tokens), text))
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
  let expanded: string | undefined
  for (const { key } of template.variables)
    if (request.expandable?.has(key) && typeof request.context.get(key) === "object") {
      expanded = key
      break
    }
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
    const value = request.context.get(token.key) ?? token.fallback
    // A multivalued key cannot be a variable ("Policies with multivalued context keys").
    if (typeof value !== "string") return undefined
    substituted.push(value)
  }
  return substituted
}
