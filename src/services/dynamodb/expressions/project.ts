import { type AttributeValue, findAttribute, type Item, newItem } from "../values/attribute-value.ts"
import { readStep } from "./paths.ts"
import type { Path } from "./syntax.ts"

/** The parts of an item that paths name, in the containers they are in. Elements of lists close up. */
export function projectItem(item: Item, paths: readonly Path[]): Item {
  const projected = newItem()
  for (const [name, rests] of groups(paths, 0)) {
    const value = findAttribute(item, name as string)
    const kept = value === undefined ? undefined : projectValue(value, rests, 1)
    if (kept !== undefined) projected[name as string] = kept
  }
  return projected
}

function projectValue(value: AttributeValue, paths: readonly Path[], depth: number): AttributeValue | undefined {
  if (paths.some((path) => path.length === depth)) return value
  const map = newItem()
  const list: AttributeValue[] = []
  const byStep = [...groups(paths, depth)].sort(([a], [b]) =>
    typeof a === "number" && typeof b === "number" ? a - b : 0,
  )
  for (const [step, rests] of byStep) {
    const inner = readStep(value, step)
    const kept = inner === undefined ? undefined : projectValue(inner, rests, depth + 1)
    if (kept === undefined) continue
    if (typeof step === "number") list.push(kept)
    else map[step] = kept
  }
  if ("L" in value) return list.length === 0 ? undefined : { L: list }
  return Object.keys(map).length === 0 ? undefined : { M: map }
}

function groups(paths: readonly Path[], depth: number): Map<string | number, Path[]> {
  const byStep = new Map<string | number, Path[]>()
  for (const path of paths) {
    const step = path[depth]!
    const group = byStep.get(step)
    if (group) group.push(path)
    else byStep.set(step, [path])
  }
  return byStep
}
