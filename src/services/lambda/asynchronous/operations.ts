import {
  DeleteFunctionEventInvokeConfigCommand,
  type DestinationConfig,
  type FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigCommand,
  ListFunctionEventInvokeConfigsCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda"
import { listPage } from "../../../base/paging.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onFunction, onWholeFunction } from "../access.ts"
import { functionArn } from "../arns.ts"
import { assertMaySend } from "../destinations/permissions.ts"
import { assertDeliverable, type TargetService } from "../destinations/targets.ts"
import { eventConfigNotFound, functionGone, invalidMarker, noEventSettings, ownDestination } from "../errors.ts"
import { readFunction } from "../functions/find.ts"
import { type Addressed, addressed, type NamesFunction } from "../functions/name.ts"
import { LATEST_NAME } from "../functions/record.ts"
import { find } from "../invocations/target.ts"
import { type EventSettings, listSettings, putSettings, readSettings, removeSettings } from "./settings.ts"

interface Asked extends NamesFunction {
  MaximumRetryAttempts?: number | undefined
  MaximumEventAgeInSeconds?: number | undefined
  DestinationConfig?: DestinationConfig | undefined
}

export const PutFunctionEventInvokeConfig = operation(PutFunctionEventInvokeConfigCommand, {
  access: onFunction,
  handle: (input, context) => change(input, context, () => ({ lastModified: 0 })),
})

export const UpdateFunctionEventInvokeConfig = operation(UpdateFunctionEventInvokeConfigCommand, {
  access: onFunction,
  handle: (input, context) =>
    change(input, context, (before, arn) => {
      if (!before) throw eventConfigNotFound(arn)
      return before
    }),
})

async function change(
  input: Asked,
  context: CallContext,
  baseOf: (before: EventSettings | undefined, arn: string) => EventSettings,
): Promise<FunctionEventInvokeConfig> {
  const address = addressed(input, context)
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input
  const target = await find(context, address)
  if (!target) throw functionGone()
  const asked = DestinationConfig?.OnSuccess?.Destination || DestinationConfig?.OnFailure?.Destination
  if (MaximumRetryAttempts === undefined && MaximumEventAgeInSeconds === undefined && asked === undefined)
    throw noEventSettings()
  await assertDestinations(DestinationConfig, address, target.body.configuration.Role!, context)
  const [arn, qualifier] = [arnOf(address), address.qualifier ?? LATEST_NAME]
  const lastModified = context.clock.now()
  const settings = await context.store.transact(async (tx) => {
    const record = await readFunction(tx, address)
    if (record?.id !== target.record.id) throw functionGone()
    const changed: EventSettings = {
      ...baseOf(await readSettings(tx, record.id, qualifier), arn),
      lastModified,
      ...(MaximumRetryAttempts !== undefined && { maximumRetryAttempts: MaximumRetryAttempts }),
      ...(MaximumEventAgeInSeconds !== undefined && { maximumEventAgeInSeconds: MaximumEventAgeInSeconds }),
      ...destinationsOf(DestinationConfig),
    }
    await putSettings(tx, record.id, qualifier, changed)
    return changed
  })
  return describe(arn, settings)
}

/** What is named replaces what was there, and an empty ARN clears it. */
function destinationsOf({ OnSuccess, OnFailure }: DestinationConfig = {}): Partial<EventSettings> {
  return {
    ...(OnSuccess?.Destination !== undefined && { onSuccess: OnSuccess.Destination }),
    ...(OnFailure?.Destination !== undefined && { onFailure: OnFailure.Destination }),
  }
}

const ON_SUCCESS: readonly TargetService[] = ["lambda", "sqs", "sns", "events"]

async function assertDestinations(
  { OnSuccess, OnFailure }: DestinationConfig = {},
  address: Addressed,
  role: string,
  context: CallContext,
): Promise<void> {
  // API Reference, OnSuccess and OnFailure: buckets get what failed, and nothing else.
  for (const [arn, services] of [
    [OnSuccess?.Destination, ON_SUCCESS],
    [OnFailure?.Destination, [...ON_SUCCESS, "s3"]],
  ] as const) {
    if (!arn) continue
    if (arn === arnOf(address) || arn === functionArn(address)) throw ownDestination()
    await assertDeliverable(arn, services, context)
    await assertMaySend(arn, address, role, context)
  }
}

export const GetFunctionEventInvokeConfig = operation(GetFunctionEventInvokeConfigCommand, {
  access: onFunction,
  async handle(input, context) {
    const address = addressed(input, context)
    const arn = arnOf(address)
    const settings = await context.store.read(async (tx) => {
      const record = await readFunction(tx, address)
      return record && readSettings(tx, record.id, address.qualifier ?? LATEST_NAME)
    })
    if (!settings) throw eventConfigNotFound(arn)
    return describe(arn, settings)
  },
})

export const DeleteFunctionEventInvokeConfig = operation(DeleteFunctionEventInvokeConfigCommand, {
  access: onFunction,
  async handle(input, context) {
    const address = addressed(input, context)
    await context.store.transact(async (tx) => {
      const record = await readFunction(tx, address)
      if (!record || !(await removeSettings(tx, record.id, address.qualifier ?? LATEST_NAME)))
        throw eventConfigNotFound(arnOf(address))
    })
    return {}
  },
})

const PAGE = 50

export const ListFunctionEventInvokeConfigs = operation(ListFunctionEventInvokeConfigsCommand, {
  access: onWholeFunction,
  async handle({ MaxItems = PAGE, Marker, ...input }, context) {
    const { qualifier: _, ...name } = addressed(input, context)
    return context.store.read(async (tx) => {
      const record = await readFunction(tx, name)
      if (!record) throw functionGone()
      const { items, next } = await listPage(
        context.masterKey,
        { list: `lambda.event-settings ${record.id}`, token: Marker, limit: MaxItems, invalidToken: invalidMarker },
        {
          load: (after, limit) => listSettings(tx, record.id, after, limit),
          keyOf: ({ qualifier }) => qualifier,
        },
      )
      return {
        FunctionEventInvokeConfigs: items.map(({ qualifier, ...settings }) =>
          describe(functionArn(name, qualifier), settings),
        ),
        ...(next !== undefined && { NextMarker: next }),
      }
    })
  },
})

const arnOf = ({ qualifier, ...name }: Addressed): string => functionArn(name, qualifier ?? LATEST_NAME)

/** Recorded 11-2025: numbers that are not set are absent; the destinations are there, and empty. */
const describe = (arn: string, settings: EventSettings): FunctionEventInvokeConfig => ({
  FunctionArn: arn,
  LastModified: new Date(settings.lastModified),
  ...(settings.maximumRetryAttempts !== undefined && { MaximumRetryAttempts: settings.maximumRetryAttempts }),
  ...(settings.maximumEventAgeInSeconds !== undefined && {
    MaximumEventAgeInSeconds: settings.maximumEventAgeInSeconds,
  }),
  DestinationConfig: {
    OnSuccess: settings.onSuccess ? { Destination: settings.onSuccess } : {},
    OnFailure: settings.onFailure ? { Destination: settings.onFailure } : {},
  },
})
