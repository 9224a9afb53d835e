import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-cognito-identity"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onResourceArn } from "../access.ts"
import { parsePoolArn } from "../arns.ts"
import { invalidParameter, poolNotFound } from "../errors.ts"
import { getOwnPool, type Pool, putPool } from "./pool.ts"
import { assertTags } from "./settings.ts"

function poolOfArn(tx: Reading, arn: string, { account, region }: CallContext): Promise<Pool> {
  const parsed = parsePoolArn(arn)
  // UNVERIFIED: the text.
  if (!parsed) throw invalidParameter(`Invalid resource ARN: ${arn}`)
  if (parsed.account !== account || parsed.region !== region) throw poolNotFound(parsed.poolId)
  return getOwnPool(tx, account, region, parsed.poolId)
}

const withTags = (pool: Pool, tags: Record<string, string>): Pool => ({
  ...pool,
  settings: { ...pool.settings, IdentityPoolTags: tags },
})

export const TagResource = operation(TagResourceCommand, {
  access: ({ ResourceArn, Tags }) => ({ resource: ResourceArn, context: requestTagContext(Tags) }),
  async handle({ ResourceArn, Tags }, context) {
    await context.store.transact(async (tx) => {
      const pool = await poolOfArn(tx, ResourceArn, context)
      const tags = { ...pool.settings.IdentityPoolTags, ...Tags }
      assertTags(tags)
      await putPool(tx, withTags(pool, tags))
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ ResourceArn, TagKeys }) => ({ resource: ResourceArn, context: { "aws:TagKeys": TagKeys } }),
  async handle({ ResourceArn, TagKeys }, context) {
    await context.store.transact(async (tx) => {
      const pool = await poolOfArn(tx, ResourceArn, context)
      const left = Object.entries(pool.settings.IdentityPoolTags ?? {}).filter(([key]) => !TagKeys.includes(key))
      await putPool(tx, withTags(pool, Object.fromEntries(left)))
    })
    return {}
  },
})

export const ListTagsForResource = operation(ListTagsForResourceCommand, {
  access: onResourceArn,
  handle: ({ ResourceArn }, context) =>
    context.store.read(async (tx) => {
      const pool = await poolOfArn(tx, ResourceArn, context)
      return { Tags: pool.settings.IdentityPoolTags ?? {} }
    }),
})
