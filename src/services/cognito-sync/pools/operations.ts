import {
  BulkPublishCommand,
  DescribeIdentityPoolUsageCommand,
  GetBulkPublishDetailsCommand,
  GetCognitoEventsCommand,
  GetIdentityPoolConfigurationCommand,
  ListIdentityPoolUsageCommand,
  SetCognitoEventsCommand,
  SetIdentityPoolConfigurationCommand,
} from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { listPools } from "../../cognito-identity/service.ts"
import { assertOwnPool, onNamed } from "../access.ts"
import { syncArn } from "../arns.ts"
import { invalidConfiguration, invalidParameter } from "../errors.ts"
import { listPage, pageSize } from "../paging.ts"
import { findSettings, putSettings, readSettings } from "./record.ts"
import { getUsage } from "./usage.ts"

async function describeUsage(tx: Reading, poolId: string) {
  const { sessions, storage, modifiedAt } = await getUsage(tx, poolId)
  return {
    IdentityPoolId: poolId,
    SyncSessionsCount: sessions,
    DataStorage: storage,
    ...(modifiedAt > 0 && { LastModifiedDate: new Date(modifiedAt) }),
  }
}

export const DescribeIdentityPoolUsage = operation(DescribeIdentityPoolUsageCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    return { IdentityPoolUsage: await context.store.read((tx) => describeUsage(tx, IdentityPoolId)) }
  },
})

/** UNVERIFIED: the most that AWS gives at once. */
const PAGE = 60

export const ListIdentityPoolUsage = operation(ListIdentityPoolUsageCommand, {
  access: (_, scope) => ({ resource: syncArn(scope, { IdentityPoolId: "*" }) }),
  handle: ({ MaxResults, NextToken }, { store, masterKey, account, region }) =>
    store.read(async (tx) => {
      const { items, Count, ...more } = await listPage(
        masterKey,
        `ListIdentityPoolUsage ${account} ${region}`,
        { NextToken, limit: pageSize(MaxResults, PAGE) },
        {
          load: (after, limit) => listPools(tx, account, region, after, limit),
          keyOf: ({ poolId }) => poolId,
        },
      )
      const IdentityPoolUsages = []
      for (const { poolId } of items) IdentityPoolUsages.push(await describeUsage(tx, poolId))
      return { IdentityPoolUsages, MaxResults: pageSize(MaxResults, PAGE), Count, ...more }
    }),
})

export const GetCognitoEvents = operation(GetCognitoEventsCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    return { Events: (await findSettings(context, IdentityPoolId)).events }
  },
})

/** What is given changes; an empty ARN takes the function away (API reference). */
export const SetCognitoEvents = operation(SetCognitoEventsCommand, {
  access: onNamed,
  async handle({ IdentityPoolId, Events }, context) {
    await assertOwnPool(IdentityPoolId, context)
    for (const [name, arn] of Object.entries(Events)) {
      if (name !== "SyncTrigger") throw invalidParameter(`Unknown event: ${name}`)
      if (arn !== "" && !/^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn))
        throw invalidParameter(`Invalid Lambda function ARN: ${arn}`)
    }
    await context.store.transact(async (tx) => {
      const settings = await readSettings(tx, IdentityPoolId)
      const events = Object.entries({ ...settings.events, ...Events }).filter(([, arn]) => arn !== "")
      await putSettings(tx, IdentityPoolId, { ...settings, events: Object.fromEntries(events) })
    })
    return {}
  },
})

export const GetIdentityPoolConfiguration = operation(GetIdentityPoolConfigurationCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    const { streams } = await findSettings(context, IdentityPoolId)
    return { IdentityPoolId, ...(streams && { CognitoStreams: streams }) }
  },
})

/**
 * Push notifications go through SNS, and streams to Kinesis, and neither is here: what would never be delivered is not
 * accepted. A stream that is disabled is kept as it is.
 */
export const SetIdentityPoolConfiguration = operation(SetIdentityPoolConfigurationCommand, {
  access: (input, scope) => {
    const roles = [input.PushSync?.RoleArn, input.CognitoStreams?.RoleArn].filter((role) => role !== undefined)
    const passing = roles.map((resource) => ({
      action: "iam:PassRole",
      resource,
      context: { "iam:PassedToService": "cognito-sync.amazonaws.com" },
    }))
    return [onNamed(input, scope), ...passing]
  },
  async handle({ IdentityPoolId, PushSync, CognitoStreams }, context) {
    await assertOwnPool(IdentityPoolId, context)
    if (PushSync) throw invalidConfiguration("Push synchronization needs Amazon SNS, which is not here.", NOT_HERE)
    if (CognitoStreams?.StreamingStatus === "ENABLED")
      throw invalidConfiguration("Cognito Streams need Amazon Kinesis, which is not here.", NOT_HERE)
    const streams = await context.store.transact(async (tx) => {
      const settings = await readSettings(tx, IdentityPoolId)
      const changed = CognitoStreams ? { ...settings, streams: CognitoStreams } : settings
      if (CognitoStreams) await putSettings(tx, IdentityPoolId, changed)
      return changed.streams
    })
    return { IdentityPoolId, ...(streams && { CognitoStreams: streams }) }
  },
})

const NOT_HERE = { check: "what is built" }

/** Nothing is published while no stream can be enabled. UNVERIFIED: the code. */
export const BulkPublish = operation(BulkPublishCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    throw invalidConfiguration("Streaming is not enabled for this identity pool.", { check: "CognitoStreams" })
  },
})

export const GetBulkPublishDetails = operation(GetBulkPublishDetailsCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    return { IdentityPoolId, BulkPublishStatus: "NOT_STARTED" as const }
  },
})
