import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as account from "./account.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import { CHANGE_CONSUMER, consumerWork } from "./consumers/change-work.ts"
import * as consumers from "./consumers/operations.ts"
import { opener } from "./follow.ts"
import * as policies from "./policies.ts"
import { receiver } from "./receive.ts"
import { GetRecords } from "./records/get-records.ts"
import { GetShardIterator } from "./records/get-shard-iterator.ts"
import { PutRecord } from "./records/put-record.ts"
import { PutRecords } from "./records/put-records.ts"
import { resourceFacts } from "./resource-facts.ts"
import { ListShards } from "./shards/list.ts"
import * as shards from "./shards/operations.ts"
import { CHANGE_STREAM, changeWork } from "./streams/change-work.ts"
import { CreateStream } from "./streams/create.ts"
import { DELETE_STREAM, DeleteStream, deleteWork } from "./streams/delete.ts"
import * as descriptions from "./streams/describe.ts"
import * as encryption from "./streams/encryption.ts"
import { UpdateStreamMode } from "./streams/mode.ts"
import * as monitoring from "./streams/monitoring.ts"
import { UpdateMaxRecordSize } from "./streams/record-size.ts"
import * as retention from "./streams/retention.ts"
import { SWEEP_SUBSCRIPTIONS, sweepWork } from "./subscriptions/record.ts"
import { SubscribeToShard } from "./subscriptions/subscribe.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags.ts"
import { TRIM, trimWork } from "./trim.ts"

/** Amazon Kinesis Data Streams: logs of records in shards, which many write to and read from. */
export const service: Service = {
  name: "kinesis",
  protocol: "awsJson1_1",
  targetPrefix: "Kinesis_20131202",
  errors: "json",
  validationCode: "ValidationException",
  operations: [
    CreateStream,
    DeleteStream,
    UpdateStreamMode,
    UpdateMaxRecordSize,
    ListShards,
    PutRecord,
    PutRecords,
    GetShardIterator,
    GetRecords,
    SubscribeToShard,
    ...operationsOf([descriptions, retention, monitoring, encryption, shards, consumers, tags, policies, account]),
  ],
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  receives: receiver,
  opens: opener,
  work: {
    [CHANGE_STREAM]: changeWork,
    [DELETE_STREAM]: deleteWork,
    [CHANGE_CONSUMER]: consumerWork,
    [TRIM]: trimWork,
    [SWEEP_SUBSCRIPTIONS]: sweepWork,
  },
}
