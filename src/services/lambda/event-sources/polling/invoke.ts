import { randomUUID } from "../../../../base/random.ts"
import { versionName } from "../../functions/record.ts"
import { run } from "../../invocations/run.ts"
import { traceIdOf } from "../../invocations/trace.ts"
import type { OpenLane } from "./lane.ts"

/** How an invocation with a batch went. */
export type Invoked = { requestId: string; executedVersion: string } & (
  | { is: "answered"; answer: string }
  | { is: "failed" }
  /** It did not take place: there was no room, or this machine cannot run the function. */
  | { is: "notRun" }
)

export async function invoke({ deps, mapping, target, job }: OpenLane, event: string): Promise<Invoked> {
  const requestId = randomUUID()
  const told = { requestId, executedVersion: versionName(target.version) }
  const running = run(deps, target, {
    requestId,
    invokedFunctionArn: mapping.functionArn,
    traceId: traceIdOf(undefined, deps.clock.now()),
    payload: Buffer.from(event),
  })
  const ending = await unlessAborted(running, job.signal)
  if (ending.is === "throttled" || ending.is === "notRun") return { ...told, is: "notRun" }
  if (ending.is === "failed") return { ...told, is: "failed" }
  return { ...told, is: "answered", answer: Buffer.from(ending.payload).toString("utf8") }
}

/** A server that stops does not wait for a function: the batch is taken up again, by this node or another. */
function unlessAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new Error("The server stops."))
  signal.addEventListener("abort", stop, { once: true })
  // Whichever of the two comes second is heard by nobody.
  running.catch(() => {}).finally(() => signal.removeEventListener("abort", stop))
  return Promise.race([running, promise])
}
