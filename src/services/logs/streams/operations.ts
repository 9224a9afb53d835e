import {
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  type LogStream,
} from "@aws-sdk/client-cloudwatch-logs"
import { listPage } from "../../../base/paging.ts"
import { operation } from "../../../operation.ts"
import { removalWorker } from "../../../work/removal.ts"
import { groupOf, onGroup, onStream } from "../access.ts"
import { streamArn } from "../arns.ts"
import { invalidParameter, invalidToken } from "../errors.ts"
import { type Group, getGroup } from "../groups/record.ts"
import { createStream, deleteStream, getStream, listByLastEvent, listByName, type Stream } from "./record.ts"

export const CreateLogStream = operation(CreateLogStreamCommand, {
  access: onStream,
  async handle({ logStreamName, ...input }, context) {
    const group = await getGroup(context.store, groupOf(input, context))
    await context.store.transact((tx) => createStream(tx, group, logStreamName, context.clock.now()))
    return {}
  },
})

export const DeleteLogStream = operation(DeleteLogStreamCommand, {
  access: onStream,
  async handle({ logStreamName, ...input }, context) {
    const group = await getGroup(context.store, groupOf(input, context))
    await context.store.transact(async (tx) =>
      deleteStream(tx, context.work, await getStream(tx, group, logStreamName)),
    )
    return {}
  },
})

const PAGE = 50

export const DescribeLogStreams = operation(DescribeLogStreamsCommand, {
  access: onGroup,
  async handle(input, context) {
    const { logStreamNamePrefix, orderBy = "LogStreamName", descending = false, limit = PAGE } = input
    // API Reference, DescribeLogStreams. UNVERIFIED: the text.
    if (orderBy === "LastEventTime" && logStreamNamePrefix !== undefined)
      throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
    const group = await getGroup(context.store, groupOf(input, context))
    const prefix = logStreamNamePrefix ?? ""
    const which = { groupId: group.id, prefix, isDescending: descending }
    const { items, next } = await context.store.read((tx) =>
      listPage(
        context.masterKey,
        {
          list: `logs.streams ${group.id} ${prefix} ${orderBy} ${descending}`,
          token: input.nextToken,
          limit,
          invalidToken,
        },
        {
          load: (after, count) =>
            orderBy === "LogStreamName"
              ? listByName(tx, which, after === "" ? undefined : after, count)
              : listByLastEvent(tx, which, after === "" ? undefined : parsePlace(after), count),
          keyOf: ({ name, lastEvent }: Stream) => (orderBy === "LogStreamName" ? name : `${lastEvent} ${name}`),
        },
      ),
    )
    return {
      logStreams: items.map((stream) => describe(group, stream)),
      ...(next !== undefined && { nextToken: next }),
    }
  },
})

function parsePlace(text: string): { lastEvent: number; name: string } {
  const blank = text.indexOf(" ")
  return { lastEvent: Number(text.slice(0, blank)), name: text.slice(blank + 1) }
}

/** `storedBytes` of a stream is always 0: API Reference, LogStream. */
const describe = (group: Group, stream: Stream): LogStream => ({
  logStreamName: stream.name,
  creationTime: stream.created,
  ...(stream.lastIngestion > 0 && {
    firstEventTimestamp: stream.firstEvent,
    lastEventTimestamp: stream.lastEvent,
    lastIngestionTime: stream.lastIngestion,
  }),
  uploadSequenceToken: UPLOAD_TOKEN,
  arn: streamArn(group, stream.name),
  storedBytes: 0,
})

/** Nobody looks at these tokens any more (API Reference, PutLogEvents), and all are accepted. */
export const UPLOAD_TOKEN = "49039859582100000000000000000000000000000000000000000001"

/** Of a stream that was deleted; the key is its id. */
export const streamRemoval = removalWorker(({ key }) => [
  { table: "logs_events", key: "stream_id, time, seq", where: "stream_id = $1", values: [key] },
])
