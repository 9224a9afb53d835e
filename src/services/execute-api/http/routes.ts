/** What a path and a method lead to, and what stands in place of the route's variables, decoded. */
export interface RouteMatch<T> {
  target: T
  parameters: Readonly<Record<string, string>> | undefined
  /** As they were sent, percent-encoding and all: for paths of what is behind. */
  sent: ReadonlyMap<string, string>
}

export interface Routes<T> {
  match(method: string, path: string): RouteMatch<T> | undefined
}

interface Node<T> {
  statics: Map<string, Node<T>>
  /** Of `{name}`. Methods may call it differently, so each target knows its own names. */
  variable?: Node<T>
  /** By method, and `ANY`. */
  targets: Map<string, Target<T>>
  /** Of `{name+}`: whatever is left. */
  greedy: Map<string, Target<T>>
}

interface Target<T> {
  value: T
  names: readonly string[]
}

/**
 * Developer Guide, "Routing API requests": a full match goes before one with a greedy variable, and that before `$default`; the
 * most specific one counts, so that text goes before a variable and a longer beginning before a shorter one. UNVERIFIED that of one path
 * the request's own method goes before `ANY`, and the path before the method.
 */
export function compileRoutes<T>(routes: Iterable<readonly [routeKey: string, value: T]>): Routes<T> {
  const root = newNode<T>()
  let byDefault: Target<T> | undefined
  for (const [key, value] of routes) {
    const [, method, path] = /^(\S+) (\/.*)$/.exec(key) ?? []
    if (method === undefined || path === undefined) byDefault = { value, names: [] }
    else insert(root, method, path.slice(1).split("/"), value)
  }
  return {
    match(method, path) {
      const segments = path.slice(1).split("/")
      const taken: string[] = []
      const full = findFull(root, method, segments, 0, taken)
      const found = full ?? findGreedy(root, method, segments, 0, taken) ?? byDefault
      if (!found) return undefined
      const sent = new Map(found.names.map((name, i) => [name, taken[i] ?? ""]))
      return { target: found.value, parameters: decodedOf(sent), sent }
    },
  }
}

const newNode = <T>(): Node<T> => ({ statics: new Map(), targets: new Map(), greedy: new Map() })

function insert<T>(root: Node<T>, method: string, segments: readonly string[], value: T): void {
  const names: string[] = []
  let node = root
  for (const segment of segments) {
    const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? []
    if (name === undefined) {
      const next = node.statics.get(segment) ?? newNode<T>()
      node.statics.set(segment, next)
      node = next
      continue
    }
    names.push(name)
    if (plus === "+") {
      node.greedy.set(method, { value, names })
      return
    }
    node.variable ??= newNode()
    node = node.variable
  }
  node.targets.set(method, { value, names })
}

const of = <T>(targets: ReadonlyMap<string, Target<T>>, method: string): Target<T> | undefined =>
  targets.get(method) ?? targets.get("ANY")

/** A level of the path is a level of the tree; at each, two ways lead on. A path has as many levels as the routes have at most. */
function findFull<T>(
  node: Node<T>,
  method: string,
  segments: readonly string[],
  at: number,
  taken: string[],
): Target<T> | undefined {
  if (at === segments.length) return of(node.targets, method)
  const segment = segments[at]!
  const next = node.statics.get(segment)
  const found = next && findFull(next, method, segments, at + 1, taken)
  if (found) return found
  // An empty segment stands for nothing.
  if (!node.variable || segment === "") return undefined
  taken.push(segment)
  const below = findFull(node.variable, method, segments, at + 1, taken)
  if (!below) taken.pop()
  return below
}

function findGreedy<T>(
  node: Node<T>,
  method: string,
  segments: readonly string[],
  at: number,
  taken: string[],
): Target<T> | undefined {
  if (at >= segments.length) return undefined
  const segment = segments[at]!
  const next = node.statics.get(segment)
  const deeper = next && findGreedy(next, method, segments, at + 1, taken)
  if (deeper) return deeper
  if (node.variable && segment !== "") {
    taken.push(segment)
    const below = findGreedy(node.variable, method, segments, at + 1, taken)
    if (below) return below
    taken.pop()
  }
  const found = of(node.greedy, method)
  // UNVERIFIED that nothing at all is no match, as the root's `/` is not of `/{proxy+}` elsewhere.
  if (!found || segments.slice(at).join("/") === "") return undefined
  taken.push(segments.slice(at).join("/"))
  return found
}

/** What is no percent-encoding stays as it was sent. UNVERIFIED that AWS decodes them. */
const decodedOf = (sent: ReadonlyMap<string, string>): Record<string, string> | undefined =>
  sent.size === 0 ? undefined : Object.fromEntries([...sent].map(([name, value]) => [name, decoded(value)]))

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
