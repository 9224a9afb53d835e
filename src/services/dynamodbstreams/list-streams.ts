import { ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams"
import { operation } from "../../operation.ts"
import { listStreams, parseStreamArn, streamArn } from "../dynamodb/service.ts"
import { assertAtMost, invalidStreamArn } from "./errors.ts"

/** API reference, ListStreams. */
const MOST = 100

export const ListStreams = operation(ListStreamsCommand, {
  access: () => ({ resource: "*" }),
  async handle({ TableName, Limit = MOST, ExclusiveStartStreamArn }, { store, account, region }) {
    assertAtMost(Limit, MOST)
    const after = ExclusiveStartStreamArn === undefined ? undefined : parseStreamArn(ExclusiveStartStreamArn)
    if (ExclusiveStartStreamArn !== undefined && !after) throw invalidStreamArn(ExclusiveStartStreamArn)
    const found = await store.read((tx) => listStreams(tx, { account, region }, TableName, after, Limit + 1))
    const streams = found.slice(0, Limit).map(({ name, label }) => ({
      TableName: name,
      StreamArn: streamArn({ account, region, name, label }),
      StreamLabel: label,
    }))
    return {
      Streams: streams,
      ...(found.length > Limit && { LastEvaluatedStreamArn: streams.at(-1)!.StreamArn }),
    }
  },
})
