import type { CallContext } from "../../../call.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { assertRan } from "../invocations/endings.ts"
import { createPieces } from "../invocations/pieces.ts"
import { run } from "../invocations/run.ts"
import { getTarget } from "../invocations/target.ts"
import type { Invocation } from "../runtime/runtime.ts"
import type { FunctionUrl } from "./record.ts"
import { badGateway, urlResponse } from "./response.ts"
import { streamedResponse } from "./stream.ts"

/** Invokes the function behind a URL as every caller does, and makes an HTTP answer of what it answers. */
export async function invokeByUrl(
  { owner, alias, body: { invokeMode } }: FunctionUrl,
  invocation: Invocation,
  context: CallContext,
): Promise<HttpResponse> {
  const target = await getTarget(context, { ...owner, ...(alias !== undefined && { qualifier: alias }) })
  if (invokeMode === "RESPONSE_STREAM") return stream()
  const ending = await run(context, target, invocation)
  assertRan(ending, target)
  return (ending.is === "answered" && urlResponse(ending.payload)) || badGateway()

  /** UNVERIFIED that a function which fails in the middle of its stream ends it, and no more is said. */
  async function stream(): Promise<HttpResponse> {
    const pieces = createPieces()
    let type: string | undefined
    const ending = run(context, target, {
      ...invocation,
      onBegin: (contentType) => {
        type = contentType
      },
      onPiece: pieces.put,
    }).finally(pieces.end)
    // Who has gone away hears nothing of how it ended.
    ending.catch(() => {})
    const first = await Promise.race([pieces.begun, ending])
    if (first !== undefined) {
      assertRan(first, target)
      if (first.is === "failed") return badGateway()
    }
    return streamedResponse(type, pieces.all)
  }
}
