import {
  DescribeKinesisStreamingDestinationCommand,
  DisableKinesisStreamingDestinationCommand,
  EnableKinesisStreamingDestinationCommand,
  UpdateKinesisStreamingDestinationCommand,
} from "@aws-sdk/client-dynamodb"
import type { Requirement } from "../../../authorization/requirement.ts"
import { parseArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { arnOf, onTable } from "../access.ts"
import { invalid } from "../errors.ts"
import { getNamedTable, readNamedTable, updateTable } from "../tables/find.ts"
import type { DestinationRecord, TableRecord } from "../tables/record.ts"
import { parseTableName } from "../tables/table-name.ts"
import { REPLICATE } from "./hasten.ts"
import { type Changed, changeDestination, disableDestination, enableDestination } from "./settings.ts"

export const EnableKinesisStreamingDestination = operation(EnableKinesisStreamingDestinationCommand, {
  /** Developer Guide, "Using IAM policies for Amazon Kinesis Data Streams and Amazon DynamoDB". */
  access({ TableName, StreamArn }, scope): Requirement[] {
    return [
      { resource: arnOf(TableName, scope) },
      { action: "kinesis:ListStreams", resource: "*" },
      { action: "kinesis:DescribeStream", resource: StreamArn },
      { action: "kinesis:PutRecords", resource: StreamArn },
    ]
  },
  async handle({ TableName, StreamArn, EnableKinesisStreamingConfiguration: asked }, context) {
    assertStreamArn(StreamArn, context)
    await assertStream(StreamArn, context)
    const precision = asked?.ApproximateCreationDateTimePrecision ?? "MILLISECOND"
    const { answer, destination } = await change(TableName, context, (tx, record) =>
      enableDestination(tx, context, record, StreamArn, precision),
    )
    await context.work.firstPiece(REPLICATE, destination.id)
    return { ...answer, EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision } }
  },
})

export const UpdateKinesisStreamingDestination = operation(UpdateKinesisStreamingDestinationCommand, {
  access: onTable,
  async handle({ TableName, StreamArn, UpdateKinesisStreamingConfiguration: asked }, context) {
    assertStreamArn(StreamArn, context)
    const precision = asked?.ApproximateCreationDateTimePrecision
    if (precision === undefined) {
      throw invalid(
        "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
      )
    }
    const { answer } = await change(TableName, context, (tx, record) =>
      changeDestination(tx, context, record, StreamArn, precision),
    )
    return { ...answer, UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision } }
  },
})

export const DisableKinesisStreamingDestination = operation(DisableKinesisStreamingDestinationCommand, {
  access: onTable,
  async handle({ TableName, StreamArn }, context) {
    assertStreamArn(StreamArn, context)
    const { answer, destination } = await change(TableName, context, (tx, record) =>
      disableDestination(tx, context, record, StreamArn),
    )
    const { precision } = destination
    return { ...answer, EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision } }
  },
})

export const DescribeKinesisStreamingDestination = operation(DescribeKinesisStreamingDestinationCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    const { record } = await getNamedTable(TableName, context)
    return { TableName: record.name, KinesisDataStreamDestinations: (record.destinations ?? []).map(describe) }
  },
})

const describe = ({ streamArn, status, precision }: DestinationRecord) => ({
  StreamArn: streamArn,
  DestinationStatus: status,
  ApproximateCreationDateTimePrecision: precision,
})

async function change(
  nameOrArn: string,
  context: CallContext,
  work: (tx: Writing, record: TableRecord) => Promise<Changed>,
) {
  const address = parseTableName(nameOrArn, context)
  const { record, destination } = await context.store.transact(async (tx) => {
    const changed = await work(tx, (await readNamedTable(tx, address)).record)
    await updateTable(tx, changed.record)
    return changed
  })
  const { streamArn, status } = destination
  return { destination, answer: { TableName: record.name, StreamArn: streamArn, DestinationStatus: status } }
}

/** UNVERIFIED: the texts about the stream. It is one of the table's account and region (Developer Guide). */
function assertStreamArn(arn: string, { account, region }: CallContext): void {
  const parsed = parseArn(arn)
  const isStream = parsed?.service === "kinesis" && /^stream\/[a-zA-Z0-9_.-]{1,128}$/.test(parsed.resource)
  if (!isStream || parsed.account !== account || parsed.region !== region) throw invalid(`Invalid StreamArn: ${arn}`)
}

/** As the caller, who may describe it. */
async function assertStream(arn: string, { caller, peers, region }: CallContext): Promise<void> {
  if (caller.kind === "anonymous") return
  const answer = await peers.call({
    service: "kinesis",
    operation: "DescribeStream",
    input: { StreamARN: arn, Limit: 1 },
    as: { caller, via: ["dynamodb.amazonaws.com"], region, onBehalfOf: arn },
  })
  if (answer.is === "done") return
  const { code, message, status } = answer
  throw code === "ResourceNotFoundException"
    ? new WireError(code, `Requested resource not found: Stream: ${arn} not found`)
    : new WireError(code, message, { status })
}
