import { ScanCommand, type ScanCommandInput } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { invalid } from "../errors.ts"
import { assertAllUsed, bindingsOf } from "../expressions/bindings.ts"
import { legacyFilter } from "../expressions/legacy-conditions.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { onItem } from "./access.ts"
import { assertConditionalOperator, assertOneStyle } from "./parameters.ts"
import { parseProjection } from "./projection.ts"
import { parseFilter } from "./query.ts"
import { getIndex, search } from "./search.ts"
import { assertLimit, assertSelect, selectionOf } from "./selection.ts"
import { parseStartKey } from "./start-key.ts"

export const Scan = operation(ScanCommand, {
  access: (input, scope) => onItem(input, scope, { reads: true }),

  async handle(input, context) {
    const { filter, paths, entered } = parseScan(input)
    const table = await getTable(input.TableName, context)
    assertScalarKeys(table, entered)
    const index = getIndex(table, input.IndexName)
    const selection = selectionOf(input, index, paths)
    const { from, to } = segmentOf(input.Segment, input.TotalSegments)
    const start = input.ExclusiveStartKey && parseStartKey(table, index, input.ExclusiveStartKey, "Scan")
    if (start && (Buffer.compare(start.pk, from) < 0 || (to && Buffer.compare(start.pk, to) >= 0))) {
      throw invalid(
        `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${input.TotalSegments} Segment: ${input.Segment}`,
      )
    }
    const stretch = { table, index, partition: undefined, from, to, forward: true, start, isSingle: false }
    return search(context.store, stretch, filter, selection, input)
  },
})

function parseScan(input: ScanCommandInput) {
  assertLimit(input.Limit)
  const { FilterExpression, ProjectionExpression, ScanFilter, ConditionalOperator, AttributesToGet } = input
  assertOneStyle({ AttributesToGet, ScanFilter, ConditionalOperator }, { ProjectionExpression, FilterExpression })
  const bindings = bindingsOf(input.ExpressionAttributeNames, input.ExpressionAttributeValues, {
    withNames: { FilterExpression, ProjectionExpression },
    withValues: { FilterExpression },
  })
  assertSelect(input, "Scanning")
  assertSegments(input.Segment, input.TotalSegments)
  assertConditionalOperator(ConditionalOperator, ScanFilter)
  const filter =
    parseFilter(FilterExpression, bindings) ?? (ScanFilter && legacyFilter(ScanFilter, ConditionalOperator))
  const paths = parseProjection(ProjectionExpression, AttributesToGet, bindings)
  assertAllUsed(bindings)
  return { filter, paths, entered: bindings.entered }
}

function assertSegments(segment: number | undefined, total: number | undefined): void {
  if (segment !== undefined && total === undefined) {
    throw invalid(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    )
  }
  if (total !== undefined && segment === undefined) {
    throw invalid(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    )
  }
  if (segment !== undefined && total !== undefined && segment >= total) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    )
  }
}

/** Every segment is an equal share of the hashes that partition keys begin with. */
function segmentOf(segment = 0, total = 1): { from: Buffer; to: Buffer | undefined } {
  return {
    from: segment === 0 ? Buffer.alloc(0) : hashAt(segment / total),
    to: segment === total - 1 ? undefined : hashAt((segment + 1) / total),
  }
}

function hashAt(share: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Math.floor(share * 2 ** 32))
  return bytes
}
