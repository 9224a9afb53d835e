import { type AttributeValue, GetItemCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { writtenAs } from "../../../wire/index.ts"
import { assertAllUsed, bindingsOf } from "../expressions/bindings.ts"
import { projectItem } from "../expressions/project.ts"
import type { Path } from "../expressions/syntax.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { getKeyBytes } from "../tables/key-values.ts"
import type { Item } from "../values/attribute-value.ts"
import { parseItem } from "../values/parse.ts"
import { onItem } from "./access.ts"
import { consumedCapacity, readUnits } from "./capacity.ts"
import { assertOneStyle } from "./parameters.ts"
import { parseProjection } from "./projection.ts"
import { findRow, type ItemRow } from "./rows.ts"

export const GetItem = operation(GetItemCommand, {
  access: (input, scope) => onItem(input, scope, { reads: true }),

  async handle(input, context) {
    const { paths, entered } = parseGetProjection(input)
    const key = parseItem(input.Key)
    const table = await getTable(input.TableName, context)
    assertScalarKeys(table, entered)
    const bytes = getKeyBytes(table.key, key)
    const found = await context.store.read((tx) => findRow(tx, table, bytes))
    return {
      ...(found && { Item: writtenAs<Record<string, AttributeValue>>(shownText(found, paths)) }),
      ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, (usage) => {
        usage.table = readUnits(found?.size ?? 0, input.ConsistentRead ?? false)
      }),
    }
  },
})

/** The projection of GetItem, of BatchGetItem and of a transaction's Get. */
export function parseGetProjection(input: {
  ProjectionExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  AttributesToGet?: string[] | undefined
}): { paths: Path[] | undefined; entered: ReadonlySet<string> } {
  const { ProjectionExpression, ExpressionAttributeNames, AttributesToGet } = input
  assertOneStyle({ AttributesToGet }, { ProjectionExpression })
  const bindings = bindingsOf(ExpressionAttributeNames, undefined, {
    withNames: { ProjectionExpression },
    withValues: {},
  })
  const paths = parseProjection(ProjectionExpression, AttributesToGet, bindings)
  assertAllUsed(bindings)
  return { paths, entered: bindings.entered }
}

/** An item, or the parts of it that are asked for, as JSON. */
export const shownText = ({ body }: ItemRow, paths: readonly Path[] | undefined): string =>
  paths ? JSON.stringify(projectItem(JSON.parse(body) as Item, paths)) : body
