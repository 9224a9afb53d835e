import {
  DeleteIntegrationResponseCommand,
  GetIntegrationResponseCommand,
  PutIntegrationResponseCommand,
  UpdateIntegrationResponseCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { responseNotFound } from "../errors.ts"
import { assertResponseMapping, assertTemplates } from "../mapping.ts"
import { applyPatch } from "../patch.ts"
import { getMethod, getResource, putMethod } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { Integration, IntegrationResponse, Method } from "../snapshot.ts"
import { getIntegration, INTEGRATION } from "./operations.ts"
import { INTEGRATION_RESPONSE_RULES } from "./rules.ts"

const RESPONSE = `${INTEGRATION}/responses/{statusCode}`

function getResponse({ integrationResponses = {} }: Integration, statusCode: string): IntegrationResponse {
  const found = Object.hasOwn(integrationResponses, statusCode) ? integrationResponses[statusCode] : undefined
  if (!found) throw responseNotFound()
  return found
}

/** It makes a response that the method declares. */
function withResponse(method: Method, response: IntegrationResponse): Method {
  const { statusCode } = response
  const declared = Object.hasOwn(method.methodResponses ?? {}, statusCode)
    ? method.methodResponses![statusCode]
    : undefined
  if (!declared) throw responseNotFound()
  assertResponseMapping(response.responseParameters, declared.responseParameters)
  assertTemplates(response.responseTemplates)
  const integration = getIntegration(method)
  const integrationResponses = { ...integration.integrationResponses, [statusCode]: response }
  return { ...method, methodIntegration: { ...integration, integrationResponses } }
}

const show = (response: IntegrationResponse) => ({ ...response }) as { responseParameters?: Record<string, string> }

export const PutIntegrationResponse = operation(PutIntegrationResponseCommand, {
  access: on("PUT", RESPONSE),
  async handle({ restApiId, resourceId, httpMethod, ...response }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      getIntegration(method)
      await putMethod(tx, restApiId, { id: resourceId, record }, withResponse(method, response))
      return show(response)
    })
  },
})

export const GetIntegrationResponse = operation(GetIntegrationResponseCommand, {
  access: on("GET", RESPONSE),
  handle: ({ restApiId, resourceId, httpMethod, statusCode }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const method = getMethod(await getResource(tx, restApiId, resourceId), httpMethod)
      return show(getResponse(getIntegration(method), statusCode))
    }),
})

export const UpdateIntegrationResponse = operation(UpdateIntegrationResponseCommand, {
  access: on("PATCH", RESPONSE),
  async handle({ restApiId, resourceId, httpMethod, statusCode, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      const before = getResponse(getIntegration(method), statusCode)
      const response = applyPatch<IntegrationResponse>(before, patchOperations, INTEGRATION_RESPONSE_RULES, "plain")
      await putMethod(tx, restApiId, { id: resourceId, record }, withResponse(method, response))
      return show(response)
    })
  },
})

export const DeleteIntegrationResponse = operation(DeleteIntegrationResponseCommand, {
  access: on("DELETE", RESPONSE),
  async handle({ restApiId, resourceId, httpMethod, statusCode }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      const integration = getIntegration(method)
      getResponse(integration, statusCode)
      const { [statusCode]: _, ...left } = integration.integrationResponses ?? {}
      const integrationResponses = Object.keys(left).length > 0 ? left : undefined
      const methodIntegration = { ...integration, integrationResponses }
      await putMethod(tx, restApiId, { id: resourceId, record }, { ...method, methodIntegration })
    })
    return {}
  },
})
