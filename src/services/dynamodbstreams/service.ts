import type { Service } from "../../service.ts"
import constraints from "./constraints.json" with { type: "json" }
import { DescribeStream } from "./describe-stream.ts"
import { GetRecords } from "./get-records.ts"
import { GetShardIterator } from "./get-shard-iterator.ts"
import { ListStreams } from "./list-streams.ts"
import { opens } from "./opener.ts"

/** DynamoDB Streams: the API that reads what DynamoDB writes. It is signed and allowed as DynamoDB is. */
export const service: Service = {
  name: "dynamodbstreams",
  shares: { signingName: "dynamodb" },
  protocol: "awsJson1_0",
  targetPrefix: "DynamoDBStreams_20120810",
  errors: "json",
  cors: true,
  missingTokenText: "Request is missing Authentication Token",
  validationCode: "ValidationException",
  operations: [ListStreams, DescribeStream, GetShardIterator, GetRecords],
  constraints,
  bodyLimits: { bytes: 64 * 1024, parts: 1_000 },
  migrations: [],
  opens,
}
