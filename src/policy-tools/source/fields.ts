import { findNearest } from "../../base/nearest.ts"
import { describeNode, type Entry, type Place, SourceError, type SourceNode } from "./node.ts"

/** What a part is called stands at the beginning of a sentence here. */
const fault = (message: string, at: Place): SourceError =>
  new SourceError(
    message.replace(/^[a-z]/, (first) => first.toUpperCase()),
    at,
  )

/** The fields of a map of a file that people write, read with words for what is wrong in it. */
export interface Fields {
  at: Place
  find(name: string): SourceNode | undefined
  get(name: string): SourceNode
  /** The first of the map, in its order. */
  readonly entries: readonly Entry[]
}

/** `what` is how the map is called in faults: `the role Reader`. A field that is not known is a fault. */
export function readFields(node: SourceNode, what: string, known: readonly string[]): Fields {
  const { entries } = mapOf(node, what)
  for (const { key, keyAt } of entries) {
    if (known.includes(key)) continue
    const nearest = findNearest(key, known)
    const hint = nearest ? `; did you mean '${nearest}'?` : `; it has ${known.join(", ")}`
    throw fault(`${what} has no field '${key}'${hint}`, keyAt)
  }
  const find = (name: string) => entries.find(({ key }) => key === name)?.value
  return {
    at: node.at,
    entries,
    find,
    get(name) {
      const found = find(name)
      if (found === undefined) throw fault(`${what} needs the field '${name}'`, node.at)
      return found
    },
  }
}

export function mapOf(node: SourceNode, what: string): { entries: readonly Entry[] } {
  if (node.kind !== "map") throw fault(`${what} is ${describeNode(node)}, not a map`, node.at)
  return node
}

/** Text; a number is taken as it is written, so that an account needs no quotes. */
export function textOf(node: SourceNode, what: string): string {
  if (node.kind === "scalar" && typeof node.value === "string") return node.value
  if (node.kind === "scalar" && typeof node.value === "number") return node.text
  throw fault(`${what} is ${describeNode(node)}, not text`, node.at)
}

export function flagOf(node: SourceNode, what: string): boolean {
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value
  throw fault(`${what} is ${describeNode(node)}, not true or false`, node.at)
}

export function oneOf<const T extends string>(node: SourceNode, what: string, choices: readonly T[]): T {
  const text = textOf(node, what)
  const choice = choices.find((one) => one.toLowerCase() === text.toLowerCase())
  if (choice === undefined) throw fault(`${what} is '${text}', and can be ${choices.join(" or ")}`, node.at)
  return choice
}

/** One text, or a list of texts. */
export const textsOf = (node: SourceNode | undefined, what: string): string[] =>
  node === undefined ? [] : node.kind === "list" ? node.items.map((item) => textOf(item, what)) : [textOf(node, what)]

/** A map of names to texts. Numbers and booleans are taken as they are written. */
export function textMapOf(node: SourceNode | undefined, what: string): Record<string, string> {
  if (node === undefined) return {}
  return Object.fromEntries(
    mapOf(node, what).entries.map(({ key, value }) => [
      key,
      value.kind === "scalar" && typeof value.value === "boolean"
        ? String(value.value)
        : textOf(value, `${what}.${key}`),
    ]),
  )
}
