import { setTimeout } from "node:timers/promises"
import type { Clock } from "../base/clock.ts"
import type { Delivery, Receipt } from "../peers.ts"

// biome-ignore lint/suspicious/noExplicitAny: handlers are typed by what they take, as those of @types/aws-lambda are
type Handler = (event: any, context: any, callback: any) => unknown

/**
 * Runs a function of this process as Lambda would: it gets a copy of the event and its answer is a copy, both as JSON. Which
 * of them is late is told by the server's clock, so that a test moves it on instead of waiting.
 */
export async function callFunction(
  handler: Handler,
  { arn, payload, awaits, withinMilliseconds, requestId }: Delivery & { requestId: string },
  clock: Clock,
): Promise<Receipt> {
  const until = withinMilliseconds === undefined ? undefined : clock.now() + withinMilliseconds
  const context = {
    functionName: arn.split(":")[6],
    functionVersion: "$LATEST",
    invokedFunctionArn: arn,
    memoryLimitInMB: "128",
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, (until ?? Number.POSITIVE_INFINITY) - clock.now()),
  }
  const answer = settle(handler, JSON.parse(Buffer.from(payload).toString()), context)
  if (awaits === "acceptance") return { is: "accepted" }
  if (until === undefined) return answer
  const ended = new AbortController()
  try {
    return await Promise.race([answer, lateAt(until, clock, ended.signal)])
  } finally {
    ended.abort()
  }
}

/** What becomes of the call; it never throws. */
async function settle(handler: Handler, event: unknown, context: object): Promise<Receipt> {
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      const callback = (error: unknown, result: unknown) => (error == null ? resolve(result) : reject(error))
      const returned = handler(event, context, callback)
      // A handler that takes a callback answers by it, unless it returns a promise all the same.
      if (handler.length < 3 || returned instanceof Promise) resolve(returned)
    })
    return { is: "answered", payload: Buffer.from(JSON.stringify(answer) ?? "null") }
  } catch (error) {
    return { is: "failed", payload: Buffer.from(JSON.stringify(describe(error))) }
  }
}

/** An error as the Node.js runtime of Lambda tells it. */
const describe = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

const LOOK_MILLISECONDS = 20

async function lateAt(until: number, clock: Clock, signal: AbortSignal): Promise<Receipt> {
  while (clock.now() < until && !signal.aborted)
    await setTimeout(LOOK_MILLISECONDS, undefined, { signal, ref: false }).catch(() => {})
  return { is: "late" }
}
