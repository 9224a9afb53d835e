import { QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { invalid } from "../errors.ts"
import { bindCondition } from "../expressions/bind-condition.ts"
import { assertAllUsed, type Bindings, bindingsOf } from "../expressions/bindings.ts"
import { legacyFilter } from "../expressions/legacy-conditions.ts"
import { parseConditionExpression } from "../expressions/parse.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { onItem } from "./access.ts"
import { assertNoKeyAttributes, attributesIn } from "./filter.ts"
import { type KeyTest, keyConditionOf, keyTestsOf } from "./key-condition.ts"
import { keyRangeOf } from "./key-range.ts"
import { legacyKeyTests } from "./legacy-key-condition.ts"
import { assertConditionalOperator, assertOneStyle } from "./parameters.ts"
import { parseProjection } from "./projection.ts"
import { getIndex, search } from "./search.ts"
import { assertLimit, assertSelect, selectionOf } from "./selection.ts"
import { assertWithin, nothingBehind, parseStartKey } from "./start-key.ts"

export const Query = operation(QueryCommand, {
  access: (input, scope) => onItem(input, scope, { reads: true }),

  async handle(input, context) {
    const { tests, filter, paths, entered } = parseQuery(input)
    const table = await getTable(input.TableName, context)
    assertScalarKeys(table, entered)
    const index = getIndex(table, input.IndexName)
    const schema = index?.key ?? table.key
    const range = keyRangeOf(schema, keyConditionOf(schema, tests))
    if (filter) {
      assertNoKeyAttributes(schema, attributesIn(filter), input.QueryFilter ? "QueryFilter" : "Filter Expression")
    }
    const selection = selectionOf(input, index, paths)
    const start = input.ExclusiveStartKey && parseStartKey(table, index, input.ExclusiveStartKey, "Query")
    if (start) assertWithin(range, start)
    const isSingle = !index && table.key.sort.length === 0
    if (start && isSingle) throw nothingBehind()
    const { pk: partition, from, to } = range
    const forward = input.ScanIndexForward ?? true
    const stretch = { table, index, partition, from, to, forward, start, isSingle }
    return search(context.store, stretch, filter, selection, input)
  },
})

function parseQuery(input: QueryCommandInput) {
  assertLimit(input.Limit)
  const { KeyConditionExpression, FilterExpression, ProjectionExpression } = input
  const { KeyConditions, QueryFilter, ConditionalOperator, AttributesToGet } = input
  // KeyConditions go with any other expression (two suites that ran on AWS).
  assertOneStyle(
    {
      AttributesToGet,
      QueryFilter,
      ConditionalOperator,
      ...(KeyConditionExpression !== undefined && { KeyConditions }),
    },
    { ProjectionExpression, FilterExpression, KeyConditionExpression },
  )
  const bindings = bindingsOf(input.ExpressionAttributeNames, input.ExpressionAttributeValues, {
    withNames: { FilterExpression, KeyConditionExpression, ProjectionExpression },
    withValues: { FilterExpression, KeyConditionExpression },
  })
  if (KeyConditionExpression === undefined && KeyConditions === undefined) {
    throw invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
  }
  assertSelect(input, "Querying")
  assertConditionalOperator(ConditionalOperator, QueryFilter)
  const filter =
    parseFilter(FilterExpression, bindings) ?? (QueryFilter && legacyFilter(QueryFilter, ConditionalOperator))
  const paths = parseProjection(ProjectionExpression, AttributesToGet, bindings)
  const tests: KeyTest[] =
    KeyConditionExpression === undefined
      ? legacyKeyTests(KeyConditions!)
      : keyTestsOf(
          bindCondition(
            bindings,
            "KeyConditionExpression",
            parseConditionExpression("KeyConditionExpression", KeyConditionExpression),
          ),
        )
  assertAllUsed(bindings)
  return { tests, filter, paths, entered: bindings.entered }
}

export function parseFilter(expression: string | undefined, bindings: Bindings): BoundCondition | undefined {
  if (expression === undefined) return undefined
  return bindCondition(bindings, "FilterExpression", parseConditionExpression("FilterExpression", expression))
}
