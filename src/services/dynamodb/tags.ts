import { ListTagsOfResourceCommand, type Tag, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-dynamodb"
import { requestTagContext } from "../../authorization/request-tags.ts"
import { operation, type Scope } from "../../operation.ts"
import type { Store } from "../../store/store.ts"
import { onResource } from "./access.ts"
import { arnNotFound, invalidParameter } from "./errors.ts"
import { findTable, readTable, updateTable } from "./tables/find.ts"
import { type Table, tableArn } from "./tables/record.ts"
import { findAddress, type TableAddress } from "./tables/table-name.ts"

const MAXIMUM_TAGS = 50
/** How many ListTagsOfResource gives at once. UNVERIFIED: AWS documents no number. */
const TAGS_AT_ONCE = 50

export const TagResource = operation(TagResourceCommand, {
  access: (input) => ({ ...onResource(input), context: requestTagContext(input.Tags) }),
  async handle({ ResourceArn, Tags }, context) {
    const tags = parseTags(Tags)
    await changeTags(ResourceArn, context, (before) => {
      const after = { ...before, ...tags }
      if (Object.keys(after).length > MAXIMUM_TAGS) {
        throw invalidParameter(`Too many tags: The maximum number of tags per resource is ${MAXIMUM_TAGS}`)
      }
      return after
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: (input) => ({ ...onResource(input), context: { "aws:TagKeys": input.TagKeys } }),
  async handle({ ResourceArn, TagKeys }, context) {
    await changeTags(ResourceArn, context, (before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !TagKeys.includes(key))),
    )
    return {}
  },
})

export const ListTagsOfResource = operation(ListTagsOfResourceCommand, {
  access: onResource,
  async handle({ ResourceArn, NextToken }, context) {
    const table = await findTable(context.store, parseResourceArn(ResourceArn, context))
    if (!table) throw arnNotFound(ResourceArn)
    const keys = Object.keys(table.record.tags).sort()
    const after = NextToken === undefined ? undefined : Buffer.from(NextToken, "base64url").toString()
    const rest = after === undefined ? keys : keys.filter((key) => key > after)
    const page = rest.slice(0, TAGS_AT_ONCE)
    return {
      Tags: page.map((Key) => ({ Key, Value: table.record.tags[Key]! })),
      ...(rest.length > page.length && { NextToken: Buffer.from(page[page.length - 1]!).toString("base64url") }),
    }
  },
})

/** Of CreateTable and TagResource. */
export function parseTags(tags: readonly Tag[]): Record<string, string> {
  const parsed: Record<string, string> = Object.create(null)
  for (const { Key, Value } of tags) {
    if (Key!.toLowerCase().startsWith("aws:")) {
      throw invalidParameter("Tag keys starting with 'aws:' are reserved for system use")
    }
    if (Object.hasOwn(parsed, Key!)) throw invalidParameter("Duplicate tag keys are not allowed")
    parsed[Key!] = Value!
  }
  if (tags.length > MAXIMUM_TAGS) {
    throw invalidParameter(`Too many tags: The maximum number of tags per resource is ${MAXIMUM_TAGS}`)
  }
  return parsed
}

async function changeTags(
  resourceArn: string,
  context: Scope & { store: Store },
  change: (before: Record<string, string>) => Record<string, string>,
): Promise<Table> {
  const address = parseResourceArn(resourceArn, context)
  return context.store.transact(async (tx) => {
    const table = await readTable(tx, address)
    if (!table) throw arnNotFound(resourceArn)
    return updateTable(tx, { ...table.record, tags: change(table.record.tags) })
  })
}

/**
 * Policies were asked about the ARN as it is, so what is changed must be what it names: a table of this region, no index of
 * it, and nothing of another partition. The text is as old as the operation: aws/aws-cli #3166 and others report it.
 */
export function parseResourceArn(resourceArn: string, scope: Scope): TableAddress {
  const address = findAddress(resourceArn, scope)
  if (tableArn(address) !== resourceArn || address.region !== scope.region)
    throw invalidParameter(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`)
  return address
}
