import type { AttributeValue } from "./attribute-value.ts"

/**
 * DynamoDB Developer Guide, "Quotas": nested attribute depth is 32 levels, of which a value without parts is one. So
 * 31 lists and maps may stand round it (dynoxide #110, measured on AWS).
 */
export const MAXIMUM_CONTAINERS = 31

/** How many lists and maps stand in one another. */
export function depthOf(value: AttributeValue): number {
  if ("L" in value) return 1 + deepest(value.L)
  if ("M" in value) return 1 + deepest(Object.values(value.M))
  return 0
}

function deepest(values: readonly AttributeValue[]): number {
  let depth = 0
  for (const value of values) depth = Math.max(depth, depthOf(value))
  return depth
}
