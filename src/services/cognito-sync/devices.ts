import {
  RegisterDeviceCommand,
  SubscribeToDatasetCommand,
  UnsubscribeFromDatasetCommand,
} from "@aws-sdk/client-cognito-sync"
import { operation } from "../../operation.ts"
import { assertReachable, onNamed } from "./access.ts"
import { deviceNotFound, invalidConfiguration } from "./errors.ts"

/** No pool can have push synchronization while there is no SNS to push by: no device is ever registered. */
export const RegisterDevice = operation(RegisterDeviceCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    throw invalidConfiguration("Push synchronization is not configured for this identity pool.", { check: "PushSync" })
  },
})

export const SubscribeToDataset = operation(SubscribeToDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    throw deviceNotFound(input.DeviceId)
  },
})

export const UnsubscribeFromDataset = operation(UnsubscribeFromDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    throw deviceNotFound(input.DeviceId)
  },
})
