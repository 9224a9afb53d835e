import {
  type CognitoStreams,
  GetIdentityPoolConfigurationCommand,
  type PushSync,
  SetIdentityPoolConfigurationCommand,
} from "@aws-sdk/client-cognito-sync"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { assertOwnPool, onNamed } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { findSettings, putSettings, readSettings, type SyncSettings } from "./record.ts"
import { assertRoleAssumable } from "./role.ts"

const describe = (IdentityPoolId: string, { push, streams }: SyncSettings) => ({
  IdentityPoolId,
  ...(push && { PushSync: push }),
  ...(streams && { CognitoStreams: streams }),
})

export const GetIdentityPoolConfiguration = operation(GetIdentityPoolConfigurationCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    return describe(IdentityPoolId, await findSettings(context, IdentityPoolId))
  },
})

/**
 * What is left out stays as it is. UNVERIFIED: that AWS looks at the roles here; one that cannot be assumed would turn the
 * stream off with the first update.
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
    const before = await findSettings(context, IdentityPoolId)
    if (PushSync) await assertPush({ ...before.push, ...PushSync }, IdentityPoolId, context)
    if (CognitoStreams) await assertStreams({ ...before.streams, ...CognitoStreams }, IdentityPoolId, context)
    const settings = await context.store.transact(async (tx) => {
      const { disabledReason: _, ...kept } = await readSettings(tx, IdentityPoolId)
      const changed = {
        ...kept,
        ...(PushSync && { push: { ...kept.push, ...PushSync } }),
        ...(CognitoStreams && { streams: { ...kept.streams, ...CognitoStreams } }),
      }
      await putSettings(tx, IdentityPoolId, changed)
      return changed
    })
    return describe(IdentityPoolId, settings)
  },
})

/** Kinesis API reference, "CreateStream". */
const STREAM_NAME = /^[a-zA-Z0-9_.-]+$/

async function assertStreams(
  { StreamName, RoleArn, StreamingStatus }: CognitoStreams,
  poolId: string,
  context: CallContext,
): Promise<void> {
  if (StreamName !== undefined && !STREAM_NAME.test(StreamName))
    throw invalidParameter(`Invalid StreamName: ${StreamName}`)
  if (StreamingStatus !== "ENABLED") return
  if (StreamName === undefined || RoleArn === undefined)
    throw invalidParameter("A stream that is enabled has a StreamName and a RoleArn.")
  await assertRoleAssumable(context, poolId, RoleArn)
}

/** Each of an application of the pool's own account and region. Without applications nothing is pushed, and no role needed. */
async function assertPush({ ApplicationArns = [], RoleArn }: PushSync, poolId: string, context: CallContext) {
  const { account, region } = context
  for (const arn of ApplicationArns)
    if (!arn.startsWith(`arn:aws:sns:${region}:${account}:app/`))
      throw invalidParameter(`${arn} is no platform application of this account and region.`)
  if (ApplicationArns.length === 0) return
  if (RoleArn === undefined) throw invalidParameter("Push synchronization has a RoleArn.")
  await assertRoleAssumable(context, poolId, RoleArn)
}
