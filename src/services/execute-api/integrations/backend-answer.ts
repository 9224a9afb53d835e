import { findByPath } from "../mapping/find-by-path.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileSource } from "../value-source.ts"

/** What a backend answered, before it is mapped. */
export interface BackendAnswer {
  /** What selection patterns are held against: a status, or a function's error. */
  selector: string
  /** Names in lower case; a list where one came several times. */
  headers: Readonly<Record<string, string | readonly string[]>>
  body: Buffer
}

/** Where a header of the answer is from; undefined where there is none. */
export type AnswerSource = (exchange: Exchange, answer: BackendAnswer) => string | undefined

/** `integration.response.{header|multivalueheader}.{name}`, `integration.response.body[.{path}]`, or as of requests. */
export function compileAnswerSource(text: string): AnswerSource {
  const [, place, name] = /^integration\.response\.(header|multivalueheader)\.(.+)$/.exec(text) ?? []
  if (name !== undefined) {
    const lower = name.toLowerCase()
    return (_, { headers }) => {
      const value = headers[lower]
      if (value === undefined || typeof value === "string") return value
      return place === "header" ? value.at(-1) : value.join(",")
    }
  }
  const [whole, path] = /^integration\.response\.body(?:\.(.+))?$/.exec(text) ?? []
  if (whole !== undefined) return (_, { body }) => findByPath(body, path)
  const source = compileSource(text)
  return (exchange) => source(exchange)
}

export const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.[0]
