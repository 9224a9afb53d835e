import type { PatchOperation } from "@aws-sdk/client-api-gateway"
import type { RequirementContext } from "../../authorization/requirement.ts"

/**
 * Condition keys of what an update sets (service authorization reference, "Amazon API Gateway Management"), by the paths that set
 * them; a path that ends with `*` stands for those that begin so.
 */
export function patchedKeys(
  operations: readonly PatchOperation[] | undefined,
  keys: Readonly<Record<string, string>>,
): RequirementContext {
  const context: Record<string, string[]> = {}
  for (const { op, path, value } of operations ?? []) {
    if (path === undefined || value === undefined || op === "remove") continue
    for (const [pattern, key] of Object.entries(keys))
      if (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern)
        context[key] = [...(context[key] ?? []), value]
  }
  return context
}
