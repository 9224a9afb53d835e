import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml"
import { type Entry, type Place, SourceError, type SourceNode } from "./node.ts"

/** Bounds on what a file may be: a few aliases of aliases make a small file a huge value. */
const NODES_AT_MOST = 500_000
const DEPTH_AT_MOST = 100

/**
 * Reads YAML or JSON, every value with its place. CloudFormation's short forms (`!Sub x`) are their long ones
 * (`{ "Fn::Sub": x }`).
 *
 * @throws {SourceError}
 */
export function parseSource(text: string): SourceNode {
  const lines = new LineCounter()
  const document = read(text.replace(/^\uFEFF/, ""), lines)
  const placeOf = (offset: number | undefined): Place => {
    const { line, col } = lines.linePos(offset ?? 0)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const [error] = document.errors
  if (error) throw new SourceError(messageOf(error), placeOf(error.pos[0]))
  return createConverter(document, placeOf)(document.contents, 0)
}

/** The first line, without the place that stands beside it anyway. */
function messageOf({ message }: Error): string {
  if (/call stack/.test(message)) return "The file is nested too deeply"
  return message
    .split("\n")[0]!
    .replace(/ at line \d+, column \d+:?$/, "")
    .replace(/; please use.*$/, "")
}

function read(text: string, lines: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: true, logLevel: "error" })
  } catch (error) {
    if (error instanceof RangeError) throw new SourceError("The file is nested too deeply", { line: 1, column: 1 })
    throw error
  }
}

type PlaceOf = (offset: number | undefined) => Place

/** A function from the parser's nodes to ours. It counts what it converts. */
function createConverter(document: Document, placeOf: PlaceOf): (node: unknown, depth: number) => SourceNode {
  let count = 0

  function convert(node: unknown, depth: number): SourceNode {
    const at = placeOf((node as Node | null)?.range?.[0])
    if (++count > NODES_AT_MOST) throw new SourceError("The file holds too much", at)
    if (depth > DEPTH_AT_MOST) throw new SourceError("The file is nested too deeply", at)
    if (isAlias(node)) return convert(targetOf(node, at), depth + 1)
    const converted = convertUntagged(node, at, depth)
    const tag = (node as Node | null)?.tag
    if (!tag?.startsWith("!") || tag === "!") return converted
    return { kind: "map", at, entries: [{ key: intrinsicOf(tag), keyAt: at, value: withParts(tag, converted) }] }
  }

  function convertUntagged(node: unknown, at: Place, depth: number): SourceNode {
    if (isMap(node)) return { kind: "map", at, entries: convertEntries(node, depth) }
    if (isSeq(node)) return { kind: "list", at, items: node.items.map((item) => convert(item, depth + 1)) }
    if (!isScalar(node)) return { kind: "scalar", at, value: null, text: "" }
    const { value, source } = node
    const isJson = ["string", "boolean"].includes(typeof value) || Number.isFinite(value)
    if (value === null || isJson)
      return { kind: "scalar", at, value: value as string | number | boolean | null, text: source ?? String(value) }
    throw new SourceError(`${source ?? "This"} is no value that JSON has`, at)
  }

  function targetOf(alias: Alias, at: Place): unknown {
    const target = alias.resolve(document)
    if (target === undefined) throw new SourceError(`There is no anchor &${alias.source} before this`, at)
    return target
  }

  function convertEntries(map: YAMLMap, depth: number): Entry[] {
    const entries: Entry[] = []
    for (const pair of map.items) {
      if (!isPair(pair)) continue
      const keyAt = placeOf((pair.key as Node | null)?.range?.[0])
      if (!isScalar(pair.key)) throw new SourceError("The key is not a string", keyAt)
      const key = pair.key.source ?? String(pair.key.value)
      const value = convert(pair.value, depth + 1)
      // A key without a value has no range of its own.
      const placed = pair.value === null ? { ...value, at: keyAt } : value
      if (key !== "<<") entries.push({ key, keyAt, value: placed })
      else if (value.kind === "map") entries.push(...value.entries)
      else throw new SourceError("What is merged is not a map", keyAt)
    }
    return entries
  }
  return convert
}

const intrinsicOf = (tag: string): string => {
  const name = tag.slice(1)
  return name === "Ref" || name === "Condition" ? name : `Fn::${name}`
}

/** `!GetAtt Role.Arn` is `["Role", "Arn"]`. */
function withParts(tag: string, value: SourceNode): SourceNode {
  if (tag !== "!GetAtt" || value.kind !== "scalar") return value
  const [name = "", ...attribute] = value.text.split(".")
  const scalar = (text: string): SourceNode => ({ kind: "scalar", at: value.at, value: text, text })
  return { kind: "list", at: value.at, items: [scalar(name), scalar(attribute.join("."))] }
}
