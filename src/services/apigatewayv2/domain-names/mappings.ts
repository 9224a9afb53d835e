import {
  CreateApiMappingCommand,
  DeleteApiMappingCommand,
  GetApiMappingCommand,
  GetApiMappingsCommand,
  UpdateApiMappingCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { getApi } from "../apis/record.ts"
import { badRequest, conflict, partNotFound } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { page } from "../paging.ts"
import { stages } from "../stages/record.ts"
import { domainPath } from "./operations.ts"
import { domainChanged, getDomain, type MappingBody, mappings } from "./record.ts"

/** Developer Guide, "Quotas". */
const MAPPINGS_AT_MOST = 200

const listPath = (input: { DomainName: string }) => `${domainPath(input)}/apimappings`
const path = (input: { DomainName: string; ApiMappingId: string }) => `${listPath(input)}/${input.ApiMappingId}`

const show = (ApiMappingId: string, body: MappingBody) => ({ ...body, ApiMappingId })

/** Several levels are let in (Developer Guide, "Using multi-level API mappings"). UNVERIFIED: the texts. */
async function assertMapping(
  tx: Reading,
  domain: string,
  { ApiId, Stage, ApiMappingKey }: MappingBody,
  context: CallContext,
  ownId?: string,
): Promise<void> {
  if (!/^(?:[a-zA-Z0-9$_.+!*'()-]+(?:\/[a-zA-Z0-9$_.+!*'()-]+)*)?$/.test(ApiMappingKey) || ApiMappingKey.length > 300)
    throw badRequest("API mapping key should not start with a '/' or have consecutive '/'s.")
  const { apiId } = await getApi(tx, ApiId, context)
  if (!(await stages.read(tx, apiId, Stage))) throw badRequest("Invalid stage identifier specified")
  const others = (await mappings.all(tx, domain)).filter(({ id }) => id !== ownId)
  if (others.length >= MAPPINGS_AT_MOST)
    throw badRequest(`A domain name can have at most ${MAPPINGS_AT_MOST} API mappings.`)
  if (others.some(({ body }) => body.ApiMappingKey === ApiMappingKey))
    throw conflict("ApiMapping key already exists for this domain name")
}

export const CreateApiMapping = operation(CreateApiMappingCommand, {
  access: on("POST", listPath),
  handle: ({ DomainName, ApiId, Stage, ApiMappingKey = "" }, context) =>
    context.store.transact(async (tx) => {
      const { name } = await getDomain(tx, DomainName, context)
      const mapping: MappingBody = { ApiId, Stage, ApiMappingKey: ApiMappingKey === "(none)" ? "" : ApiMappingKey }
      await assertMapping(tx, name, mapping, context)
      const id = newShortId()
      await mappings.put(tx, name, id, mapping)
      await domainChanged(tx, name)
      return show(id, mapping)
    }),
})

async function getMapping(tx: Reading, domain: string, id: string): Promise<MappingBody> {
  const mapping = await mappings.read(tx, domain, id)
  if (!mapping) throw partNotFound("API mapping")
  return mapping
}

export const GetApiMapping = operation(GetApiMappingCommand, {
  access: on("GET", path),
  handle: ({ DomainName, ApiMappingId }, context) =>
    context.store.read(async (tx) => {
      const { name } = await getDomain(tx, DomainName, context)
      return show(ApiMappingId, await getMapping(tx, name, ApiMappingId))
    }),
})

export const GetApiMappings = operation(GetApiMappingsCommand, {
  access: on("GET", listPath),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { name } = await getDomain(tx, input.DomainName, context)
      const { Items, ...next } = await page(context, `mappings ${name}`, input, {
        load: (after, limit) => mappings.list(tx, name, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateApiMapping = operation(UpdateApiMappingCommand, {
  access: on("PATCH", path),
  handle: ({ DomainName, ApiMappingId, ApiId, ApiMappingKey, Stage }, context) =>
    context.store.transact(async (tx) => {
      const { name } = await getDomain(tx, DomainName, context)
      const found = await getMapping(tx, name, ApiMappingId)
      const mapping: MappingBody = {
        ApiId,
        ApiMappingKey: ApiMappingKey ?? found.ApiMappingKey,
        Stage: Stage ?? found.Stage,
      }
      await assertMapping(tx, name, mapping, context, ApiMappingId)
      await mappings.put(tx, name, ApiMappingId, mapping)
      await domainChanged(tx, name)
      return show(ApiMappingId, mapping)
    }),
})

export const DeleteApiMapping = operation(DeleteApiMappingCommand, {
  access: on("DELETE", path),
  async handle({ DomainName, ApiMappingId }, context) {
    await context.store.transact(async (tx) => {
      const { name } = await getDomain(tx, DomainName, context)
      if (!(await mappings.remove(tx, name, ApiMappingId))) throw partNotFound("API mapping")
      await domainChanged(tx, name)
    })
    return {}
  },
})
