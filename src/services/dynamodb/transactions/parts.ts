import type { TransactWriteItem } from "@aws-sdk/client-dynamodb"
import { invalid } from "../errors.ts"
import { parseDelete, prepareCheck, prepareDelete } from "../items/delete-item.ts"
import { parsePut, preparePut } from "../items/put-item.ts"
import { parseUpdate, prepareUpdate } from "../items/update-item.ts"
import type { Write } from "../items/write.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { sizeOfItem } from "../values/size.ts"

/** One part of TransactWriteItems. */
export interface Part {
  name: string
  /** The item, or its key, and the size of it. */
  key: Item
  bytes: number
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
      bytes: put.bytes,
      prepare: (table) => preparePut(table, put, Put.ReturnValuesOnConditionCheckFailure),
    }
  }
  if (Update) {
    const change = parseUpdate({ ...Update, Key: Update.Key! })
    return {
      name: Update.TableName!,
      key: change.key,
      bytes: sizeOfItem(change.key),
      prepare: (table) => prepareUpdate(table, change, Update.ReturnValuesOnConditionCheckFailure),
    }
  }
  const request = (Delete ?? ConditionCheck)!
  const keyed = parseDelete({ ...request, Key: request.Key! })
  const onFailure = request.ReturnValuesOnConditionCheckFailure
  return {
    name: request.TableName!,
    key: keyed.key,
    bytes: sizeOfItem(keyed.key),
    prepare: (table) => (Delete ? prepareDelete : prepareCheck)(table, keyed, onFailure),
  }
}
