import {
  CreateIdentityPoolCommand,
  DeleteIdentityPoolCommand,
  DescribeIdentityPoolCommand,
  ListIdentityPoolsCommand,
  UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { randomUUID } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import { onPool } from "../access.ts"
import { poolArn } from "../arns.ts"
import { developerProviderImmutable } from "../errors.ts"
import { listPage } from "../paging.ts"
import { deletePool, getOwnPool, listPools, type Pool, putPool } from "./pool.ts"
import { settingsOf } from "./settings.ts"

const describe = ({ poolId, settings }: Pool) => ({ IdentityPoolId: poolId, ...settings })

export const CreateIdentityPool = operation(CreateIdentityPoolCommand, {
  access({ IdentityPoolTags }) {
    const context = requestTagContext(IdentityPoolTags)
    const create = { resource: "*", context }
    // Tagging at creation is a second permission, as everywhere. UNVERIFIED for this service.
    return "aws:TagKeys" in context ? [create, { ...create, action: "cognito-identity:TagResource" }] : create
  },
  async handle(input, { store, account, region }) {
    const pool: Pool = {
      account,
      region,
      poolId: `${region}:${randomUUID()}`,
      settings: settingsOf(input),
      roles: {},
      roleMappings: {},
      principalTags: {},
    }
    await store.transact((tx) => putPool(tx, pool))
    return describe(pool)
  },
})

export const DescribeIdentityPool = operation(DescribeIdentityPoolCommand, {
  access: onPool,
  handle: ({ IdentityPoolId }, { store, account, region }) =>
    store.read(async (tx) => describe(await getOwnPool(tx, account, region, IdentityPoolId))),
})

/** Replaces every setting, as on AWS: what is left out is gone. Roles, mappings and principal tags stay. */
export const UpdateIdentityPool = operation(UpdateIdentityPoolCommand, {
  access: onPool,
  handle: (input, { store, account, region }) =>
    store.transact(async (tx) => {
      const pool = await getOwnPool(tx, account, region, input.IdentityPoolId)
      const before = pool.settings.DeveloperProviderName
      if (before !== undefined && input.DeveloperProviderName !== undefined && input.DeveloperProviderName !== before)
        throw developerProviderImmutable()
      const settings = settingsOf(input)
      if (before !== undefined) settings.DeveloperProviderName = before
      if (input.IdentityPoolTags === undefined) settings.IdentityPoolTags = pool.settings.IdentityPoolTags
      const updated = { ...pool, settings }
      await putPool(tx, updated)
      return describe(updated)
    }),
})

export const DeleteIdentityPool = operation(DeleteIdentityPoolCommand, {
  access: onPool,
  async handle({ IdentityPoolId }, { store, work, account, region }) {
    await store.transact(async (tx) => deletePool(tx, work, await getOwnPool(tx, account, region, IdentityPoolId)))
    return {}
  },
})

/** A refusal names all pools by what their ARNs begin with (observed in public issue threads). */
export const ListIdentityPools = operation(ListIdentityPoolsCommand, {
  access: (_input, { region, account }) => ({ resource: "*", refusedAs: poolArn(region, account, "") }),
  async handle({ MaxResults, NextToken }, { store, account, region, masterKey }) {
    const list = `ListIdentityPools ${account} ${region}`
    const { items, ...more } = await listPage(
      masterKey,
      list,
      { MaxResults, NextToken },
      {
        load: (after, limit) => store.read((tx) => listPools(tx, account, region, after, limit)),
        keyOf: ({ poolId }) => poolId,
      },
    )
    return {
      IdentityPools: items.map(({ poolId, settings }) => ({
        IdentityPoolId: poolId,
        IdentityPoolName: settings.IdentityPoolName,
      })),
      ...more,
    }
  },
})
