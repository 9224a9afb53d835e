import type { Principal } from "../../policy/index.ts"
import type { Stream } from "./streams/record.ts"

/** As DynamoDB writes the changes of tables to streams: the principal of its service-linked role. */
export const REPLICATION = "kinesisreplication.dynamodb.amazonaws.com"

export const isReplication = ({ type, arn }: Principal): boolean => type === "service" && arn === REPLICATION

/**
 * What the service-linked role AWSServiceRoleForDynamoDBKinesisDataStreamsReplication may (DynamoDB Developer Guide, "Using
 * service-linked roles for Kinesis Data Streams for DynamoDB"), as a statement beside those of the stream's own policy: a
 * Deny of these holds all the same.
 */
export const replicationStatement = ({ arn, record }: Stream) => ({
  Sid: "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication",
  Effect: "Allow",
  Principal: { Service: REPLICATION },
  Action: ["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStream"],
  Resource: arn,
  Condition: { StringEquals: { "aws:SourceAccount": record.account } },
})
