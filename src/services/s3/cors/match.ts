import type { CorsRule } from "../buckets/record.ts"

export interface CorsRequest {
  origin: string
  /** Of the request itself, or the one that a preflight asks for. */
  method: string
  /** The headers that a preflight asks for, in lower case. */
  headers: readonly string[]
}

/** The first rule that lets the request in; S3 looks at no other. S3 user guide, "Using CORS". */
export function findCorsRule(rules: readonly CorsRule[], request: CorsRequest): CorsRule | undefined {
  return rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders = [] }) =>
      AllowedMethods.includes(request.method) &&
      AllowedOrigins.some((pattern) => matchesOne(pattern, request.origin)) &&
      request.headers.every((header) => AllowedHeaders.some((pattern) => matchesOne(pattern.toLowerCase(), header))),
  )
}

/** What a rule's answer tells the browser. */
export function corsHeadersOf(rule: CorsRule, { origin, headers }: CorsRequest): Record<string, string> {
  const isOpen = rule.AllowedOrigins.includes("*")
  return {
    "access-control-allow-origin": isOpen ? "*" : origin,
    "access-control-allow-methods": rule.AllowedMethods.join(", "),
    ...(headers.length > 0 && { "access-control-allow-headers": headers.join(", ") }),
    ...(rule.ExposeHeaders?.length && { "access-control-expose-headers": rule.ExposeHeaders.join(", ") }),
    ...(rule.MaxAgeSeconds !== undefined && { "access-control-max-age": String(rule.MaxAgeSeconds) }),
    ...(!isOpen && { "access-control-allow-credentials": "true" }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  }
}

/** A pattern has at most one `*`. */
export function matchesOne(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*")
  if (star < 0) return pattern === text
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}
