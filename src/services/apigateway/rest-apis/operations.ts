import {
  CreateRestApiCommand,
  type CreateRestApiCommandInput,
  DeleteRestApiCommand,
  GetRestApiCommand,
  GetRestApisCommand,
} from "@aws-sdk/client-api-gateway"
import type { RequirementContext } from "../../../authorization/requirement.ts"
import { operation } from "../../../operation.ts"
import { on, setPolicy, toCreate } from "../access.ts"
import { badRequest, limitExceeded } from "../errors.ts"
import { newLongId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import { listRecords } from "../paging.ts"
import { parsePolicy } from "../policy.ts"
import { removeOwned } from "../removal.ts"
import { removeStages } from "../stages/remove.ts"
import { assertTags } from "../tag-rules.ts"
import { assertRestApi } from "./checks.ts"
import { cloneParts } from "./clone.ts"
import { putDefaults } from "./defaults.ts"
import { getRestApi } from "./get.ts"
import { MOST_APIS, type RestApi, restApis } from "./record.ts"
import { showRestApi } from "./show.ts"

const requested = ({
  name,
  endpointConfiguration,
  disableExecuteApiEndpoint,
  securityPolicy,
}: CreateRestApiCommandInput): RequirementContext => ({
  "apigateway:Request/ApiName": name,
  "apigateway:Request/EndpointType": endpointConfiguration?.types ?? ["EDGE"],
  "apigateway:Request/DisableExecuteApiEndpoint": String(disableExecuteApiEndpoint ?? false),
  "apigateway:Request/SecurityPolicy": securityPolicy && [securityPolicy],
})

export const CreateRestApi = operation(CreateRestApiCommand, {
  access: (input, scope) => [
    ...toCreate("/restapis", requested)(input, scope),
    ...(input.policy ? [setPolicy(scope.region, "/restapis")] : []),
  ],
  async handle(input, { store, clock, account, region }) {
    const { name, policy, cloneFrom, endpointConfiguration, tags } = input
    // UNVERIFIED text.
    if (name.trim() === "") throw badRequest("Name cannot be empty")
    assertTags(tags)
    const types = endpointConfiguration?.types ?? ["EDGE"]
    const [id, rootResourceId] = [newLongId(), newLongId()]
    const record: RestApi = {
      name,
      description: input.description,
      version: input.version,
      createdAt: clock.now(),
      rootResourceId,
      binaryMediaTypes: input.binaryMediaTypes?.length ? input.binaryMediaTypes : undefined,
      minimumCompressionSize: input.minimumCompressionSize,
      apiKeySource: input.apiKeySource ?? "HEADER",
      endpointTypes: types,
      ipAddressType: endpointConfiguration?.ipAddressType ?? (types.includes("PRIVATE") ? "dualstack" : "ipv4"),
      vpcEndpointIds: endpointConfiguration?.vpcEndpointIds,
      disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
      securityPolicy: input.securityPolicy,
      endpointAccessMode: input.endpointAccessMode,
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
    }
    assertRestApi(record)
    return store.transact(async (tx) => {
      const owner = ownerOf({ account, region })
      if ((await restApis.count(tx, owner)) >= MOST_APIS) throw limitExceeded("APIs", "account")
      if (policy) record.policy = await parsePolicy(tx, policy, { account, region, restApiId: id })
      if (cloneFrom) {
        await getRestApi(tx, { account, region }, cloneFrom)
        await cloneParts(tx, cloneFrom, id, rootResourceId)
      } else await putDefaults(tx, id, rootResourceId)
      await restApis.put(tx, owner, id, record)
      return showRestApi(tx, id, record)
    })
  },
})

export const GetRestApi = operation(GetRestApiCommand, {
  access: on("GET", "/restapis/{restApiId}"),
  handle: ({ restApiId }, context) =>
    context.store.read(async (tx) => showRestApi(tx, restApiId, await getRestApi(tx, context, restApiId))),
})

export const GetRestApis = operation(GetRestApisCommand, {
  access: on("GET", "/restapis"),
  async handle(asked, context) {
    return context.store.read(async (tx) => {
      const { items, ...next } = await listRecords(tx, context.masterKey, restApis, ownerOf(context), asked)
      const shown = []
      for (const { id, record } of items) shown.push(await showRestApi(tx, id, record))
      return { items: shown, ...next }
    })
  },
})

/** The API is gone at once, with its stages; the rest of it goes in pieces. */
export const DeleteRestApi = operation(DeleteRestApiCommand, {
  access: on("DELETE", "/restapis/{restApiId}"),
  async handle({ restApiId }, context) {
    const { store, work } = context
    await store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await restApis.remove(tx, ownerOf(context), restApiId)
      await removeStages(tx, restApiId)
      await removeOwned(tx, work, restApiId)
    })
    return {}
  },
})
