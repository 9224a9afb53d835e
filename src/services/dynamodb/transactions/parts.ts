import type { TransactWriteItem } from "@aws-sdk/client-dynamodb"
import { invalid } from "../errors.ts"
import { parseDelete, prepareDelete } from "../items/delete-item.ts"
import { parsePut, preparePut } from "../items/put-item.ts"
import { parseUpdate, prepareUpdate } from "../items/update-item.ts"
import type { Write } from "../items/write.ts"
import { getKeyBytes } from "../tables/key-values.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"

/** One part of TransactWriteItems. */
export interface Part {
  name: string
  /** The item, or its key. */
  key: Item
  prepare(table: Table): Write
}

/** The one request that a part holds, and the action that it needs. */
export function requestOf(item: TransactWriteItem) {
  const { ConditionCheck, Put, Delete, Update } = item
  const requests = [
    ConditionCheck && { action: "dynamodb:ConditionCheckItem", request: ConditionCheck },
    Put && { action: "dynamodb:PutItem", request: Put },
    Delete && { action: "dynamodb:DeleteItem", request: Delete },
    Update && { action: "dynamodb:UpdateItem", request: Update },
  ].filter((request) => request !== undefined)
  if (requests.length !== 1) throw invalid("TransactItems can only contain one of Check, Put, Update or Delete")
  return requests[0]!
}

export function parsePart(item: TransactWriteItem): Part {
  const { ConditionCheck, Put, Delete, Update } = item
  if (Put) {
    const put = parsePut({ ...Put, Item: Put.Item! })
    return {
      name: Put.TableName!,
      key: put.item,
      prepare: (table) => preparePut(table, put, Put.ReturnValuesOnConditionCheckFailure),
    }
  }
  if (Update) {
    const change = parseUpdate({ ...Update, Key: Update.Key! })
    return {
      name: Update.TableName!,
      key: change.key,
      prepare: (table) => prepareUpdate(table, change, Update.ReturnValuesOnConditionCheckFailure),
    }
  }
  const request = (Delete ?? ConditionCheck)!
  const keyed = parseDelete({ ...request, Key: request.Key! })
  const onFailure = request.ReturnValuesOnConditionCheckFailure
  return {
    name: request.TableName!,
    key: keyed.key,
    prepare: (table) =>
      Delete
        ? prepareDelete(table, keyed, onFailure)
        : {
            table,
            key: getKeyBytes(table.key, keyed.key),
            condition: keyed.condition,
            after: (before) => before,
            readsItem: true,
            showsItem: onFailure === "ALL_OLD",
          },
  }
}
