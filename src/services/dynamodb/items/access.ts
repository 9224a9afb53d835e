import type { Requirement, RequirementContext } from "../../../authorization/requirement.ts"
import type { ResourceFacts } from "../../../authorization/resource-facts.ts"
import type { Scope } from "../../../operation.ts"
import { arnOf } from "../access.ts"
import type { KeySchema } from "../tables/keys.ts"
import { type AttributesInput, attributesOf } from "./access-attributes.ts"
import { leadingValuesOf } from "./leading-keys.ts"

/** What authorization learns of a table or an index: beside its owner, its key, which the condition keys are about. */
export interface TableFacts extends ResourceFacts {
  key: KeySchema
}

export interface ItemRequest extends AttributesInput {
  TableName?: string
  IndexName?: string | undefined
  Select?: string | undefined
  ReturnValues?: string | undefined
  ReturnConsumedCapacity?: string | undefined
}

/** What an item operation needs: its table, or the index alone where one is named. */
export function onItem(input: ItemRequest & { TableName: string }, scope: Scope, kind: RequestKind = {}): Requirement {
  const table = arnOf(input.TableName, scope)
  return {
    resource: input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`,
    ...(kind.action !== undefined && { action: kind.action }),
    context: (facts) => itemContext(input, facts as TableFacts | undefined, kind),
  }
}

export interface RequestKind {
  action?: string
  /** The transaction that the request is a part of. */
  enclosing?: string
  /** It reads, and so it selects. */
  reads?: boolean
  /** It writes, and so it may return values. */
  writes?: boolean
}

const PARTITION_KEYS = [
  "dynamodb:FirstPartitionKeyValues",
  "dynamodb:SecondPartitionKeyValues",
  "dynamodb:ThirdPartitionKeyValues",
  "dynamodb:FourthPartitionKeyValues",
]

/**
 * Service Authorization Reference, "Condition keys for Amazon DynamoDB". What has to be looked for in expressions is
 * looked for when it is asked for.
 */
function itemContext(input: ItemRequest, facts: TableFacts | undefined, kind: RequestKind): RequirementContext {
  const partition = facts?.key.partition ?? []
  const context: Record<string, string | string[] | undefined> = {
    "dynamodb:ReturnConsumedCapacity": input.ReturnConsumedCapacity ?? "NONE",
  }
  if (kind.enclosing !== undefined) context["dynamodb:EnclosingOperation"] = kind.enclosing
  if (kind.reads) context["dynamodb:Select"] = selectOf(input)
  if (kind.writes) context["dynamodb:ReturnValues"] = input.ReturnValues ?? "NONE"
  const lazily = (name: string, compute: () => string[] | undefined) =>
    Object.defineProperty(context, name, { get: compute, enumerable: true })
  lazily("dynamodb:Attributes", () => attributesOf(input))
  lazily("dynamodb:LeadingKeys", () => partition[0] && leadingValuesOf(input, partition[0].name))
  partition.forEach(({ name }, i) => {
    if (PARTITION_KEYS[i]) lazily(PARTITION_KEYS[i], () => leadingValuesOf(input, name))
  })
  return context
}

/** What is returned where the request does not say: what it projects, else all that the table or the index has. */
function selectOf({ Select, ProjectionExpression, AttributesToGet, IndexName }: ItemRequest): string {
  if (Select !== undefined) return Select
  if (ProjectionExpression !== undefined || AttributesToGet !== undefined) return "SPECIFIC_ATTRIBUTES"
  return IndexName === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES"
}
