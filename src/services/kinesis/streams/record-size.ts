import { UpdateMaxRecordSizeCommand } from "@aws-sdk/client-kinesis"
import { operation } from "../../../operation.ts"
import { onOwnStream, ownStreamOf } from "../access.ts"
import { changeSettings } from "./settings.ts"

export const UpdateMaxRecordSize = operation(UpdateMaxRecordSizeCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const { MaxRecordSizeInKiB: maximumRecordKiB } = input
    await changeSettings(context, ownStreamOf(input, context), (record) => ({ ...record, maximumRecordKiB }))
    return {}
  },
})
