import { ListTagsOfResourceCommand, type Tag, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-dynamodb"
import { requestTagContext } from "../../authorization/request-tags.ts"
import { operation, type Scope } from "../../operation.ts"
import type { Store } from "../../store/store.ts"
import { onResource } from "./access.ts"
import { invalid, resourceArnNotFound } from "./errors.ts"
import { parseResourceArn } from "./resource-arn.ts"
import { assertNotDeleting, findTable, readTable, updateTable } from "./tables/find.ts"
import type { Table } from "./tables/record.ts"

const MAXIMUM_TAGS = 50

export const TagResource = operation(TagResourceCommand, {
  access: (input) => ({ ...onResource(input), context: requestTagContext(input.Tags) }),
  async handle({ ResourceArn, Tags }, context) {
    if (Tags.length === 0) throw invalid("Atleast one Tag needs to be provided as Input.")
    const tags = parseTags(Tags)
    await changeTags(ResourceArn, context, (before) => {
      const after = { ...before, ...tags }
      assertCount(Object.keys(after).length)
      return after
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: (input) => ({ ...onResource(input), context: { "aws:TagKeys": input.TagKeys } }),
  async handle({ ResourceArn, TagKeys }, context) {
    if (TagKeys.length === 0) throw invalid("Atleast one Tag Key needs to be provided as Input.")
    for (const key of TagKeys) assertKey(key)
    assertCount(TagKeys.length)
    await changeTags(ResourceArn, context, (before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !TagKeys.includes(key))),
    )
    return {}
  },
})

/** All of them at once: fifty come without a NextToken, and one that is sent is not looked at (recorded 10-2026). */
export const ListTagsOfResource = operation(ListTagsOfResourceCommand, {
  access: onResource,
  async handle({ ResourceArn }, context) {
    const table = await findTable(context.store, parseResourceArn(ResourceArn, context))
    if (!table) throw resourceArnNotFound(ResourceArn)
    const { tags } = table.record
    return {
      Tags: Object.keys(tags)
        .sort()
        .map((Key) => ({ Key, Value: tags[Key]! })),
    }
  },
})

/** Of CreateTable and TagResource. The texts are recorded (10-2026). */
export function parseTags(tags: readonly Tag[]): Record<string, string> {
  const parsed: Record<string, string> = Object.create(null)
  for (const { Key, Value } of tags) {
    assertKey(Key)
    if (Value === undefined || Value.length > MAXIMUM_VALUE_LENGTH || !WRITTEN_WITH.test(Value)) {
      throw invalid(`The Tag Value provided is invalid, Value: ${Value ?? null}`)
    }
    if (Object.hasOwn(parsed, Key)) {
      throw invalid(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${Key}`)
    }
    parsed[Key] = Value
  }
  assertCount(tags.length)
  return parsed
}

const MAXIMUM_KEY_LENGTH = 128
const MAXIMUM_VALUE_LENGTH = 256
/** Letters, digits and blanks of any script, and these (recorded 10-2026). */
const WRITTEN_WITH = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

function assertKey(key: string | undefined): asserts key is string {
  if (!key || key.length > MAXIMUM_KEY_LENGTH || !WRITTEN_WITH.test(key)) {
    throw invalid(`The Tag Key provided is invalid, Key: ${key ?? null}`)
  }
  if (key.toLowerCase().startsWith("aws:")) throw invalid(`Tag Key cannot be prefixed with aws:, Key: ${key}`)
}

function assertCount(count: number): void {
  if (count > MAXIMUM_TAGS) {
    throw invalid("Number of Tags exceed the current limit for the provided ResourceArn")
  }
}

async function changeTags(
  resourceArn: string,
  context: Scope & { store: Store },
  change: (before: Record<string, string>) => Record<string, string>,
): Promise<Table> {
  const address = parseResourceArn(resourceArn, context)
  return context.store.transact(async (tx) => {
    const table = await readTable(tx, address)
    if (!table) throw resourceArnNotFound(resourceArn)
    assertNotDeleting(table)
    return updateTable(tx, { ...table.record, tags: change(table.record.tags) })
  })
}
