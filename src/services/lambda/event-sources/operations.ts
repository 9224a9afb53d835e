import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { listPage } from "../../../base/paging.ts"
import { randomUUID } from "../../../base/random.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { tagged } from "../access.ts"
import { functionArn } from "../arns.ts"
import { invalidMarker, resourceNotFound } from "../errors.ts"
import { readFunction } from "../functions/find.ts"
import { type Addressed, parseFunctionName } from "../functions/name.ts"
import { LATEST_NAME } from "../functions/record.ts"
import { assertDestination, assertReadable, getReader } from "./checks.ts"
import { functionDoesNotExist, mappingExists, mappingInUse } from "./errors.ts"
import { changeFilters, hasSameFilters, sealFilters, showFilters, withFilters } from "./filters/customer-key.ts"
import { enqueueTending, TEND } from "./polling/jobs.ts"
import {
  insertMapping,
  listMappings,
  type Mapping,
  type MappingState,
  mappingArn,
  readMapping,
  stateOf,
  updateMapping,
} from "./record.ts"
import { NO_RECORDS } from "./results.ts"
import { changeSettings, makeSettings } from "./settings.ts"
import { type EventSource, parseSource } from "./source.ts"

export const CreateEventSourceMapping = operation(CreateEventSourceMappingCommand, {
  access: ({ FunctionName, Tags }, scope) => [
    {
      resource: "*",
      context: { "lambda:FunctionArn": mappedArn(FunctionName, scope), ...(Tags && requestTagContext(Tags)) },
    },
    ...tagged("*", Tags),
  ],
  async handle(input, context) {
    const { FunctionName, EventSourceArn: _, Enabled, Tags = {}, ...asked } = input
    const { store, clock, work, account, region } = context
    const isEnabled = Enabled !== false
    const source = parseSource(input)
    const address = parseFunctionName(FunctionName, context)
    const made = makeSettings(source, asked)
    const reader = await getReader(address, context)
    await assertDestination(made, reader, context)
    // Of queues, none of which is here, one can be named beforehand.
    if (isEnabled || source.kind !== "sqs") await assertReadable(source, reader, context)
    const functionArn = mappedArn(FunctionName, context)
    const settings = await sealFilters(made, { functionArn, source: source.arn }, context)
    const mapping: Mapping = {
      account,
      region,
      uuid: randomUUID(),
      functionArn,
      result: "",
      body: {
        source,
        settings,
        tags: Tags,
        lastModified: clock.now(),
        isEnabled,
        state: isEnabled ? "Creating" : "Disabled",
      },
    }
    await store.transact(async (tx) => {
      if (!(await readFunction(tx, address))) throw functionDoesNotExist()
      await assertNew(tx, mapping, source, mapping.functionArn)
      await insertMapping(tx, mapping)
      if (isEnabled) await enqueueTending(work, tx, mapping)
    })
    // Where it begins in its source is settled as soon as its creator is answered.
    if (isEnabled) await work.firstPiece(TEND, mapping.uuid)
    return showMapping(mapping, made)
  },
})

const onMapping = ({ UUID }: { UUID: string }, scope: Scope) => ({ resource: mappingArn({ ...scope, uuid: UUID }) })

export const GetEventSourceMapping = operation(GetEventSourceMappingCommand, {
  access: onMapping,
  async handle({ UUID }, context) {
    const mapping = await context.store.read((tx) => getMapping(tx, context, UUID))
    return showMapping(mapping, await showFilters(mapping, context))
  },
})

export const UpdateEventSourceMapping = operation(UpdateEventSourceMappingCommand, {
  access: onMapping,
  async handle({ UUID, FunctionName, Enabled, SourceAccessConfigurations: _, ...asked }, context) {
    const { store, clock, work } = context
    const now = clock.now()
    const before = await store.read((tx) => getMapping(tx, context, UUID))
    if (FunctionName !== undefined || asked.DestinationConfig || Enabled) {
      const reader = await getReader(parseFunctionName(FunctionName ?? before.functionArn, context), context)
      if (asked.DestinationConfig) await assertDestination(asked, reader, context)
      if (Enabled ?? before.body.isEnabled) await assertReadable(before.body.source, reader, context)
    }
    const filters = await changeFilters(before, asked, context)
    const mapping = await store.transact(async (tx) => {
      const found = await getMapping(tx, context, UUID)
      const { source, isEnabled: was = false } = found.body
      // Filters that were changed in between are not overwritten by what was made of those before.
      if (!hasSameFilters(found, before)) throw mappingInUse("update", stateOf(found))
      assertNotInUse(found, "update")
      const changedSettings = changeSettings(source, found.body.settings, asked)
      const settings = filters ? withFilters(changedSettings, filters) : changedSettings
      const arn = FunctionName === undefined ? found.functionArn : mappedArn(FunctionName, context)
      if (arn !== found.functionArn) await assertNew(tx, found, source, arn)
      const isEnabled = Enabled ?? was
      const changed: Mapping = {
        ...found,
        functionArn: arn,
        body: { ...found.body, settings, lastModified: now, isEnabled, state: stateBetween(was, isEnabled) },
      }
      await updateMapping(tx, changed)
      if (was || isEnabled) await enqueueTending(work, tx, changed)
      return changed
    })
    return showMapping(mapping, filters?.told ?? (await showFilters(mapping, context)))
  },
})

