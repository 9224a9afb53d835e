import {
  DeleteMethodCommand,
  GetMethodCommand,
  PutMethodCommand,
  UpdateMethodCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { conflict } from "../errors.ts"
import { applyPatch } from "../patch.ts"
import { patchedKeys } from "../request-keys.ts"
import { getMethod, getResource, putMethod, resources } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { Method } from "../snapshot.ts"
import { assertMethod, assertVerb } from "./check.ts"
import { METHOD_RULES } from "./rules.ts"
import { showMethod } from "./show.ts"

export const METHOD = "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}"

export const PutMethod = operation(PutMethodCommand, {
  access: on("PUT", METHOD, ({ authorizationType, apiKeyRequired }) => ({
    "apigateway:Request/RouteAuthorizationType": [authorizationType],
    "apigateway:Request/ApiKeyRequired": [String(apiKeyRequired ?? false)],
  })),
  async handle({ restApiId, resourceId, ...input }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      assertVerb(input.httpMethod)
      const method = withoutIdleAuthorizer({
        ...input,
        authorizationType: input.authorizationType as Method["authorizationType"],
        apiKeyRequired: input.apiKeyRequired ?? false,
        requestValidatorId: input.requestValidatorId || undefined,
      })
      await assertMethod(tx, restApiId, method)
      // Quoted by many who met it.
      if (Object.hasOwn(record.methods, method.httpMethod)) throw conflict("Method already exists for this resource")
      await putMethod(tx, restApiId, { id: resourceId, record }, method)
      return showMethod(method)
    })
  },
})

export const GetMethod = operation(GetMethodCommand, {
  access: on("GET", METHOD),
  handle: ({ restApiId, resourceId, httpMethod }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return showMethod(getMethod(await getResource(tx, restApiId, resourceId), httpMethod))
    }),
})

export const UpdateMethod = operation(UpdateMethodCommand, {
  access: on("PATCH", METHOD, ({ patchOperations }) =>
    patchedKeys(patchOperations, {
      "/authorizationType": "apigateway:Request/RouteAuthorizationType",
      "/apiKeyRequired": "apigateway:Request/ApiKeyRequired",
    }),
  ),
  async handle({ restApiId, resourceId, httpMethod, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = applyPatch<Method>(getMethod(record, httpMethod), patchOperations, METHOD_RULES, "plain")
      await assertMethod(tx, restApiId, method)
      const kept = withoutIdleAuthorizer(method)
      await putMethod(tx, restApiId, { id: resourceId, record }, kept)
      return showMethod(kept)
    })
  },
})

/** A method that asks no authorizer names none. */
function withoutIdleAuthorizer(method: Method): Method {
  if (method.authorizationType === "CUSTOM" || method.authorizationType === "COGNITO_USER_POOLS") return method
  const { authorizerId: _, ...rest } = method
  return rest
}

export const DeleteMethod = operation(DeleteMethodCommand, {
  access: on("DELETE", METHOD),
  async handle({ restApiId, resourceId, httpMethod }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      getMethod(record, httpMethod)
      const { [httpMethod]: _, ...methods } = record.methods
      await resources.put(tx, restApiId, resourceId, { ...record, methods })
    })
    return {}
  },
})
