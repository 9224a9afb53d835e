import { invalid, invalidParameter } from "../errors.ts"
import { type Bindings, bindPath } from "../expressions/bindings.ts"
import { parseProjectionExpression } from "../expressions/parse.ts"
import { findCollision } from "../expressions/paths.ts"
import type { Path } from "../expressions/syntax.ts"

/** The paths that are asked for, in either way of asking; undefined for whole items. */
export function parseProjection(
  expression: string | undefined,
  attributesToGet: readonly string[] | undefined,
  bindings: Bindings,
): Path[] | undefined {
  if (expression !== undefined) {
    const paths = parseProjectionExpression(expression).map((path) => bindPath(bindings, "ProjectionExpression", path))
    const collision = findCollision(paths)
    if (collision) throw invalid(`Invalid ProjectionExpression: ${collision}`)
    return paths
  }
  if (!attributesToGet) return undefined
  const names = new Set<string>()
  for (const name of attributesToGet) {
    if (names.has(name)) throw invalidParameter(`Duplicate value in attribute name: ${name}`)
    names.add(name)
  }
  return attributesToGet.map((name) => [name])
}
