import { WireError } from "./errors.ts"
import { type Parameters, parsePercent, parseQuery, type QueryParameters } from "./parameters.ts"
import type { Route, Segment } from "./route.ts"

export interface Match<T> {
  target: T
  /** For the codec's `decode`. */
  parameters: Parameters
}

export interface Router<T> {
  match(
    method: string,
    path: string,
    query: string,
    headers: Readonly<Record<string, string | undefined>>,
  ): Match<T> | undefined
}

interface Entry<T> {
  route: Route
  target: T
}

/** The routes that share a path. */
interface Template<T> {
  segments: readonly Segment[]
  entries: Entry<T>[]
}

/**
 * Finds the operation that a REST request is for. Give it every operation that the service has, implemented or not: a
 * request for one that is left out would be taken for a broader one (`PUT ?website` for CreateBucket).
 */
export function compileRouter<T>(routes: Iterable<readonly [route: Route, target: T]>): Router<T> {
  const templates = new Map<string, Template<T>[]>()
  let longest = 0
  for (const [route, target] of routes) {
    longest = Math.max(longest, route.segments.length)
    const ofMethod = templates.get(route.method) ?? []
    templates.set(route.method, ofMethod)
    const same = ofMethod.find(
      ({ segments }) => rank(segments) === rank(route.segments) && sameLiterals(segments, route),
    )
    if (same) same.entries.push({ route, target })
    else ofMethod.push({ segments: route.segments, entries: [{ route, target }] })
  }
  for (const ofMethod of templates.values()) ofMethod.sort((a, b) => (rank(a.segments) < rank(b.segments) ? -1 : 1))

  return {
    match(method, path, query, headers) {
      const parts = partsOf(path, longest)
      let parameters: QueryParameters | undefined
      for (const template of templates.get(method) ?? []) {
        const spans = spansOf(template.segments, parts, path)
        if (!spans) continue
        parameters ??= parseQuery(query)
        const chosen = choose(template.entries, parameters, headers)
        if (!chosen) continue
        const labels = labelsOf(chosen.route, spans)
        if (labels) return { target: chosen.target, parameters: { labels, query: parameters } }
      }
      return undefined
    },
  }
}

/** The labels of a path that is known to be the route's; undefined where it is not. */
export function matchLabels(route: Route, path: string): ReadonlyMap<string, string> | undefined {
  const spans = spansOf(route.segments, partsOf(path, route.segments.length), path)
  return spans && labelsOf(route, spans)
}

/** Sorts literals before labels, and labels before greedy ones. */
function rank(segments: readonly Segment[]): string {
  return `${segments.map((segment) => ("literal" in segment ? "a" : segment.greedy ? "c" : "b")).join("")}~`
}

function sameLiterals(segments: readonly Segment[], route: Route): boolean {
  return segments.every((segment, i) => {
    const other = route.segments[i]
    return !("literal" in segment) || (other && "literal" in other && other.literal === segment.literal)
  })
}

/** The first parts of a path, enough of them to see whether there are more than `most`: anybody may send thousands. */
const partsOf = (path: string, most: number): string[] => path.split("/", most + 3).slice(1)

/** The raw text of each segment. One trailing slash counts only for a greedy label. */
function spansOf(segments: readonly Segment[], parts: readonly string[], path: string): string[] | undefined {
  const greedy = segments.findIndex((segment) => "label" in segment && segment.greedy)
  if (greedy < 0) {
    const given = parts.at(-1) === "" ? parts.slice(0, -1) : parts
    return given.length === segments.length && fits(segments, given) ? [...given] : undefined
  }
  if (parts.length < segments.length) return undefined
  const before = parts.slice(0, greedy)
  const start = before.reduce((at, part) => at + part.length + 1, 1)
  const after: string[] = []
  let end = path.length
  for (let i = greedy + 1; i < segments.length; i++) {
    const slash = path.lastIndexOf("/", end - 1)
    after.unshift(path.slice(slash + 1, end))
    end = slash
  }
  const spans = [...before, path.slice(start, end), ...after]
  return fits(segments, spans) ? spans : undefined
}

function fits(segments: readonly Segment[], spans: readonly string[]): boolean {
  return segments.every((segment, i) => ("literal" in segment ? spans[i] === segment.literal : spans[i] !== ""))
}

/**
 * The entry with the most of the URI's own query parameters; among those, the one with the most required members. One that
 * lacks a required member stands only where its URI's parameters name it: its decoding says what is missing.
 */
function choose<T>(
  entries: readonly Entry<T>[],
  query: QueryParameters,
  headers: Readonly<Record<string, string | undefined>>,
): Entry<T> | undefined {
  let best: Entry<T> | undefined
  let bestScore = -1
  const id = query.get("x-id")?.[0]
  for (const entry of entries) {
    const { literals, requiredQuery, requiredHeaders, name } = entry.route
    if (!literals.every(([key, value]) => query.get(key)?.[0] === value)) continue
    const missing =
      requiredQuery.filter((key) => !query.has(key)).length +
      requiredHeaders.filter((key) => headers[key] === undefined).length
    if (missing > 0 && literals.length === 0) continue
    const required = requiredQuery.length + requiredHeaders.length
    const score = literals.length * 1000 + (missing > 0 ? 0 : 100 + required * 10) + (name === id ? 1 : 0)
    if (score > bestScore) {
      best = entry
      bestScore = score
    }
  }
  return best
}

function labelsOf({ segments, s3 }: Route, spans: readonly string[]): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>()
  for (const [i, segment] of segments.entries()) {
    if ("literal" in segment) continue
    const value = parsePercent(spans[i]!)
    if (value === undefined) {
      if (s3) throw new WireError("InvalidURI", "Couldn't parse the specified URI.")
      return undefined
    }
    labels.set(segment.label, value)
  }
  return labels
}
