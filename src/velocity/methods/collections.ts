import { RenderError } from "../budget.ts"
import type { Run } from "../run.ts"
import { findMember, isList, isMap, type MapValue, putMember, TemplateList, type Value } from "../value.ts"
import { indexOf, type Methods, toIndex, toText } from "./method.ts"

/** A list may be added to while somebody goes through it, and grows no further than this. */
const ITEMS_AT_MOST = 100_000

/** Of `java.util.List`, of JSON's lists too. */
export const LIST_METHODS: Methods<readonly Value[]> = {
  size: (list) => list.length,
  isEmpty: (list) => list.length === 0,
  get: (list, _, [at]) => list[indexOf(at, list.length)],
  contains: (list, { printer }, [item]) => list.some((one) => printer.areEqual(one, item)),
  indexOf: (list, { printer }, [item]) => list.findIndex((one) => printer.areEqual(one, item)),
  add: (list, run, given) => {
    const [at, item] = given.length > 1 ? [indexOf(given[0], list.length + 1), given[1]] : [list.length, given[0]]
    changed(list, 1).splice(at, 0, item)
    run.budget.make(16)
    return true
  },
  addAll: (list, run, [others]) => {
    if (!isList(others)) return false
    run.budget.make(16 * others.length)
    changed(list, others.length).push(...others.slice(0, ITEMS_AT_MOST))
    return others.length > 0
  },
  set: (list, _, [at, item]) => {
    const place = indexOf(at, list.length)
    const before = list[place]
    changed(list, 0)[place] = item
    return before
  },
  remove: (list, { printer }, [what]) => {
    const at = toIndex(what) ?? list.findIndex((one) => printer.areEqual(one, what))
    if (typeof what === "string" && at < 0) return false
    return changed(list, 0).splice(indexOf(at, list.length), 1)[0]
  },
  clear: (list) => void changed(list, 0).splice(0),
  subList: (list, { budget }, [from, to]) => {
    budget.make(16 * list.length)
    return TemplateList.from(list.slice(indexOf(from, list.length + 1), indexOf(to, list.length + 1)))
  },
  equals: (list, { printer }, [other]) => printer.areEqual(list, other),
  toString: (list: readonly Value[], { printer }: Run) => printer.text(list),
}

function changed(list: readonly Value[], more: number): Value[] {
  if (list.length + more > ITEMS_AT_MOST) throw new RenderError("A list grows too long.")
  return list as Value[]
}

/** Of `java.util.Map`. */
export const MAP_METHODS: Methods<MapValue> = {
  get: (map, { printer }, [key]) => findMember(map, toText(printer, key)),
  getOrDefault: (map, { printer }, [key, other]) => findMember(map, toText(printer, key)) ?? other,
  put: (map, run, [key, value]) => {
    const name = toText(run.printer, key)
    const before = findMember(map, name)
    putMember(map, name, value)
    run.budget.make(16)
    return before
  },
  putAll: (map, { budget }, [other]) => {
    if (!isMap(other)) return undefined
    const entries = Object.entries(other)
    budget.make(16 * entries.length)
    for (const [key, value] of entries) putMember(map, key, value)
    return undefined
  },
  remove: (map, { printer }, [key]) => {
    const name = toText(printer, key)
    const before = findMember(map, name)
    if (Object.hasOwn(map, name)) delete map[name]
    return before
  },
  containsKey: (map, { printer }, [key]) => Object.hasOwn(map, toText(printer, key)),
  containsValue: (map, { printer }, [value]) => Object.values(map).some((one) => printer.areEqual(one, value)),
  size: (map) => Object.keys(map).length,
  isEmpty: (map) => Object.keys(map).length === 0,
  keySet: (map, { budget }) => listed(budget.make, Object.keys(map)),
  values: (map, { budget }) => listed(budget.make, Object.values(map)),
  entrySet: (map, { budget }) =>
    listed(
      budget.make,
      Object.entries(map).map(([key, value]): MapValue => ({ key, value })),
    ),
  // Of the entries of `entrySet`.
  getKey: (map) => findMember(map, "key"),
  getValue: (map) => findMember(map, "value"),
  clear: (map) => {
    for (const key of Object.keys(map)) delete map[key]
    return undefined
  },
  equals: (map, { printer }, [other]) => printer.areEqual(map, other),
  toString: (map: MapValue, { printer }: Run) => printer.text(map),
}

function listed(make: (length: number) => void, items: readonly Value[]): TemplateList {
  make(16 * items.length)
  return TemplateList.from(items)
}
