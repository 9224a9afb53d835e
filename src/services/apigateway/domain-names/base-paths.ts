import {
  type BasePathMapping,
  CreateBasePathMappingCommand,
  DeleteBasePathMappingCommand,
  GetBasePathMappingCommand,
  GetBasePathMappingsCommand,
  UpdateBasePathMappingCommand,
} from "@aws-sdk/client-api-gateway"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { domainChanged, domainMappings, type MappingBody } from "../../apigatewayv2/service.ts"
import { on } from "../access.ts"
import { badRequest, conflict, mappingNotFound } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import { listPage } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceWith } from "../patch-rules.ts"
import { patchedKeys } from "../request-keys.ts"
import { isId, restApis } from "../rest-apis/record.ts"
import { isStageName, stages } from "../stages/record.ts"
import { DOMAIN, getDomainName } from "./operations.ts"

const MAPPINGS = `${DOMAIN}/basepathmappings`
const MAPPING = `${MAPPINGS}/{basePath}`

/** Developer Guide, "Quotas": API mappings of a domain name. */
const MOST_MAPPINGS = 200
/** What stands for no base path. */
const NONE = "(none)"

const keyOf = (basePath: string | undefined): string => (basePath === undefined || basePath === NONE ? "" : basePath)

const show = ({ ApiMappingKey, ApiId, Stage }: MappingBody): BasePathMapping => ({
  basePath: ApiMappingKey === "" ? NONE : ApiMappingKey,
  restApiId: ApiId,
  stage: Stage === "" ? undefined : Stage,
})

/** Texts without a mark are quoted by many who met them. */
async function assertMapping(
  tx: Reading,
  scope: Scope,
  domainName: string,
  { ApiMappingKey, ApiId, Stage }: MappingBody,
  ownId?: string,
): Promise<void> {
  // UNVERIFIED text.
  if (!/^[a-zA-Z0-9$_.+!*'()-]{0,300}$/.test(ApiMappingKey))
    throw badRequest("Base path should only contain letters, numbers, and one of the following characters: $-_.+!*'()")
  const isThere = isId(ApiId) && (await restApis.read(tx, ownerOf(scope), ApiId))
  if (!isThere) throw badRequest("Invalid REST API identifier specified")
  if (Stage !== "" && !(isStageName(Stage) && (await stages.read(tx, ApiId, Stage))))
    throw badRequest("Invalid stage identifier specified")
  const others = (await domainMappings.all(tx, domainName)).filter(({ id }) => id !== ownId)
  if (others.some(({ body }) => body.ApiMappingKey === ApiMappingKey))
    throw conflict("Base path already exists for this domain name")
  // UNVERIFIED text.
  if (others.length >= MOST_MAPPINGS)
    throw badRequest(`A domain name can have at most ${MOST_MAPPINGS} base path mappings`)
}

async function getMapping(
  tx: Reading,
  domainName: string,
  basePath: string,
): Promise<{ id: string; body: MappingBody }> {
  const all = await domainMappings.all(tx, domainName)
  const found = all.find(({ body }) => body.ApiMappingKey === keyOf(basePath))
  if (!found) throw mappingNotFound()
  return found
}

export const CreateBasePathMapping = operation(CreateBasePathMappingCommand, {
  access: on("POST", MAPPINGS, ({ basePath, restApiId, stage }) => ({
    "apigateway:Request/ConditionBasePaths": [basePath ?? NONE],
    "apigateway:Request/RestApiId": restApiId,
    "apigateway:Request/Stage": stage,
  })),
  async handle({ domainName, basePath, restApiId, stage = "" }, context) {
    const mapping: MappingBody = { ApiMappingKey: keyOf(basePath), ApiId: restApiId, Stage: stage }
    return context.store.transact(async (tx) => {
      const { name } = await getDomainName(tx, context, domainName)
      await assertMapping(tx, context, name, mapping)
      await domainMappings.put(tx, name, newShortId(), mapping)
      await domainChanged(tx, name)
      return show(mapping)
    })
  },
})

export const GetBasePathMapping = operation(GetBasePathMappingCommand, {
  access: on("GET", MAPPING),
  handle: ({ domainName, basePath }, context) =>
    context.store.read(async (tx) => {
      const { name } = await getDomainName(tx, context, domainName)
      return show((await getMapping(tx, name, basePath)).body)
    }),
})

export const GetBasePathMappings = operation(GetBasePathMappingsCommand, {
  access: on("GET", MAPPINGS),
  handle: ({ domainName, ...asked }, context) =>
    context.store.read(async (tx) => {
      const { name } = await getDomainName(tx, context, domainName)
      const { items, ...next } = await listPage(context.masterKey, `apigateway base-path ${name}`, asked, {
        load: (after, limit) => domainMappings.list(tx, name, after, limit),
        keyOf: ({ id }) => id,
      })
      return { items: items.map(({ body }) => show(body)), ...next }
    }),
})

/** API Reference, "Patch operations", UpdateBasePathMapping. */
const RULES: readonly Rule<MappingBody>[] = [
  replaceWith("/basePath", (value) => ({ ApiMappingKey: keyOf(value) })),
  replaceWith("/restapiId", (value = "") => ({ ApiId: value })),
  replaceWith("/stage", (value = "") => ({ Stage: value })),
]

export const UpdateBasePathMapping = operation(UpdateBasePathMappingCommand, {
  access: on("PATCH", MAPPING, ({ patchOperations }) =>
    patchedKeys(patchOperations, {
      "/basePath": "apigateway:Request/ConditionBasePaths",
      "/restapiId": "apigateway:Request/RestApiId",
      "/stage": "apigateway:Request/Stage",
    }),
  ),
  async handle({ domainName, basePath, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      const { name } = await getDomainName(tx, context, domainName)
      const { id, body } = await getMapping(tx, name, basePath)
      const mapping = applyPatch<MappingBody>(body, patchOperations, RULES, "plain")
      await assertMapping(tx, context, name, mapping, id)
      await domainMappings.put(tx, name, id, mapping)
      await domainChanged(tx, name)
      return show(mapping)
    })
  },
})

export const DeleteBasePathMapping = operation(DeleteBasePathMappingCommand, {
  access: on("DELETE", MAPPING),
  async handle({ domainName, basePath }, context) {
    await context.store.transact(async (tx) => {
      const { name } = await getDomainName(tx, context, domainName)
      const { id } = await getMapping(tx, name, basePath)
      await domainMappings.remove(tx, name, id)
      await domainChanged(tx, name)
    })
    return {}
  },
})
