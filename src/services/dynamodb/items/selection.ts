import { invalid, invalidParameter } from "../errors.ts"
import type { Path } from "../expressions/syntax.ts"
import type { Index } from "../tables/record.ts"

export interface SelectionInput {
  IndexName?: string | undefined
  Select?: "ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES" | "SPECIFIC_ATTRIBUTES" | "COUNT" | undefined
  ProjectionExpression?: string | undefined
  AttributesToGet?: readonly string[] | undefined
  ConsistentRead?: boolean | undefined
}

/** What a Query or Scan shows of each item. */
export interface Selection {
  countsOnly: boolean
  /** Items are read whole, though an index holds less: a local index fetches the rest from its table. */
  wholeItems: boolean
  paths: readonly Path[] | undefined
}

/** The member is spelt as it was sent, unlike in the other texts of its kind (a suite that ran on AWS). */
export function assertLimit(limit: number | undefined): void {
  if (limit === undefined || limit >= 1) return
  throw invalid(
    "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  )
}

/** What can be refused without the table. `operation` is the word that AWS uses for it. */
export function assertSelect(input: SelectionInput, operation: "Querying" | "Scanning"): void {
  const { Select, ProjectionExpression, AttributesToGet } = input
  const projection =
    ProjectionExpression !== undefined
      ? "ProjectionExpression"
      : AttributesToGet !== undefined
        ? "AttributesToGet"
        : undefined
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && input.IndexName === undefined) {
    throw invalidParameter(`ALL_PROJECTED_ATTRIBUTES can be used only when ${operation} using an IndexName`)
  }
  if (Select === "SPECIFIC_ATTRIBUTES" && !projection) {
    throw invalidParameter(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    )
  }
  if (projection && Select !== undefined && Select !== "SPECIFIC_ATTRIBUTES") {
    const choice = Select === "COUNT" ? "only the Count" : Select
    throw invalidParameter(`Cannot specify the ${projection} when choosing to get ${choice}`)
  }
}

export function selectionOf(
  input: SelectionInput,
  index: Index | undefined,
  paths: readonly Path[] | undefined,
): Selection {
  if (input.ConsistentRead && index?.isGlobal) {
    throw invalid("Consistent reads are not supported on global secondary indexes")
  }
  const countsOnly = input.Select === "COUNT"
  const missing = index?.projected && pathsBeyond(index.projected, paths)
  if (index?.isGlobal && index.projected) {
    if (input.Select === "ALL_ATTRIBUTES") {
      throw invalidParameter(
        `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
      )
    }
    if (missing && missing.length > 0) {
      throw invalidParameter(`Global secondary index ${index.name} does not project [${missing.join(", ")}]`)
    }
  }
  return { countsOnly, wholeItems: input.Select === "ALL_ATTRIBUTES" || (missing?.length ?? 0) > 0, paths }
}

const pathsBeyond = (projected: readonly string[], paths: readonly Path[] | undefined): string[] =>
  (paths ?? []).map(([name]) => name as string).filter((name) => !projected.includes(name))
