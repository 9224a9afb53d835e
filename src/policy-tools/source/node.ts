/** Where something stands in a file. Both count from 1. */
export interface Place {
  line: number
  column: number
}

/** A value of a YAML or JSON file that knows where it stands. */
export type SourceNode = ScalarNode | ListNode | MapNode

export interface ScalarNode {
  kind: "scalar"
  at: Place
  value: string | number | boolean | null
  /** As it is written, which tells `012345678901` from the number that it is. */
  text: string
}

export interface ListNode {
  kind: "list"
  at: Place
  items: readonly SourceNode[]
}

export interface MapNode {
  kind: "map"
  at: Place
  entries: readonly Entry[]
}

export interface Entry {
  key: string
  keyAt: Place
  value: SourceNode
}

/** A file, or a part of it, that is not what it should be. */
export class SourceError extends Error {
  override name = "SourceError"
  readonly at: Place
  /** Where it is another file than the one that was asked for: one that this names. */
  readonly file: string | undefined

  constructor(message: string, at: Place, file?: string) {
    super(message)
    this.at = at
    this.file = file
  }
}

/** The value alone. `__proto__` is a member like any other. */
export function plainOf(node: SourceNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value
    case "list":
      return node.items.map(plainOf)
    case "map":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]))
  }
}

export const findEntry = (node: SourceNode | undefined, key: string): Entry | undefined =>
  node?.kind === "map" ? node.entries.find((entry) => entry.key === key) : undefined

/** The value below these keys and places; undefined where there is none. */
export function findNode(node: SourceNode | undefined, ...path: readonly (string | number)[]): SourceNode | undefined {
  let found = node
  for (const step of path)
    found =
      typeof step === "number" && found?.kind === "list" ? found.items[step] : findEntry(found, String(step))?.value
  return found
}

/** One or several: the items of a list, or the node itself. */
export const itemsOf = (node: SourceNode | undefined): readonly SourceNode[] =>
  node === undefined ? [] : node.kind === "list" ? node.items : [node]

/** The text of a scalar that is a string; undefined for anything else. */
export const findText = (node: SourceNode | undefined): string | undefined =>
  node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined

/** What a node is, for people. */
export const describeNode = (node: SourceNode): string =>
  node.kind === "scalar" ? (node.value === null ? "nothing" : JSON.stringify(node.value)) : `a ${node.kind}`
