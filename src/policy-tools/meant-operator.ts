import { findNearest } from "../base/nearest.ts"
import { OPERATORS, parseOperatorName } from "../policy/conditions/operators.ts"
import type { PolicySyntaxError } from "../policy/index.ts"

/** ` Did you mean StringEquals?`, of a fault whose place is an operator that there is not. */
export function meantOperator({ path }: PolicySyntaxError): string {
  const [, written, base] = /\.Condition\.((?:ForA\w+:)?([^.:]+))$/.exec(path) ?? []
  if (written === undefined || parseOperatorName(written) !== undefined) return ""
  const nearest = findNearest(base!, [...OPERATORS.keys(), "Null"])
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`
}
