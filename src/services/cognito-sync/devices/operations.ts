import {
  RegisterDeviceCommand,
  SubscribeToDatasetCommand,
  UnsubscribeFromDatasetCommand,
} from "@aws-sdk/client-cognito-sync"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { assertReachable, onNamed } from "../access.ts"
import { findDataset } from "../datasets/record.ts"
import { datasetNotFound, deviceNotFound, invalidConfiguration, invalidParameter } from "../errors.ts"
import { addUse } from "../identities.ts"
import { findSettings, type SyncSettings } from "../pools/record.ts"
import { findDevice, findDeviceByToken, forgetDevices, putDevice, subscribe, unsubscribe } from "./record.ts"
import { createEndpoint } from "./sns.ts"

type Push = NonNullable<SyncSettings["push"]>

/** The pool's settings for push synchronization; throws where it has none. */
async function getPush(poolId: string, context: CallContext): Promise<Push> {
  const { push } = await findSettings(context, poolId)
  if (push?.ApplicationArns?.length) return push
  throw invalidConfiguration("Push synchronization is not configured for this identity pool.", { check: "PushSync" })
}

/** SNS API reference: tokens of the platforms are much shorter. */
const TOKEN_LENGTH = 4_096

/** UNVERIFIED: that a device that comes again with the same token is the same one. */
export const RegisterDevice = operation(RegisterDeviceCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityPoolId, IdentityId: identityId, Platform: platform, Token: token } = input
    const push = await getPush(IdentityPoolId, context)
    if (token === "" || token.length > TOKEN_LENGTH) throw invalidParameter("Invalid Token.")
    const application = push.ApplicationArns?.find((arn) => arn.includes(`:app/${platform}/`))
    if (application === undefined)
      throw invalidConfiguration(`No application of the platform ${platform} is configured for this identity pool.`, {
        check: "PushSync",
        expected: push.ApplicationArns,
        found: platform,
      })
    const endpointArn = await createEndpoint(context, { poolId: IdentityPoolId, push, application, token })
    const DeviceId = await context.store.transact(async (tx) => {
      const known = await findDeviceByToken(tx, identityId, platform, token)
      const now = context.clock.now()
      // What is swept with an identity is found by what it uses, if it is nothing yet.
      await addUse(tx, { identityId, poolId: IdentityPoolId }, { datasets: 0, storage: 0, modifiedAt: 0 })
      // Recorded 2014-10 (API reference, "SubscribeToDataset"): the form of its id.
      const deviceId = known?.deviceId ?? randomUUID()
      const device = { identityId, deviceId, platform, token, registeredAt: now }
      await putDevice(tx, endpointArn === undefined ? device : { ...device, endpointArn })
      await forgetDevices(tx, identityId)
      return deviceId
    })
    return { DeviceId }
  },
})

async function assertDevice(tx: Reading, identityId: string, deviceId: string): Promise<void> {
  if (!(await findDevice(tx, identityId, deviceId))) throw deviceNotFound(deviceId)
}

/** UNVERIFIED: that a dataset has to be there to be subscribed to. */
export const SubscribeToDataset = operation(SubscribeToDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityPoolId, IdentityId: identityId, DatasetName: name, DeviceId } = input
    await getPush(IdentityPoolId, context)
    await context.store.transact(async (tx) => {
      await assertDevice(tx, identityId, DeviceId)
      const dataset = await findDataset(tx, { identityId, name })
      if (!dataset || dataset.isDeleted) throw datasetNotFound(name)
      await subscribe(tx, identityId, name, DeviceId)
    })
    return {}
  },
})

export const UnsubscribeFromDataset = operation(UnsubscribeFromDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityPoolId, IdentityId: identityId, DatasetName: name, DeviceId } = input
    await getPush(IdentityPoolId, context)
    await context.store.transact(async (tx) => {
      await assertDevice(tx, identityId, DeviceId)
      await unsubscribe(tx, identityId, name, DeviceId)
    })
    return {}
  },
})
