import type { Op, PatchOperation } from "@aws-sdk/client-api-gateway"
import { badRequest } from "./errors.ts"

/*
 * `patchOperations` (API Reference, "Patch operations"): what they may name is a table of rules for each kind of resource. They
 * are applied in their order to a copy, which is kept only when all of them were good.
 */

export interface Patched {
  op: Op
  /** As it was sent. */
  path: string
  value: string | undefined
  from: string | undefined
  /** What stands for the names in the rule's path, unescaped. */
  names: readonly string[]
}

export interface Rule<D> {
  /** `/requestParameters/{name}`: a name stands for one segment; a last one in the form `{name...}` for all that follow. */
  path: string
  ops: readonly Op[]
  apply(draft: D, patched: Patched): void
}

/**
 * How what is no operation of the resource is refused: API Gateway has several ways to say it (recorded), the newest of which lists
 * what there is; the oldest says of a path that has another operation that it is none.
 */
export type Style = "listed" | "plain" | "terse"

export function applyPatch<D extends object>(
  record: D,
  operations: readonly PatchOperation[] | undefined,
  rules: readonly Rule<D>[],
  style: Style,
): D {
  const draft = structuredClone(record)
  for (const operation of operations ?? []) {
    const { rule, patched } = find(operation, rules, style)
    rule.apply(draft, patched)
  }
  return draft
}

function find<D>({ op, path, value, from }: PatchOperation, rules: readonly Rule<D>[], style: Style) {
  const segments = path === undefined ? undefined : segmentsOf(path)
  const there = segments
    ? rules.flatMap((rule) => {
        const names = match(rule.path, segments)
        return names ? [{ rule, names }] : []
      })
    : []
  const found = there.find(({ rule }) => op !== undefined && rule.ops.includes(op))
  if (found) return { rule: found.rule, patched: { op: op!, path: path!, value, from, names: found.names } }
  throw style === "listed" ? listed(op, path, rules) : plain(path, style === "plain" ? there[0]?.rule : undefined)
}

function listed<D>(op: string | undefined, path: string | undefined, rules: readonly Rule<D>[]) {
  const supported = rules.filter(({ ops }) => ops.some((one) => one === op)).map((rule) => rule.path)
  const hint = supported.length > 0 ? `Must be one of: [${supported.join(", ")}]` : "Please choose supported operations"
  return badRequest(`Invalid patch path  '${path ?? "null"}' specified for op '${op ?? "null"}'. ${hint}`)
}

function plain<D>(path: string | undefined, there: Rule<D> | undefined) {
  if (!there) return badRequest(`Invalid patch path ${path ?? "null"}`)
  if (there.ops.length === 3) return badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
  return badRequest(`Invalid patch operation specified. Must be one of: [${there.ops.join(", ")}]`)
}

/** JSON Pointer (RFC 6901): `~1` is a slash and `~0` a tilde. */
const segmentsOf = (path: string): string[] | undefined => (path.startsWith("/") ? path.slice(1).split("/") : undefined)

export const unescaped = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~")

function match(rulePath: string, segments: readonly string[]): string[] | undefined {
  const parts = rulePath.slice(1).split("/")
  const isOpen = parts.at(-1)!.endsWith("...}")
  if (isOpen ? segments.length < parts.length : segments.length !== parts.length) return undefined
  const names: string[] = []
  for (const [i, part] of parts.entries()) {
    if (isOpen && i === parts.length - 1) names.push(segments.slice(i).map(unescaped).join("/"))
    else if (part.startsWith("{")) {
      if (segments[i] === "") return undefined
      names.push(unescaped(segments[i]!))
    } else if (part !== segments[i]) return undefined
  }
  return names
}
