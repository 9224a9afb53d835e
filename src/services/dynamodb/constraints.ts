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

export const constraints: Constraints = { ...generated, structures }
