import { InvokeWithResponseStreamCommand, type InvokeWithResponseStreamResponseEvent } from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import { encodeEvent } from "../../../wire/event-message.ts"
import { notBuilt } from "../errors.ts"
import { addressed } from "../functions/name.ts"
import { versionName } from "../functions/record.ts"
import type { Ending } from "../runtime/runtime.ts"
import { parseClientContext } from "./client-context.ts"
import { assertRan } from "./endings.ts"
import { invocationOf, mayInvoke } from "./invoke.ts"
import { descendOrStop } from "./lineage.ts"
import { assertPayload } from "./payload.ts"
import { abandoning, createPieces } from "./pieces.ts"
import { run, type Throttled } from "./run.ts"
import { getTarget } from "./target.ts"
import { traceIdOf } from "./trace.ts"

type EventStream = AsyncIterable<InvokeWithResponseStreamResponseEvent>

export const InvokeWithResponseStream = operation(InvokeWithResponseStreamCommand, {
  access: mayInvoke,
  async handle(input, context) {
    const address = addressed(input, context)
    if (input.TenantId !== undefined) throw notBuilt("functions that are isolated by tenants")
    const target = await getTarget(context, address)
    if (input.InvocationType === "DryRun") return { StatusCode: 204 }
    const asked = traceIdOf(context.request.headers["x-amzn-trace-id"], context.clock.now())
    const traceId = descendOrStop(asked, target.record)
    context.answer.headers["x-amzn-trace-id"] = traceId
    const clientContext = parseClientContext(input.ClientContext)
    const pieces = createPieces()
    const invocation = {
      ...invocationOf(context, address, assertPayload(input.Payload as Uint8Array | undefined), traceId),
      ...(clientContext !== undefined && { clientContext }),
      onPiece: pieces.put,
    }
    const ending = run(context, target, invocation).finally(pieces.end)
    // What keeps the function from being run is told before the answer begins, where it still can be.
    // Who has gone away hears nothing of how it ended.
    ending.catch(() => {})
    const first = await Promise.race([pieces.begun, ending])
    if (first !== undefined) assertRan(first, target)
    return {
      StatusCode: 200,
      ExecutedVersion: versionName(target.version),
      EventStream: abandoning(events(pieces.all, ending, input.LogType === "Tail"), pieces) as unknown as EventStream,
    }
  },
})

/** Chunks as they come, and at the end how it ended. */
async function* events(
  pieces: AsyncIterable<Uint8Array>,
  ending: Promise<Ending | Throttled>,
  withLog: boolean,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield encodeEvent("PayloadChunk", "application/octet-stream", piece)
  const complete: Record<string, string> = {}
  const ended = await ending
  if (ended.is === "failed") {
    // UNVERIFIED: which of its parts are told.
    complete.ErrorCode = ended.errorType
    complete.ErrorDetails = Buffer.from(ended.payload).toString("utf8")
  }
  if (withLog && "log" in ended) complete.LogResult = Buffer.from(ended.log()).toString("base64")
  yield encodeEvent("InvokeComplete", "application/json", Buffer.from(JSON.stringify(complete)))
}
