import {
  CreateApiCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  GetApiCommand,
  GetApisCommand,
  UpdateApiCommand,
} from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../../operation.ts"
import { apiPath, belowApi, creating, on } from "../access.ts"
import { deployAutomatically } from "../deployments/deploy.ts"
import { badRequest, tooManyInAccount } from "../errors.ts"
import { newApiId } from "../ids.ts"
import { page } from "../paging.ts"
import { picked } from "../patch.ts"
import { stages } from "../stages/record.ts"
import { assertTags } from "../tags/limits.ts"
import { assertCors } from "./cors.ts"
import { DELETE_API } from "./delete-work.ts"
import { editApi } from "./edit.ts"
import { assertQuickCreation, quickCreate, updateQuickCreation } from "./quick-create.ts"
import { APIS_AT_MOST, type Api, type ApiBody, countApis, getApi, listApis, putApi, removeApi } from "./record.ts"
import { showApi } from "./show.ts"

/** Members that may be left out. */
const OPTIONAL = ["CorsConfiguration", "Description", "DisableSchemaValidation", "Version"] as const

const requested = ({
  Name,
  DisableExecuteApiEndpoint,
}: Partial<Pick<ApiBody, "Name" | "DisableExecuteApiEndpoint">>) => ({
  "apigateway:Request/ApiName": Name,
  "apigateway:Request/DisableExecuteApiEndpoint":
    DisableExecuteApiEndpoint === undefined ? undefined : String(DisableExecuteApiEndpoint),
})

export const CreateApi = operation(CreateApiCommand, {
  access: creating(() => "/apis", requested),
  async handle(input, context) {
    const { store, clock, endpoint, account, region } = context
    const { ProtocolType, Tags = {} } = input
    assertName(input.Name)
    assertCors(input.CorsConfiguration)
    assertTags(Tags)
    assertQuickCreation(ProtocolType, input)
    assertProtocol(ProtocolType, input)
    const now = clock.now()
    const api: Api = {
      apiId: newApiId(),
      account,
      region,
      body: {
        Name: input.Name,
        ProtocolType,
        RouteSelectionExpression: input.RouteSelectionExpression ?? HTTP_SELECTION,
        ApiKeySelectionExpression: input.ApiKeySelectionExpression ?? "$request.header.x-api-key",
        DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
        IpAddressType: input.IpAddressType ?? "ipv4",
        ...picked<ApiBody>(input, OPTIONAL),
        Tags,
        createdAt: now,
      },
    }
    await store.transact(async (tx) => {
      if ((await countApis(tx, context)) >= APIS_AT_MOST) throw tooManyInAccount("APIs")
      await putApi(tx, api)
      await quickCreate(tx, api, input, now)
      await deployAutomatically(tx, api, now)
    })
    return showApi(endpoint, api)
  },
})

const HTTP_SELECTION = "$request.method $request.path"

function assertName(name: string | undefined): void {
  if (name !== undefined && (name === "" || name.length > 128))
    throw badRequest("Name must be between 1 and 128 characters.")
}

/** UNVERIFIED: the texts. */
function assertProtocol(
  protocol: ApiBody["ProtocolType"],
  { RouteSelectionExpression, CorsConfiguration }: Partial<ApiBody> | { [Member in keyof ApiBody]?: unknown },
): void {
  if (protocol === "HTTP") {
    if (RouteSelectionExpression !== undefined && RouteSelectionExpression !== HTTP_SELECTION)
      throw badRequest(`RouteSelectionExpression must be '${HTTP_SELECTION}' for HTTP protocol Apis`)
    return
  }
  if (CorsConfiguration !== undefined)
    throw badRequest("CORS configuration is not supported for WEBSOCKET protocol Apis")
  if (!RouteSelectionExpression) throw badRequest("RouteSelectionExpression is required for WEBSOCKET protocol Apis")
}

export const GetApi = operation(GetApiCommand, {
  access: on("GET", apiPath),
  handle: async ({ ApiId }, context) =>
    showApi(context.endpoint, await context.store.read((tx) => getApi(tx, ApiId, context))),
})

export const GetApis = operation(GetApisCommand, {
  access: on("GET", () => "/apis"),
  async handle(input, context) {
    const { store, account, region, endpoint } = context
    const { Items, ...next } = await store.read((tx) =>
      page(context, `apis ${account} ${region}`, input, {
        load: (after, limit) => listApis(tx, context, after, limit),
        keyOf: ({ apiId }) => apiId,
      }),
    )
    return { Items: Items.map((api) => showApi(endpoint, api)), ...next }
  },
})

export const UpdateApi = operation(UpdateApiCommand, {
  access: on("PATCH", apiPath, requested),
  async handle(input, context) {
    const { ApiId } = input
    assertName(input.Name)
    assertCors(input.CorsConfiguration)
    const api = await editApi(context, ApiId, async (tx, found) => {
      const body: ApiBody = {
        ...found.body,
        ...picked<ApiBody>(input, [
          ...OPTIONAL,
          "Name",
          "RouteSelectionExpression",
          "ApiKeySelectionExpression",
          "DisableExecuteApiEndpoint",
          "IpAddressType",
        ]),
      }
      if (input.Description === "") delete body.Description
      if (input.Version === "") delete body.Version
      assertProtocol(body.ProtocolType, body)
      const changed = { ...found, body }
      await putApi(tx, changed)
      await updateQuickCreation(tx, found, input)
      return changed
    })
    return showApi(context.endpoint, api)
  },
})

export const DeleteApi = operation(DeleteApiCommand, {
  access: on("DELETE", apiPath),
  async handle({ ApiId }, context) {
    await context.store.transact(async (tx) => {
      const api = await getApi(tx, ApiId, context)
      // Its stages are gone at once, for whoever looks one up; the rest is found through it alone.
      for (const { id } of await stages.all(tx, ApiId)) await stages.remove(tx, ApiId, id)
      await removeApi(tx, api)
      await context.work.enqueue(tx, { kind: DELETE_API, key: ApiId })
    })
    return {}
  },
})

export const DeleteCorsConfiguration = operation(DeleteCorsConfigurationCommand, {
  access: on("DELETE", belowApi("cors")),
  async handle({ ApiId }, context) {
    await editApi(context, ApiId, async (tx, api) => {
      const { CorsConfiguration: _, ...body } = api.body
      await putApi(tx, { ...api, body })
    })
    return {}
  },
})
