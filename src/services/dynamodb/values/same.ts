import { type AttributeValue, findAttribute, type Item } from "./attribute-value.ts"

/** Whether two items hold the same, in whatever order they hold it: attributes, members of maps and of sets have none. */
export function isSameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => {
    const other = findAttribute(b, name)
    return other !== undefined && isSameValue(a[name]!, other)
  })
}

function isSameValue(a: AttributeValue, b: AttributeValue): boolean {
  if ("S" in a) return "S" in b && a.S === b.S
  if ("N" in a) return "N" in b && a.N === b.N
  if ("B" in a) return "B" in b && a.B === b.B
  if ("BOOL" in a) return "BOOL" in b && a.BOOL === b.BOOL
  if ("NULL" in a) return "NULL" in b
  if ("M" in a) return "M" in b && isSameItem(a.M, b.M)
  if ("L" in a) return "L" in b && a.L.length === b.L.length && a.L.every((element, i) => isSameValue(element, b.L[i]!))
  if ("SS" in a) return "SS" in b && isSameSet(a.SS, b.SS)
  if ("NS" in a) return "NS" in b && isSameSet(a.NS, b.NS)
  return "BS" in b && isSameSet(a.BS, b.BS)
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  const members = new Set(a)
  return b.every((member) => members.has(member))
}
