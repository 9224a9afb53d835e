import {
  DeleteMethodResponseCommand,
  GetMethodResponseCommand,
  PutMethodResponseCommand,
  UpdateMethodResponseCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { conflict, responseNotFound } from "../errors.ts"
import { assertResponseParameters } from "../mapping.ts"
import { applyPatch } from "../patch.ts"
import { getMethod, getResource, putMethod } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { Method, MethodResponse } from "../snapshot.ts"
import { assertModels } from "./check.ts"
import { METHOD } from "./operations.ts"
import { METHOD_RESPONSE_RULES } from "./rules.ts"

const RESPONSE = `${METHOD}/responses/{statusCode}`

function getResponse({ methodResponses = {} }: Method, statusCode: string): MethodResponse {
  const found = Object.hasOwn(methodResponses, statusCode) ? methodResponses[statusCode] : undefined
  if (!found) throw responseNotFound()
  return found
}

const withResponse = (method: Method, response: MethodResponse): Method => ({
  ...method,
  methodResponses: { ...method.methodResponses, [response.statusCode]: response },
})

async function assertResponse(tx: Reading, restApiId: string, response: MethodResponse): Promise<void> {
  assertResponseParameters(response.responseParameters)
  await assertModels(tx, restApiId, response.responseModels)
}

const show = (response: MethodResponse) => ({ ...response }) as { responseParameters?: Record<string, boolean> }

export const PutMethodResponse = operation(PutMethodResponseCommand, {
  access: on("PUT", RESPONSE),
  async handle({ restApiId, resourceId, httpMethod, ...response }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      await assertResponse(tx, restApiId, response)
      // Quoted by many who met it.
      if (Object.hasOwn(method.methodResponses ?? {}, response.statusCode))
        throw conflict("Response already exists for this resource")
      await putMethod(tx, restApiId, { id: resourceId, record }, withResponse(method, response))
      return show(response)
    })
  },
})

export const GetMethodResponse = operation(GetMethodResponseCommand, {
  access: on("GET", RESPONSE),
  handle: ({ restApiId, resourceId, httpMethod, statusCode }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return show(getResponse(getMethod(await getResource(tx, restApiId, resourceId), httpMethod), statusCode))
    }),
})

export const UpdateMethodResponse = operation(UpdateMethodResponseCommand, {
  access: on("PATCH", RESPONSE),
  async handle({ restApiId, resourceId, httpMethod, statusCode, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      const before = getResponse(method, statusCode)
      const response = applyPatch<MethodResponse>(before, patchOperations, METHOD_RESPONSE_RULES, "plain")
      await assertResponse(tx, restApiId, response)
      await putMethod(tx, restApiId, { id: resourceId, record }, withResponse(method, response))
      return show(response)
    })
  },
})

export const DeleteMethodResponse = operation(DeleteMethodResponseCommand, {
  access: on("DELETE", RESPONSE),
  async handle({ restApiId, resourceId, httpMethod, statusCode }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const method = getMethod(record, httpMethod)
      getResponse(method, statusCode)
      const { [statusCode]: _, ...methodResponses } = method.methodResponses ?? {}
      const left = Object.keys(methodResponses).length > 0 ? methodResponses : undefined
      await putMethod(tx, restApiId, { id: resourceId, record }, { ...method, methodResponses: left })
    })
    return {}
  },
})
