import { PutRecordCommand } from "@aws-sdk/client-kinesis"
import { operation } from "../../../operation.ts"
import { onStream, streamOf } from "../access.ts"
import { keyCallerOf } from "./encryption.ts"
import { type NewRecord, putOne } from "./put-one.ts"

export const PutRecord = operation(PutRecordCommand, {
  access: onStream,
  // Partition keys are asked for by AWS's model; the client's leaves them out for a strategy that is not built.
  handle: (input, context) => putOne(context, streamOf(input, context), input as NewRecord, () => keyCallerOf(context)),
})
