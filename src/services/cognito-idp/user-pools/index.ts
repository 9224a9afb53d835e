import {
  AddCustomAttributesCommand,
  CreateUserPoolCommand,
  type CreateUserPoolRequest,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Requirement } from "../../../authorization/requirement.ts"
import { DIGITS, LOWER, randomText, UPPER } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUserPool, passRole, tagContext, userPoolArn } from "../access.ts"
import { imageFamily } from "../branding/record.ts"
import { domainsOf } from "../domains/record.ts"
import { deletionProtected, domainConfigured, invalidParameter } from "../errors.ts"
import { listPage } from "../paging.ts"
import { withSenderKey } from "../triggers/sender-key.ts"
import { importInProgress } from "../user-import/errors.ts"
import { countJobs, importFamily, isImporting } from "../user-import/record.ts"
import { describePool, summarizePool } from "./describe.ts"
import { estimateUsers } from "./estimate.ts"
import {
  changePool,
  deletePool,
  getUserPool,
  insertPool,
  listPools,
  type PoolBody,
  parsePool,
  type UserPool,
} from "./record.ts"
import { addCustomAttributes, createSchema } from "./schema.ts"
import { createSettings } from "./settings.ts"
import { assertTags } from "./tags.ts"

const ID_LENGTH = 9

export const CreateUserPool = operation(CreateUserPoolCommand, {
  access(input) {
    const context = tagContext(input.UserPoolTags)
    const requirements: Requirement[] = [{ resource: "*", ...(context && { context }) }]
    requirements.push(...passRole(input.SmsConfiguration?.SnsCallerArn, "*"))
    if (context) requirements.push({ action: "cognito-idp:TagResource", resource: "*", context })
    return requirements
  },
  async handle(input, context) {
    const { store, clock, account, region } = context
    assertTags(input.UserPoolTags)
    const body = createBody(input, clock.now())
    const id = `${region}_${randomText(UPPER + LOWER + DIGITS, ID_LENGTH)}`
    const named = { id, account, arn: userPoolArn(account, region, id) }
    const key = { before: undefined, after: body.settings.LambdaConfig?.KMSKeyID }
    await withSenderKey(context, named, key, () =>
      store.transact((tx) => insertPool(tx, { account, region, id }, body)),
    )
    return { UserPool: describePool(parsePool({ account, region, id, body: JSON.stringify(body) }), 0) }
  },
})

function createBody(input: CreateUserPoolRequest, now: number): PoolBody {
  if (input.AliasAttributes?.length && input.UsernameAttributes?.length)
    throw invalidParameter("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
  return {
    name: input.PoolName!,
    createdAt: now,
    modifiedAt: now,
    settings: createSettings(input),
    mfa: {},
    schema: createSchema(input.Schema),
    ...(input.UsernameAttributes?.length && { usernameAttributes: [...new Set(input.UsernameAttributes)] }),
    ...(input.AliasAttributes?.length && { aliasAttributes: [...new Set(input.AliasAttributes)] }),
    caseSensitive: input.UsernameConfiguration?.CaseSensitive ?? true,
    caseSensitivityGiven: input.UsernameConfiguration !== undefined,
    tags: { ...input.UserPoolTags },
  }
}

export const DescribeUserPool = operation(DescribeUserPoolCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return context.store.read(async (tx) => ({
      UserPool: describePool(pool, await estimateUsers(tx, pool.id), await domainsOf(tx, pool.id)),
    }))
  },
})

export const UpdateUserPool = operation(UpdateUserPoolCommand, {
  access(input, scope) {
    const onPool = onUserPool(input, scope)
    const context = tagContext(input.UserPoolTags)
    return [
      { ...onPool, ...(context && { context }) },
      ...passRole(input.SmsConfiguration?.SnsCallerArn, onPool.resource),
    ]
  },
  async handle(input, context) {
    const pool = await getUserPool(input.UserPoolId, context)
    assertTags(input.UserPoolTags)
    const settings = createSettings(input, pool.mfa)
    const key = { before: pool.settings.LambdaConfig?.KMSKeyID, after: settings.LambdaConfig?.KMSKeyID }
    await withSenderKey(context, pool, key, () =>
      changePool(context.store, context.clock, pool.id, async (body, tx) => {
        await assertNoImport(tx, pool)
        body.settings = settings
        if (input.PoolName !== undefined) body.name = input.PoolName
        if (input.UserPoolTags !== undefined) body.tags = { ...input.UserPoolTags }
      }),
    )
    return {}
  },
})

export const DeleteUserPool = operation(DeleteUserPoolCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    if (pool.settings.DeletionProtection === "ACTIVE") throw deletionProtected()
    const key = { before: pool.settings.LambdaConfig?.KMSKeyID, after: undefined }
    await withSenderKey(context, pool, key, () =>
      context.store.transact(async (tx) => {
        if ((await domainsOf(tx, pool.id)).length > 0) throw domainConfigured()
        await assertNoImport(tx, pool)
        if ((await countJobs(tx, pool.id)) > 0) await context.bytes.drop(tx, importFamily(pool.id))
        await context.bytes.drop(tx, imageFamily(pool.id))
        await deletePool(tx, context.work, pool.id)
      }),
    )
    return {}
  },
})

export const ListUserPools = operation(ListUserPoolsCommand, {
  access: () => ({ resource: "*" }),
  async handle({ MaxResults, NextToken }, { store, masterKey, account, region }) {
    const { items, next } = await listPage(
      masterKey,
      { about: `pools ${account} ${region}`, token: NextToken, limit: MaxResults },
      (pool: UserPool) => pool.id,
      (after, count) => store.read((tx) => listPools(tx, { account, region }, after, count)),
    )
    return { UserPools: items.map(summarizePool), NextToken: next }
  },
})

export const AddCustomAttributes = operation(AddCustomAttributesCommand, {
  access: onUserPool,
  async handle({ UserPoolId, CustomAttributes }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await changePool(context.store, context.clock, pool.id, async (body, tx) => {
      await assertNoImport(tx, pool)
      body.schema = addCustomAttributes(body.schema, CustomAttributes)
    })
    return {}
  },
})

/** The file that is being read was written for the pool as it is. Source: UpdateUserPool, UserImportInProgressException. */
async function assertNoImport(tx: Reading, pool: UserPool): Promise<void> {
  if (await isImporting(tx, pool.account, pool.id)) throw importInProgress()
}
