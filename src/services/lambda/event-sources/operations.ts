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
import { functionDoesNotExist, mappingExists, sourceNotFound } from "./errors.ts"
import {
  insertMapping,
  listMappings,
  type Mapping,
  mappingArn,
  readMapping,
  removeMapping,
  updateMapping,
} from "./record.ts"
import { changeSettings, makeSettings } from "./settings.ts"
import { type EventSource, parseSource } from "./source.ts"

/*
 * A mapping that is enabled is read from, and no source that could be is on this server: none is enabled. One that is
 * disabled is just what it says, whatever its source: nothing is read.
 */

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
    const { store, clock, account, region } = context
    const source = parseSource(input)
    const address = parseFunctionName(FunctionName, context)
    const settings = makeSettings(source, asked)
    const mapping: Mapping = {
      account,
      region,
      uuid: randomUUID(),
      functionArn: mappedArn(FunctionName, context),
      body: { source, settings, tags: Tags, lastModified: clock.now() },
    }
    await store.transact(async (tx) => {
      if (!(await readFunction(tx, address))) throw functionDoesNotExist()
      if (Enabled !== false) throw sourceNotFound(source)
      await assertNew(tx, mapping, source, mapping.functionArn)
      await insertMapping(tx, mapping)
    })
    return showMapping(mapping)
  },
})

const onMapping = ({ UUID }: { UUID: string }, scope: Scope) => ({ resource: mappingArn({ ...scope, uuid: UUID }) })

export const GetEventSourceMapping = operation(GetEventSourceMappingCommand, {
  access: onMapping,
  async handle({ UUID }, context) {
    return showMapping(await context.store.read((tx) => getMapping(tx, context, UUID)))
  },
})

export const UpdateEventSourceMapping = operation(UpdateEventSourceMappingCommand, {
  access: onMapping,
  async handle({ UUID, FunctionName, Enabled, SourceAccessConfigurations: _, ...asked }, context) {
    const now = context.clock.now()
    const mapping = await context.store.transact(async (tx) => {
      const found = await getMapping(tx, context, UUID)
      const { source } = found.body
      if (FunctionName !== undefined && !(await readFunction(tx, parseFunctionName(FunctionName, context))))
        throw functionDoesNotExist()
      const settings = changeSettings(source, found.body.settings, asked)
      if (Enabled) throw sourceNotFound(source)
      const arn = FunctionName === undefined ? found.functionArn : mappedArn(FunctionName, context)
      if (arn !== found.functionArn) await assertNew(tx, found, source, arn)
      const changed: Mapping = {
        ...found,
        functionArn: arn,
        body: { ...found.body, settings, lastModified: now },
      }
      await updateMapping(tx, changed)
      return changed
    })
    return showMapping(mapping)
  },
})

export const DeleteEventSourceMapping = operation(DeleteEventSourceMappingCommand, {
  access: onMapping,
  async handle({ UUID }, context) {
    const mapping = await context.store.transact(async (tx) => {
      const found = await getMapping(tx, context, UUID)
      await removeMapping(tx, found)
      return found
    })
    return { ...showMapping(mapping), State: "Deleting" }
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
      EventSourceMappings: page.items.map(showMapping),
      ...(page.next !== undefined && { NextMarker: page.next }),
    }
  },
})

const MOST_LISTED = 100

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

function showMapping(mapping: Mapping): EventSourceMappingConfiguration {
  const { uuid, functionArn: arn, body } = mapping
  const { startingTimestamp, ...settings } = body.settings
  const isQueue = body.source.kind === "sqs"
  return {
    UUID: uuid,
    EventSourceArn: body.source.arn,
    FunctionArn: arn,
    EventSourceMappingArn: mappingArn(mapping),
    ...settings,
    ...(startingTimestamp !== undefined && { StartingPositionTimestamp: new Date(startingTimestamp * 1000) }),
    ...(!isQueue && { LastProcessingResult: "No records processed" }),
    LastModified: new Date(body.lastModified),
    State: "Disabled",
    StateTransitionReason: isQueue ? "USER_INITIATED" : "User action",
  }
}
