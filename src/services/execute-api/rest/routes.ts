/** What a path leads to, and what it has in place of `{name}` and `{proxy+}`: as it was sent, percent-encoding and all. */
export interface Match<T> {
  target: T
  parameters: Readonly<Record<string, string>> | undefined
}

export interface Routes<T> {
  /** `path` begins with a slash; what is behind a `?` is no part of it. */
  match(path: string): Match<T> | undefined
}

interface Node<T> {
  statics: Map<string, Node<T>>
  /** Of `{name}`: a level has one. */
  variable?: { name: string; node: Node<T> }
  /** Of `{name+}`: whatever is left. */
  greedy?: { name: string; target: T }
  target?: T
}

/**
 * The resources of an API as a tree: a segment as it is written goes before `{name}`, and that before `{proxy+}` (Developer
 * Guide, "Set up a proxy integration with a proxy resource"). UNVERIFIED that what leads nowhere further down is looked for
 * under the next one. Segments are compared as they were sent: what a policy names by its path has no other spelling.
 */
export function compileRoutes<T>(resources: Iterable<readonly [path: string, target: T]>): Routes<T> {
  const root: Node<T> = newNode()
  for (const [path, target] of resources) insert(root, path.split("/").slice(1), target)
  return {
    match(path) {
      const segments = path.split("/")
      segments.shift()
      // A slash at the end makes no other path of it; that of the root is all it has.
      const isOpen = segments.length > 0 && segments.at(-1) === ""
      if (isOpen) segments.pop()
      const taken: [string, string][] = []
      const target = find(root, segments, 0, isOpen, taken)
      if (target === undefined) return undefined
      return { target, parameters: taken.length === 0 ? undefined : Object.fromEntries(taken) }
    },
  }
}

const newNode = <T>(): Node<T> => ({ statics: new Map() })

function insert<T>(root: Node<T>, segments: readonly string[], target: T): void {
  let node = root
  for (const segment of segments) {
    if (segment === "") continue
    const [, name, plus] = /^\{([^{}]+?)(\+?)\}$/.exec(segment) ?? []
    if (name !== undefined && plus === "+") {
      node.greedy = { name, target }
      return
    }
    if (name !== undefined) {
      node.variable ??= { name, node: newNode() }
      node = node.variable.node
      continue
    }
    const next = node.statics.get(segment) ?? newNode<T>()
    node.statics.set(segment, next)
    node = next
  }
  node.target = target
}

/** Each node of the tree is looked at once at most: a level of the path is a level of the tree. */
function find<T>(
  node: Node<T>,
  segments: readonly string[],
  at: number,
  isOpen: boolean,
  taken: [string, string][],
): T | undefined {
  if (at === segments.length) return node.target
  const segment = segments[at]!
  const next = node.statics.get(segment)
  const found = next && find(next, segments, at + 1, isOpen, taken)
  if (found !== undefined) return found
  const { variable, greedy } = node
  if (variable && segment !== "") {
    taken.push([variable.name, segment])
    const below = find(variable.node, segments, at + 1, isOpen, taken)
    if (below !== undefined) return below
    taken.pop()
  }
  if (!greedy) return undefined
  const rest = segments.slice(at).join("/")
  taken.push([greedy.name, isOpen ? `${rest}/` : rest])
  return greedy.target
}
