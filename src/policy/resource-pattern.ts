import type { Request } from "./request.ts"
import { matchesTemplate, type Template, templateOf, templateTokens } from "./template.ts"

/** One value of Resource or NotResource. */
export interface ResourcePattern {
  readonly template: Template
  /** The pattern is `*`: everything, and the only pattern for requests about `*`. */
  readonly everything: boolean
  /** Fewer than the six parts of an ARN, and no wildcard to make up for it. Only policies of the caller's side read
   * such a pattern as an abbreviation (observed: iam-simulate's author, against AWS). */
  readonly abbreviated: boolean
}

/** Reads a value of Resource. Variables stand after the fifth colon alone ("IAM policy elements: Variables and tags"). */
export function parseResourcePattern(source: string, variables: boolean): ResourcePattern {
  const everything = source === "*"
  const start = startOfResource(source)
  if (everything || start < 0) {
    const padded = /^[*?]*$/.test(source) ? source : `${source}:*`
    const tokens = templateTokens(padded, { wildcards: true, variables: false })
    return { template: templateOf(source, tokens), everything, abbreviated: !/[*?]/.test(source) }
  }
  const tokens = [
    ...templateTokens(source.slice(0, start), { wildcards: true, variables: false }),
    ...templateTokens(source.slice(start), { wildcards: true, variables }),
  ]
  return { template: templateOf(source, tokens), everything, abbreviated: false }
}

/** The place after the fifth colon; -1 where there are fewer. */
function startOfResource(source: string): number {
  let colon = -1
  for (let count = 0; count < 5; count++) {
    colon = source.indexOf(":", colon + 1)
    if (colon < 0) return -1
  }
  return colon + 1
}

/** `abbreviations`: whether a short ARN without wildcards is read as if `:*` stood behind it. */
export function matchesResource(
  pattern: ResourcePattern,
  resource: string,
  request: Request,
  abbreviations: boolean,
): boolean {
  if (pattern.everything) return true
  if (pattern.abbreviated && !abbreviations) return false
  return matchesTemplate(pattern.template, resource, request)
}
