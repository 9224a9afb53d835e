import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as backups from "./backups.ts"
import { BatchGetItem } from "./batches/batch-get-item.ts"
import { BatchWriteItem } from "./batches/batch-write-item.ts"
import { bodyLimits } from "./body-limits.ts"
import { constraints } from "./constraints.ts"
import * as exportsAndImports from "./exports-and-imports.ts"
import * as globalTables from "./global-tables.ts"
import * as insights from "./insights.ts"
import { DeleteItem } from "./items/delete-item.ts"
import { GetItem } from "./items/get-item.ts"
import { PutItem } from "./items/put-item.ts"
import { Query } from "./items/query.ts"
import { Scan } from "./items/scan.ts"
import { UpdateItem } from "./items/update-item.ts"
import { REPLICATE } from "./kinesis/hasten.ts"
import * as kinesis from "./kinesis/operations.ts"
import { replicationWork, resumeReplication } from "./kinesis/work.ts"
import { DescribeEndpoints, DescribeLimits } from "./limits.ts"
import { DeleteResourcePolicy, GetResourcePolicy, PutResourcePolicy } from "./policies/operations.ts"
import { resourceFacts } from "./resource-facts.ts"
import { KEEP_STREAM, upkeepWork } from "./streams/upkeep.ts"
import { COUNT_TABLE, countWork } from "./tables/contents.ts"
import { CreateTable } from "./tables/create.ts"
import { DeleteTable } from "./tables/delete.ts"
import { DELETE_TABLE, deleteTableWork } from "./tables/delete-work.ts"
import { DescribeTable } from "./tables/describe.ts"
import { EMPTY_INDEX, emptyIndexWork, FILL_INDEX, fillIndexWork } from "./tables/index-work.ts"
import { ListTables } from "./tables/list.ts"
import { UpdateTable } from "./tables/update.ts"
import { migrations } from "./tables.ts"
import { ListTagsOfResource, TagResource, UntagResource } from "./tags.ts"
import { EXPIRE, expiryWork } from "./time-to-live/expiry.ts"
import { DescribeTimeToLive, UpdateTimeToLive } from "./time-to-live/operations.ts"
import { FORGET_TOKENS, forgetTokensWork } from "./transactions/request-tokens.ts"
import { TransactGetItems } from "./transactions/transact-get-items.ts"
import { TransactWriteItems } from "./transactions/transact-write-items.ts"

export { eventOf, formatEvent } from "./streams/events.ts"
export { findStream, listStreams, parseStreamArn, readStream } from "./streams/find.ts"
export { readShard } from "./streams/read.ts"
export { type Shard, type Stream, streamArn } from "./streams/record.ts"
export { formatSequenceNumber, parseSequenceNumber } from "./streams/sequence-numbers.ts"
export { horizonAt } from "./streams/shards.ts"

export const service: Service = {
  name: "dynamodb",
  protocol: "awsJson1_0",
  targetPrefix: "DynamoDB_20120810",
  errors: "json",
  cors: true,
  missingTokenText: "Request is missing Authentication Token",
  validationCode: "ValidationException",
  operations: [
    CreateTable,
    DescribeTable,
    ListTables,
    UpdateTable,
    DeleteTable,
    UpdateTimeToLive,
    DescribeTimeToLive,
    PutItem,
    GetItem,
    UpdateItem,
    DeleteItem,
    Query,
    Scan,
    BatchGetItem,
    BatchWriteItem,
    TransactGetItems,
    TransactWriteItems,
    PutResourcePolicy,
    GetResourcePolicy,
    DeleteResourcePolicy,
    TagResource,
    UntagResource,
    ListTagsOfResource,
    DescribeLimits,
    DescribeEndpoints,
    ...operationsOf([backups, exportsAndImports, globalTables, insights, kinesis]),
  ],
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  start: resumeReplication,
  work: {
    [DELETE_TABLE]: deleteTableWork,
    [FILL_INDEX]: fillIndexWork,
    [EMPTY_INDEX]: emptyIndexWork,
    [COUNT_TABLE]: countWork,
    [EXPIRE]: expiryWork,
    [KEEP_STREAM]: upkeepWork,
    [REPLICATE]: replicationWork,
    [FORGET_TOKENS]: forgetTokensWork,
  },
}
