import type { Constraint, Constraints } from "../../wire/constraints/model.ts"
import generated from "./constraints.json" with { type: "json" }

type Relaxed = Readonly<Record<string, Readonly<Record<string, readonly (keyof Constraint)[]>>>>

/** Where DynamoDB has words of its own for what its model asks: the handlers have them. */
const OWN_WORDS: Relaxed = {
  BatchGetItemInput: { RequestItems: ["required", "min"] },
  BatchWriteItemInput: { RequestItems: ["required", "min"] },
  QueryInput: { Limit: ["min"] },
  ScanInput: { Limit: ["min"] },
  CreateTableInput: { TableClass: ["enum"] },
  UpdateTableInput: { TableClass: ["enum"] },
  Tag: { Key: ["required", "min", "max"], Value: ["required", "max"] },
  UntagResourceInput: { TagKeys: ["member"] },
}

const structures: Record<string, unknown> = { ...generated.structures }
for (const [structure, members] of Object.entries(OWN_WORDS)) {
  const relaxed = { ...(structures[structure] as Record<string, Constraint>) }
  for (const [member, aspects] of Object.entries(members)) {
    relaxed[member] = { ...relaxed[member] }
    for (const aspect of aspects) delete relaxed[member][aspect]
  }
  structures[structure] = relaxed
}

/** Requests to read streams are signed for DynamoDB and have a target of their own: they are not built either. */
const STREAMS = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
const streams = Object.fromEntries(STREAMS.map((name) => [`DynamoDBStreams_20120810.${name}`, null]))

export const constraints: Constraints = { ...generated, inputs: { ...generated.inputs, ...streams }, structures }
