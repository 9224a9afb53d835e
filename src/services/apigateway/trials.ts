import {
  TestInvokeAuthorizerCommand,
  type TestInvokeAuthorizerRequest,
  TestInvokeMethodCommand,
  type TestInvokeMethodRequest,
} from "@aws-sdk/client-api-gateway"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { on } from "./access.ts"
import { snapshotOf } from "./deployments/take.ts"
import { authorizerNotFound, badRequest, methodNotFound, resourceNotFound } from "./errors.ts"
import { getRestApi } from "./rest-apis/get.ts"
import type { Snapshot } from "./snapshot.ts"

/** The deployment that it would be now. */
function editedApi(restApiId: string, context: CallContext): Promise<Snapshot> {
  const { store, clock, account, region } = context
  return store.read(async (tx) => {
    const record = await getRestApi(tx, context, restApiId)
    return snapshotOf(tx, { restApiId, account, region, record }, "test-invoke-deployment", clock.now())
  })
}

/** What both say of the call. */
function callOf(input: TestInvokeMethodRequest | TestInvokeAuthorizerRequest, { caller, requestId }: CallContext) {
  if (caller.kind === "anonymous") throw badRequest("Invalid caller")
  const { pathWithQueryString, body, headers, multiValueHeaders, stageVariables } = input
  return {
    caller,
    requestId,
    ...(pathWithQueryString !== undefined && { pathWithQuery: pathWithQueryString }),
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
    ...(multiValueHeaders && { multiValueHeaders }),
    ...(stageVariables && { stageVariables }),
  }
}

export const TestInvokeMethod = operation(TestInvokeMethodCommand, {
  access: on("POST", "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}"),
  async handle(input, context) {
    const { restApiId, resourceId, httpMethod } = input
    const deployment = await editedApi(restApiId, context)
    if (!deployment.resources.some(({ id }) => id === resourceId)) throw resourceNotFound()
    const answer = await context.peers.tryMethod({ ...callOf(input, context), deployment, resourceId, httpMethod })
    if (!answer) throw methodNotFound()
    return answer
  },
})

export const TestInvokeAuthorizer = operation(TestInvokeAuthorizerCommand, {
  access: on("POST", "/restapis/{restApiId}/authorizers/{authorizerId}"),
  async handle(input, context) {
    const deployment = await editedApi(input.restApiId, context)
    const { authorizerId } = input
    const answer = await context.peers.tryAuthorizer({ ...callOf(input, context), deployment, authorizerId })
    if (!answer) throw authorizerNotFound()
    return answer
  },
})
