import type { WireError } from "../../../wire/errors.ts"
import { invalid, tooDeeplyNested } from "../errors.ts"
import { type AttributeValue, findAttribute, type Item } from "../values/attribute-value.ts"
import { depthOf, MAXIMUM_CONTAINERS } from "../values/depth.ts"
import { addNumbers, subtractNumbers } from "../values/number.ts"
import { readPath } from "./paths.ts"
import type { BoundOperand, BoundUpdate, Path } from "./syntax.ts"

/** Of what is to be added to or taken from an attribute, AttributeUpdates has words of its own. */
const wrongType = (isLegacy = false) =>
  invalid(
    isLegacy
      ? "Type mismatch for attribute to update"
      : "An operand in the update expression has an incorrect data type",
  )
const invalidPath = () => invalid("The document path provided in the update expression is invalid for update")
const missing = () => invalid("The provided expression refers to an attribute that does not exist in the item")

/**
 * Changes `item` in place. Every operand is read from `before`, an equal item that shares no part with it, so that no
 * action sees what another one did. Returns the paths of all that was touched, as they are now: an element that was set
 * beyond the end of a list is its last.
 */
export function applyUpdate(update: BoundUpdate, before: Item, item: Item): Path[] {
  const mismatch = () => wrongType(update.isLegacy)
  const sets = update.set.map(({ path, operand }) => ({ path, value: evaluate(operand, before, mismatch) }))
  // Elements beyond the end of a list are appended in the order of their indexes.
  sets.sort((a, b) => lastIndexOf(a.path) - lastIndexOf(b.path))
  const touched = sets.map(({ path, value }) => write(item, path, value))
  for (const { path, value } of update.add) write(item, path, added(readPath(before, path), value, mismatch))
  const shortened = new Set<AttributeValue[]>()
  for (const { path, value } of update.delete) {
    const existing = readPath(before, path)
    if (existing === undefined) continue
    const rest = without(existing, value, mismatch)
    if (rest) write(item, path, rest)
    else remove(item, path, shortened)
  }
  for (const { path } of update.remove) remove(item, path, shortened)
  for (const list of shortened) closeGaps(list)
  return [...touched, ...[...update.add, ...update.delete, ...update.remove].map(({ path }) => path)]
}

const lastIndexOf = (path: Path): number => {
  const last = path[path.length - 1]!
  return typeof last === "number" ? last : -1
}

function evaluate(operand: BoundOperand, before: Item, mismatch: () => WireError): AttributeValue {
  switch (operand.kind) {
    case "value":
      return operand.value
    case "path": {
      const value = readPath(before, operand.path)
      if (value === undefined) throw missing()
      return value
    }
    case "arithmetic": {
      const left = evaluate(operand.left, before, mismatch)
      const right = evaluate(operand.right, before, mismatch)
      if (!("N" in left && "N" in right)) throw mismatch()
      return { N: (operand.operator === "+" ? addNumbers : subtractNumbers)(left.N, right.N) }
    }
    case "call": {
      const [first, second] = operand.operands as [BoundOperand, BoundOperand]
      if (operand.name === "if_not_exists") {
        const existing = first.kind === "path" ? readPath(before, first.path) : undefined
        return existing ?? evaluate(second, before, mismatch)
      }
      const left = evaluate(first, before, mismatch)
      const right = evaluate(second, before, mismatch)
      if (!("L" in left && "L" in right)) throw mismatch()
      return { L: [...left.L, ...right.L] }
    }
  }
}

function added(existing: AttributeValue | undefined, value: AttributeValue, mismatch: () => WireError): AttributeValue {
  if (existing === undefined) return value
  if ("N" in existing && "N" in value) return { N: addNumbers(existing.N, value.N) }
  if ("SS" in existing && "SS" in value) return { SS: [...new Set([...existing.SS, ...value.SS])] }
  if ("NS" in existing && "NS" in value) return { NS: [...new Set([...existing.NS, ...value.NS])] }
  if ("BS" in existing && "BS" in value) return { BS: [...new Set([...existing.BS, ...value.BS])] }
  throw mismatch()
}

/** Undefined where nothing is left: there are no empty sets. */
function without(
  existing: AttributeValue,
  value: AttributeValue,
  mismatch: () => WireError,
): AttributeValue | undefined {
  const rest = (members: string[], gone: string[]): string[] => {
    const set = new Set(gone)
    return members.filter((member) => !set.has(member))
  }
  let left: AttributeValue
  let count: number
  if ("SS" in existing && "SS" in value) {
    left = { SS: rest(existing.SS, value.SS) }
    count = left.SS.length
  } else if ("NS" in existing && "NS" in value) {
    left = { NS: rest(existing.NS, value.NS) }
    count = left.NS.length
  } else if ("BS" in existing && "BS" in value) {
    left = { BS: rest(existing.BS, value.BS) }
    count = left.BS.length
  } else throw mismatch()
  return count === 0 ? undefined : left
}

/** The container of the path's last step; what leads there has to exist. */
function containerOf(item: Item, path: Path): AttributeValue {
  const container = path.length === 1 ? { M: item } : readPath(item, path.slice(0, -1))
  if (container === undefined) throw invalidPath()
  return container
}

/** Returns where the value is now. */
function write(item: Item, path: Path, value: AttributeValue): Path {
  if (path.length - 1 + depthOf(value) > MAXIMUM_CONTAINERS) throw tooDeeplyNested()
  const container = containerOf(item, path)
  const step = path[path.length - 1]!
  if (typeof step === "number") {
    if (!("L" in container)) throw invalidPath()
    if (step >= container.L.length) return [...path.slice(0, -1), container.L.push(value) - 1]
    container.L[step] = value
  } else {
    if (!("M" in container)) throw invalidPath()
    container.M[step] = value
  }
  return path
}

function remove(item: Item, path: Path, shortened: Set<AttributeValue[]>): void {
  const container = containerOf(item, path)
  const step = path[path.length - 1]!
  if (typeof step === "number") {
    if (!("L" in container)) throw invalidPath()
    if (step >= container.L.length) return
    // Left as a gap until every action is done, so that indexes mean what they meant before.
    delete container.L[step]
    shortened.add(container.L)
  } else {
    if (!("M" in container)) throw invalidPath()
    if (findAttribute(container.M, step) !== undefined) delete container.M[step]
  }
}

function closeGaps(list: AttributeValue[]): void {
  list.splice(0, list.length, ...list.filter((element) => element !== undefined))
}
