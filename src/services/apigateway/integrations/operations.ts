import {
  DeleteIntegrationCommand,
  GetIntegrationCommand,
  PutIntegrationCommand,
  UpdateIntegrationCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on, passRole } from "../access.ts"
import { integrationNotFound } from "../errors.ts"
import { METHOD } from "../methods/operations.ts"
import { showIntegration } from "../methods/show.ts"
import { applyPatch } from "../patch.ts"
import { getMethod, getResource, putMethod } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { Integration, Method } from "../snapshot.ts"
import { assertIntegration, MOST_MILLISECONDS } from "./check.ts"
import { INTEGRATION_RULES } from "./rules.ts"

export const INTEGRATION = `${METHOD}/integration`

export function getIntegration({ methodIntegration }: Method): Integration {
  if (!methodIntegration) throw integrationNotFound()
  return methodIntegration
}

/** Takes the place of the one that was there, with its responses. */
export const PutIntegration = operation(PutIntegrationCommand, {
  access: (input, scope) => [on("PUT", INTEGRATION)(input, scope), ...passRole(input.credentials)],
  async handle({ restApiId, resourceId, httpMethod, integrationHttpMethod, ...input }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      const integration: Integration = {
        type: input.type,
        httpMethod: integrationHttpMethod || undefined,
        uri: input.uri || undefined,
        connectionType: input.connectionType ?? (input.type.startsWith("HTTP") ? "INTERNET" : undefined),
        connectionId: input.connectionId,
        credentials: input.credentials || undefined,
        requestParameters: input.requestParameters,
        requestTemplates: input.requestTemplates,
        passthroughBehavior: (input.passthroughBehavior ?? "WHEN_NO_MATCH") as Integration["passthroughBehavior"],
        contentHandling: input.contentHandling,
        timeoutInMillis: input.timeoutInMillis ?? MOST_MILLISECONDS,
        cacheNamespace: input.cacheNamespace || resourceId,
        cacheKeyParameters: input.cacheKeyParameters ?? [],
        tlsConfig: input.tlsConfig,
        responseTransferMode: input.responseTransferMode,
      }
      assertIntegration(integration, method)
      await putMethod(tx, restApiId, { id: resourceId, record }, { ...method, methodIntegration: integration })
      return showIntegration(integration)
    })
  },
})

export const GetIntegration = operation(GetIntegrationCommand, {
  access: on("GET", INTEGRATION),
  handle: ({ restApiId, resourceId, httpMethod }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      return showIntegration(getIntegration(getMethod(record, httpMethod)))
    }),
})

export const UpdateIntegration = operation(UpdateIntegrationCommand, {
  access: (input, scope) => [
    on("PATCH", INTEGRATION)(input, scope),
    ...(input.patchOperations ?? []).flatMap(({ path, value }) => (path === "/credentials" ? passRole(value) : [])),
  ],
  async handle({ restApiId, resourceId, httpMethod, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      const before = getIntegration(method)
      const patched = applyPatch<Integration>(before, patchOperations, INTEGRATION_RULES, "plain")
      const integration: Integration = { ...patched, cacheNamespace: patched.cacheNamespace || resourceId }
      assertIntegration(integration, method)
      await putMethod(tx, restApiId, { id: resourceId, record }, { ...method, methodIntegration: integration })
      return showIntegration(integration)
    })
  },
})

export const DeleteIntegration = operation(DeleteIntegrationCommand, {
  access: on("DELETE", INTEGRATION),
  async handle({ restApiId, resourceId, httpMethod }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      getIntegration(method)
      const { methodIntegration: _, ...left } = method
      await putMethod(tx, restApiId, { id: resourceId, record }, left)
    })
    return {}
  },
})
