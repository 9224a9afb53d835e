import {
  type Cors,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda"
import type { Requirement } from "../../../authorization/requirement.ts"
import { type Endpoint, siteUrl } from "../../../base/endpoint.ts"
import { DIGITS, LOWER, randomText } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onFunction } from "../access.ts"
import { readAlias } from "../aliases/record.ts"
import { functionArn } from "../arns.ts"
import { resourceNotFound } from "../errors.ts"
import { readFunction } from "../functions/find.ts"
import { addressed, type NamesFunction } from "../functions/name.ts"
import { listPage } from "../paging.ts"
import { functionDoesNotExist, noUrlQualifier, urlExists } from "./errors.ts"
import { type FunctionUrl, insertUrl, listUrls, readUrl, removeUrl, type UrlBody, updateUrl } from "./record.ts"

/** The name of the host's second label. */
export const LABEL = "lambda-url"

const onUrl = (input: NamesFunction, scope: Scope): Requirement => {
  const { resource } = onFunction(input, scope)
  return { resource, context: { "lambda:FunctionArn": resource } }
}

const withAuthType =
  <I extends NamesFunction & { AuthType?: string | undefined }>() =>
  (input: I, scope: Scope) => ({
    ...onFunction(input, scope),
    context: { "lambda:FunctionUrlAuthType": input.AuthType, "lambda:FunctionArn": onFunction(input, scope).resource },
  })

export const CreateFunctionUrlConfig = operation(CreateFunctionUrlConfigCommand, {
  access: withAuthType(),
  async handle(input, context) {
    const { name, alias } = urlAddress(input, context)
    const { store, clock, endpoint } = context
    const now = clock.now()
    const body: UrlBody = {
      authType: input.AuthType,
      ...corsOf(input.Cors),
      invokeMode: input.InvokeMode ?? "BUFFERED",
      createdAt: now,
      lastModified: now,
    }
    const url = await store.transact(async (tx) => {
      const record = await readFunction(tx, name)
      if (!record || (alias !== undefined && !(await readAlias(tx, record.id, alias)))) throw functionDoesNotExist()
      const place = { functionId: record.id, alias }
      if (await readUrl(tx, place)) throw urlExists(functionArn(name, alias))
      const made: FunctionUrl = { ...place, id: randomText(LOWER + DIGITS, 32), owner: name, body }
      await insertUrl(tx, made)
      return made
    })
    const { LastModifiedTime: _, InvokeMode, ...shown } = showUrl(endpoint, url)
    // Told only where it was sent (recorded 2025-11).
    return input.InvokeMode === undefined ? shown : { ...shown, InvokeMode }
  },
})

export const GetFunctionUrlConfig = operation(GetFunctionUrlConfigCommand, {
  access: onUrl,
  async handle(input, context) {
    const url = await context.store.read((tx) => getUrl(tx, input, context))
    return showUrl(context.endpoint, url)
  },
})

export const UpdateFunctionUrlConfig = operation(UpdateFunctionUrlConfigCommand, {
  access: withAuthType(),
  async handle(input, context) {
    const { store, clock, endpoint } = context
    const now = clock.now()
    const url = await store.transact(async (tx) => {
      const found = await getUrl(tx, input, context)
      const { cors, ...kept } = found.body
      const body: UrlBody = {
        ...kept,
        ...(input.Cors === undefined ? cors && { cors } : corsOf(input.Cors)),
        ...(input.AuthType !== undefined && { authType: input.AuthType }),
        ...(input.InvokeMode !== undefined && { invokeMode: input.InvokeMode }),
        lastModified: now,
      }
      const changed: FunctionUrl = { ...found, body }
      await updateUrl(tx, changed)
      return changed
    })
    return showUrl(endpoint, url)
  },
})

export const DeleteFunctionUrlConfig = operation(DeleteFunctionUrlConfigCommand, {
  access: onUrl,
  async handle(input, context) {
    await context.store.transact(async (tx) => removeUrl(tx, (await getUrl(tx, input, context)).id))
    return {}
  },
})

export const ListFunctionUrlConfigs = operation(ListFunctionUrlConfigsCommand, {
  access: onUrl,
  async handle(input, context) {
    const { name } = urlAddress({ FunctionName: input.FunctionName }, context)
    const { store, masterKey, endpoint } = context
    const { items, ...next } = await store.read(async (tx) => {
      const record = await readFunction(tx, name)
      if (!record) throw functionDoesNotExist()
      return listPage(masterKey, `lambda urls ${record.id}`, input, {
        load: (after, limit) => listUrls(tx, record.id, after === "" ? "" : `${after}\0`, limit),
        keyOf: ({ alias }) => alias ?? " ",
      })
    })
    return { FunctionUrlConfigs: items.map((url) => showUrl(endpoint, url)), ...next }
  },
})

/** A function as a whole, or one of its aliases: versions have no URL. */
function urlAddress(input: NamesFunction, scope: Scope) {
  const { qualifier, ...name } = addressed(input, scope)
  if (qualifier !== undefined && /^(?:\d+|.*\$.*)$/.test(qualifier)) throw noUrlQualifier(qualifier)
  return { name, alias: qualifier }
}

async function getUrl(tx: Reading, input: NamesFunction, context: CallContext): Promise<FunctionUrl> {
  const { name, alias } = urlAddress(input, context)
  const record = await readFunction(tx, name)
  const url = record && (await readUrl(tx, { functionId: record.id, alias }))
  if (!url) throw resourceNotFound()
  return url
}

/** UNVERIFIED that rules without a member are none. */
const corsOf = (cors: Cors | undefined): Pick<UrlBody, "cors"> =>
  cors === undefined || Object.keys(cors).length === 0 ? {} : { cors }

function showUrl(endpoint: Endpoint, { id, owner, alias, body }: FunctionUrl) {
  return {
    FunctionUrl: `${siteUrl(endpoint, `${id}.${LABEL}.${owner.region}`)}/`,
    FunctionArn: functionArn(owner, alias),
    AuthType: body.authType,
    ...(body.cors && { Cors: body.cors }),
    CreationTime: showUrlTime(body.createdAt),
    LastModifiedTime: showUrlTime(body.lastModified),
    InvokeMode: body.invokeMode,
  }
}

/** UNVERIFIED how many digits of a second AWS tells. */
const showUrlTime = (milliseconds: number): string => new Date(milliseconds).toISOString()
