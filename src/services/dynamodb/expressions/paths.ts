import { type AttributeValue, findAttribute, type Item } from "../values/attribute-value.ts"
import type { Path } from "./syntax.ts"

/** `[a, [1], b]`, as refusals show a path. */
export const formatPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`

export function readPath(item: Item, path: Path): AttributeValue | undefined {
  let value = findAttribute(item, path[0] as string)
  for (let i = 1; value !== undefined && i < path.length; i++) value = readStep(value, path[i]!)
  return value
}

export function readStep(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined
  return "M" in value ? findAttribute(value.M, step) : undefined
}

/**
 * What is wrong with paths that are to be used side by side: one holds another, or two want a thing to be a list and a map.
 * The texts are without the expression's name.
 */
export function findCollision(paths: readonly Path[]): string | undefined {
  const root: Node = { children: new Map() }
  for (const path of paths) {
    const collision = insert(root, path)
    if (collision) {
      return `Two document paths ${collision.how} with each other; must remove or rewrite one of these paths; path one: ${formatPath(collision.other)}, path two: ${formatPath(path)}`
    }
  }
  return undefined
}

interface Node {
  children: Map<string | number, Node>
  /** The path that ends here. */
  end?: Path
}

function insert(root: Node, path: Path): { how: "overlap" | "conflict"; other: Path } | undefined {
  let node = root
  for (const step of path) {
    if (node.end) return { how: "overlap", other: node.end }
    for (const sibling of node.children.keys()) {
      if (typeof sibling !== typeof step) return { how: "conflict", other: firstPathOf(node) }
      break
    }
    let child = node.children.get(step)
    if (!child) {
      child = { children: new Map() }
      node.children.set(step, child)
    }
    node = child
  }
  if (node.end || node.children.size > 0) return { how: "overlap", other: node.end ?? firstPathOf(node) }
  node.end = path
  return undefined
}

function firstPathOf(node: Node): Path {
  let current = node
  while (!current.end) current = current.children.values().next().value!
  return current.end
}