export const DeleteEventSourceMapping = operation(DeleteEventSourceMappingCommand, {
  access: onMapping,
  async handle({ UUID }, context) {
    const { store, work } = context
    const mapping = await store.transact(async (tx) => {
      const found = await getMapping(tx, context, UUID)
      assertNotInUse(found, "delete")
      const changed: Mapping = { ...found, body: { ...found.body, isEnabled: false, state: "Deleting" } }
      await updateMapping(tx, changed)
      await enqueueTending(work, tx, changed)
      return changed
    })
    const filters = await showFilters(mapping, context)
    await work.firstPiece(TEND, mapping.uuid)
    return showMapping(mapping, filters)
  },
})

export const ListEventSourceMappings = operation(ListEventSourceMappingsCommand, {
  access: () => ({ resource: "*" }),
  async handle({ EventSourceArn, FunctionName, Marker, MaxItems }, context) {
    const { store, masterKey, account, region } = context
    const wanted = {
      ...(FunctionName !== undefined && { functionArn: mappedArn(FunctionName, context) }),
      ...(EventSourceArn !== undefined && { sourceArn: EventSourceArn }),
    }
    const paging = {
      list: `lambda mappings ${account} ${region} ${wanted.functionArn ?? ""} ${wanted.sourceArn ?? ""}`,
      token: Marker,
      // API Reference: "Lambda returns a maximum of 100 items in each response, even if you set the number higher."
      limit: Math.min(MaxItems ?? MOST_LISTED, MOST_LISTED),
      invalidToken: invalidMarker,
    }
    const page = await store.read((tx) =>
      listPage(masterKey, paging, {
        load: (after, limit) => listMappings(tx, { account, region }, wanted, after, limit),
        keyOf: ({ uuid }) => uuid,
      }),
    )
    return {
      // Those under a key are not told in lists (API Reference, EventSourceMappingConfiguration).
      EventSourceMappings: page.items.map((mapping) => showMapping(mapping, mapping.body.settings)),
      ...(page.next !== undefined && { NextMarker: page.next }),
    }
  },
})

const MOST_LISTED = 100

function stateBetween(was: boolean, isEnabled: boolean): MappingState {
  if (was) return isEnabled ? "Updating" : "Disabling"
  return isEnabled ? "Enabling" : "Disabled"
}

function assertNotInUse(mapping: Mapping, what: "update" | "delete"): void {
  const state = stateOf(mapping)
  if (state !== "Enabled" && state !== "Disabled") throw mappingInUse(what, state)
}

/** A function reads from a source by one mapping. */
async function assertNew(tx: Reading, scope: Scope, source: EventSource, functionArn: string): Promise<void> {
  const [before] = await listMappings(tx, scope, { functionArn, sourceArn: source.arn }, "", 1)
  if (before) throw mappingExists(source, parseFunctionName(functionArn, scope).name, before.uuid)
}

async function getMapping(tx: Reading, scope: Scope, uuid: string): Promise<Mapping> {
  const found = await readMapping(tx, scope, uuid)
  if (!found) throw resourceNotFound()
  return found
}

/** With the qualifier as it was given; `$LATEST` stays where the name is a partial ARN alone (recorded 2025-11). */
function mappedArn(name: string, scope: Scope): string {
  const { qualifier, ...address }: Addressed = parseFunctionName(name, scope)
  const isPartial = /^\d{12}:/.test(name)
  return functionArn(address, qualifier === LATEST_NAME && !isPartial ? undefined : qualifier)
}

function showMapping(
  mapping: Mapping,
  {
    FilterCriteria,
    FilterCriteriaError,
  }: Pick<EventSourceMappingConfiguration, "FilterCriteria" | "FilterCriteriaError">,
): EventSourceMappingConfiguration {
  const { uuid, functionArn: arn, result, body } = mapping
  const { startingTimestamp, sealedFilters: _, FilterCriteria: __, ...settings } = body.settings
  const isQueue = body.source.kind === "sqs"
  return {
    UUID: uuid,
    EventSourceArn: body.source.arn,
    FunctionArn: arn,
    EventSourceMappingArn: mappingArn(mapping),
    ...settings,
    ...(FilterCriteria && { FilterCriteria }),
    ...(FilterCriteriaError && { FilterCriteriaError }),
    ...(startingTimestamp !== undefined && { StartingPositionTimestamp: new Date(startingTimestamp * 1000) }),
    ...(!isQueue && { LastProcessingResult: result || NO_RECORDS }),
    LastModified: new Date(body.lastModified),
    State: stateOf(mapping),
    StateTransitionReason: isQueue ? "USER_INITIATED" : "User action",
  }
}
