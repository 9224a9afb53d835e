import { InvokeAsyncCommand, InvokeCommand, type InvokeCommandOutput } from "@aws-sdk/client-lambda"
import type { Requirement } from "../../../authorization/requirement.ts"
import type { CallContext } from "../../../call.ts"
import { operation, type Scope } from "../../../operation.ts"
import { readBody } from "../../../wire/body.ts"
import { onFunction } from "../access.ts"
import { functionArn } from "../arns.ts"
import { acceptEvent } from "../asynchronous/accept.ts"
import { EVENT_BYTES, INVOCATION_BYTES } from "../body-limits.ts"
import { notBuilt, requestTooLarge } from "../errors.ts"
import { type Addressed, addressed, type NamesFunction } from "../functions/name.ts"
import { versionName } from "../functions/record.ts"
import type { Invocation } from "../runtime/runtime.ts"
import { parseClientContext } from "./client-context.ts"
import { assertRan } from "./endings.ts"
import { descendOrStop } from "./lineage.ts"
import { assertPayload } from "./payload.ts"
import { run } from "./run.ts"
import { cognitoIdentityOf, getTarget } from "./target.ts"
import { traceIdOf } from "./trace.ts"

/** All ways to invoke a function need this, on the function as it is addressed. */
export const mayInvoke = (input: NamesFunction, scope: Scope): Requirement => ({
  ...onFunction(input, scope),
  action: "lambda:InvokeFunction",
})

export const Invoke = operation(InvokeCommand, {
  access: mayInvoke,
  async handle(input, context) {
    const { InvocationType = "RequestResponse", DurableExecutionName, TenantId } = input
    const Payload = input.Payload as Uint8Array | undefined
    const address = addressed(input, context)
    if (DurableExecutionName !== undefined) throw notBuilt("durable executions of functions")
    if (TenantId !== undefined) throw notBuilt("functions that are isolated by tenants")
    if (InvocationType === "Event" && (Payload?.length ?? 0) > EVENT_BYTES) throw requestTooLarge(EVENT_BYTES, "Invoke")
    const found = getTarget(context, address)
    const target = found instanceof Promise ? await found : found
    if (InvocationType === "DryRun") return { StatusCode: 204 }
    const payload = assertPayload(Payload)
    const asked = traceIdOf(context.request.headers["x-amzn-trace-id"], context.clock.now())
    if (InvocationType === "Event") {
      context.answer.headers["x-amzn-trace-id"] = asked
      await acceptEvent(context, { target, address, payload, traceId: asked, requestId: context.requestId })
      return { StatusCode: 202 }
    }
    const traceId = descendOrStop(asked, target.record)
    context.answer.headers["x-amzn-trace-id"] = traceId
    const invocation = invocationOf(context, address, payload, traceId)
    const clientContext = parseClientContext(input.ClientContext)
    if (clientContext !== undefined) invocation.clientContext = clientContext
    const ending = await run(context, target, invocation)
    assertRan(ending, target)
    return {
      StatusCode: 200,
      ExecutedVersion: versionName(target.version),
      ...(ending.is === "failed" && { FunctionError: "Unhandled" }),
      ...(input.LogType === "Tail" && { LogResult: Buffer.from(ending.log()).toString("base64") }),
      Payload: ending.payload as InvokeCommandOutput["Payload"],
    }
  },
})

/** The operation of before 2014-11: an event, without a type to ask for. */
export const InvokeAsync = operation(InvokeAsyncCommand, {
  access: mayInvoke,
  async handle(input, context) {
    const address = addressed(input, context)
    const bytes = await readBody(input.InvokeArgs as unknown as AsyncIterable<Uint8Array>, INVOCATION_BYTES)
    if (bytes.length > EVENT_BYTES) throw requestTooLarge(EVENT_BYTES, "InvokeAsync")
    const target = await getTarget(context, address)
    const payload = assertPayload(bytes)
    const traceId = traceIdOf(context.request.headers["x-amzn-trace-id"], context.clock.now())
    await acceptEvent(context, { target, address, payload, traceId, requestId: context.requestId })
    return { Status: 202 }
  },
})

export function invocationOf(
  context: Pick<CallContext, "requestId" | "caller">,
  { qualifier, ...name }: Addressed,
  payload: Uint8Array,
  traceId: string,
): Invocation {
  const cognitoIdentity = cognitoIdentityOf(context)
  return {
    requestId: context.requestId,
    invokedFunctionArn: functionArn(name, qualifier),
    payload,
    traceId,
    ...(cognitoIdentity && { cognitoIdentity }),
  }
}
