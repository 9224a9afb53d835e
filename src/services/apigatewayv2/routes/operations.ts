import {
  CreateRouteCommand,
  DeleteRouteCommand,
  DeleteRouteRequestParameterCommand,
  GetRouteCommand,
  GetRoutesCommand,
  UpdateRouteCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { RequirementContext } from "../../../authorization/requirement.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { belowApi, on } from "../access.ts"
import { editApi } from "../apis/edit.ts"
import { getApi } from "../apis/record.ts"
import { partNotFound, tooMany } from "../errors.ts"
import { newPartId } from "../ids.ts"
import { page } from "../paging.ts"
import { mergedTexts, patched, picked } from "../patch.ts"
import { type RouteBody, routeResponses, routes } from "./record.ts"
import { assertFits, assertRouteKey } from "./route-key.ts"
import { assertRoute } from "./settings.ts"

/** Developer Guide, "Quotas". */
const ROUTES_AT_MOST = 300

const MEMBERS = [
  "ApiKeyRequired",
  "AuthorizationScopes",
  "AuthorizationType",
  "AuthorizerId",
  "ModelSelectionExpression",
  "OperationName",
  "RouteKey",
  "RouteResponseSelectionExpression",
  "Target",
] as const

const requested = ({ AuthorizationType, ApiKeyRequired }: Partial<RouteBody>): RequirementContext => ({
  "apigateway:Request/RouteAuthorizationType": AuthorizationType && [AuthorizationType],
  "apigateway:Request/ApiKeyRequired": ApiKeyRequired === undefined ? undefined : [String(ApiKeyRequired)],
})

export const routePath = belowApi<{ ApiId: string; RouteId: string }>("routes", ({ RouteId }) => RouteId)

export async function getRoute(tx: Reading, apiId: string, id: string): Promise<RouteBody> {
  const route = await routes.read(tx, apiId, id)
  if (!route) throw partNotFound("Route")
  return route
}

const show = (RouteId: string, body: RouteBody) => ({ ...body, RouteId })

export const CreateRoute = operation(CreateRouteCommand, {
  access: on("POST", belowApi("routes"), requested),
  async handle(input, context) {
    const RouteId = newPartId()
    const route = await editApi(context, input.ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const created: RouteBody = {
        ApiKeyRequired: false,
        AuthorizationType: "NONE",
        ...(picked<RouteBody>(input, MEMBERS) as Pick<RouteBody, "RouteKey">),
        ...(input.RequestModels && { RequestModels: input.RequestModels }),
        ...(input.RequestParameters && { RequestParameters: input.RequestParameters }),
      }
      assertRouteKey(ProtocolType, created.RouteKey)
      const others = await routes.all(tx, apiId)
      if (others.length >= ROUTES_AT_MOST) throw tooMany("Routes")
      assertFits(
        created.RouteKey,
        others.map(({ body }) => body.RouteKey),
      )
      await assertRoute(tx, apiId, ProtocolType, created)
      await routes.put(tx, apiId, RouteId, created)
      return created
    })
    return show(RouteId, route)
  },
})

export const GetRoute = operation(GetRouteCommand, {
  access: on("GET", routePath),
  handle: ({ ApiId, RouteId }, context) =>
    context.store.read(async (tx) => {
      await getApi(tx, ApiId, context)
      return show(RouteId, await getRoute(tx, ApiId, RouteId))
    }),
})

export const GetRoutes = operation(GetRoutesCommand, {
  access: on("GET", belowApi("routes")),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const { Items, ...next } = await page(context, `routes ${apiId}`, input, {
        load: (after, limit) => routes.list(tx, apiId, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateRoute = operation(UpdateRouteCommand, {
  access: on("PATCH", routePath, requested),
  async handle(input, context) {
    const { ApiId, RouteId } = input
    const route = await editApi(context, ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const found = await getRoute(tx, apiId, RouteId)
      const changed: RouteBody = {
        ...patched<RouteBody>(found, input, MEMBERS),
        ...(input.RequestModels && { RequestModels: { ...mergedTexts(found.RequestModels, input.RequestModels) } }),
        ...(input.RequestParameters && {
          RequestParameters: { ...found.RequestParameters, ...input.RequestParameters },
        }),
      }
      assertRouteKey(ProtocolType, changed.RouteKey ?? "")
      const others = (await routes.all(tx, apiId)).filter(({ id }) => id !== RouteId)
      assertFits(
        changed.RouteKey,
        others.map(({ body }) => body.RouteKey),
      )
      await assertRoute(tx, apiId, ProtocolType, changed)
      await routes.put(tx, apiId, RouteId, changed)
      return changed
    })
    return show(RouteId, route)
  },
})

export const DeleteRoute = operation(DeleteRouteCommand, {
  access: on("DELETE", routePath),
  async handle({ ApiId, RouteId }, context) {
    await editApi(context, ApiId, async (tx, { apiId }) => {
      if (!(await routes.remove(tx, apiId, RouteId))) throw partNotFound("Route")
      for (const { id } of await routeResponses.list(tx, apiId, `${RouteId}/`, ROUTES_AT_MOST))
        if (id.startsWith(`${RouteId}/`)) await routeResponses.remove(tx, apiId, id)
    })
    return {}
  },
})

export const DeleteRouteRequestParameter = operation(DeleteRouteRequestParameterCommand, {
  access: on(
    "DELETE",
    belowApi(
      "routes",
      ({ RouteId }) => RouteId,
      "requestparameters",
      ({ RequestParameterKey }) => RequestParameterKey,
    ),
  ),
  async handle({ ApiId, RouteId, RequestParameterKey }, context) {
    await editApi(context, ApiId, async (tx, { apiId }) => {
      const route = await getRoute(tx, apiId, RouteId)
      const { [RequestParameterKey]: gone, ...RequestParameters } = route.RequestParameters ?? {}
      if (!gone) throw partNotFound("RequestParameter")
      await routes.put(tx, apiId, RouteId, { ...route, RequestParameters })
    })
    return {}
  },
})
