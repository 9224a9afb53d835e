import { type AttributeValue, type Item, newItem } from "./attribute-value.ts"

/** A copy that shares nothing with the item, and that may be changed: its maps take any name. */
export function thawItem(item: Item): Item {
  const copy = newItem()
  for (const name of Object.keys(item)) copy[name] = thawValue(item[name]!)
  return copy
}

function thawValue(value: AttributeValue): AttributeValue {
  if ("M" in value) return { M: thawItem(value.M) }
  if ("L" in value) return { L: value.L.map(thawValue) }
  return value
}
