import {
  CreateRouteResponseCommand,
  DeleteRouteResponseCommand,
  GetRouteResponseCommand,
  GetRouteResponsesCommand,
  type RouteResponse,
  UpdateRouteResponseCommand,
} from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { editApi } from "../apis/edit.ts"
import { type Api, getApi } from "../apis/record.ts"
import { badRequest, conflict, isNotOf, partNotFound, tooMany } from "../errors.ts"
import { newPartId } from "../ids.ts"
import { page } from "../paging.ts"
import { mergedTexts, patched, picked } from "../patch.ts"
import { getRoute, routePath } from "./operations.ts"
import { routeResponses } from "./record.ts"

type Body = Omit<RouteResponse, "RouteResponseId">

/** UNVERIFIED: how many AWS lets a route have. */
const RESPONSES_AT_MOST = 100

const MEMBERS = ["RouteResponseKey", "ModelSelectionExpression"] as const

interface Named {
  ApiId: string
  RouteId: string
  RouteResponseId: string
}

const listPath = (input: Pick<Named, "ApiId" | "RouteId">) => `${routePath(input)}/routeresponses`
const path = (input: Named) => `${listPath(input)}/${input.RouteResponseId}`
const keyOf = ({ RouteId, RouteResponseId }: Named) => `${RouteId}/${RouteResponseId}`
const show = (key: string, body: Body) => ({ ...body, RouteResponseId: key.slice(key.indexOf("/") + 1) })

function assertOfWebSocket({ body: { ProtocolType } }: Api): void {
  if (ProtocolType !== "WEBSOCKET") throw isNotOf("Route responses", ProtocolType)
}

/** Developer Guide, "Set up route responses for WebSocket APIs". UNVERIFIED: the text. */
function assertKey(key: string | undefined): void {
  if (key !== "$default") throw badRequest("Invalid route response key specified. Only $default is supported.")
}

export const CreateRouteResponse = operation(CreateRouteResponseCommand, {
  access: on("POST", listPath),
  async handle(input, context) {
    const named = { ...input, RouteResponseId: newPartId() }
    const created: Body = {
      ...(picked<Body>(input, MEMBERS) as Body),
      ...(input.ResponseParameters && { ResponseParameters: input.ResponseParameters }),
      ...(input.ResponseModels && { ResponseModels: input.ResponseModels }),
    }
    await editApi(context, input.ApiId, async (tx, api) => {
      assertOfWebSocket(api)
      await getRoute(tx, api.apiId, input.RouteId)
      assertKey(created.RouteResponseKey)
      const others = (await routeResponses.all(tx, api.apiId)).filter(({ id }) => id.startsWith(`${input.RouteId}/`))
      if (others.length >= RESPONSES_AT_MOST) throw tooMany("RouteResponses")
      if (others.some(({ body }) => body.RouteResponseKey === created.RouteResponseKey))
        throw conflict(`RouteResponse with key ${created.RouteResponseKey} already exists for this Route`)
      await routeResponses.put(tx, api.apiId, keyOf(named), created)
    })
    return show(keyOf(named), created)
  },
})

export const GetRouteResponse = operation(GetRouteResponseCommand, {
  access: on("GET", path),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const found = await routeResponses.read(tx, apiId, keyOf(input))
      if (!found) throw partNotFound("RouteResponse")
      return show(keyOf(input), found)
    }),
})

export const GetRouteResponses = operation(GetRouteResponsesCommand, {
  access: on("GET", listPath),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      await getRoute(tx, apiId, input.RouteId)
      const prefix = `${input.RouteId}/`
      const { Items, ...next } = await page(context, `route responses ${apiId} ${prefix}`, input, {
        load: async (after, limit) =>
          (await routeResponses.list(tx, apiId, after || prefix, limit)).filter(({ id }) => id.startsWith(prefix)),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateRouteResponse = operation(UpdateRouteResponseCommand, {
  access: on("PATCH", path),
  async handle(input, context) {
    const changed = await editApi(context, input.ApiId, async (tx, { apiId }) => {
      const found = await routeResponses.read(tx, apiId, keyOf(input))
      if (!found) throw partNotFound("RouteResponse")
      const body: Body = {
        ...patched<Body>(found, input, MEMBERS),
        ...(input.ResponseParameters && {
          ResponseParameters: { ...found.ResponseParameters, ...input.ResponseParameters },
        }),
        ...(input.ResponseModels && { ResponseModels: { ...mergedTexts(found.ResponseModels, input.ResponseModels) } }),
      }
      assertKey(body.RouteResponseKey)
      await routeResponses.put(tx, apiId, keyOf(input), body)
      return body
    })
    return show(keyOf(input), changed)
  },
})

export const DeleteRouteResponse = operation(DeleteRouteResponseCommand, {
  access: on("DELETE", path),
  async handle(input, context) {
    await editApi(context, input.ApiId, async (tx, { apiId }) => {
      if (!(await routeResponses.remove(tx, apiId, keyOf(input)))) throw partNotFound("RouteResponse")
    })
    return {}
  },
})
