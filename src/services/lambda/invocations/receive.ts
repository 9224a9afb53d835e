import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Delivery, Receipt } from "../../../peers.ts"
import type { Receiver } from "../../../service.ts"
import { WireError } from "../../../wire/errors.ts"
import { acceptEvent } from "../asynchronous/accept.ts"
import type { Addressed } from "../functions/name.ts"
import type { Target } from "../functions/runnable.ts"
import { assertRan, type Ran } from "./endings.ts"
import { descendOrStop } from "./lineage.ts"
import { run } from "./run.ts"
import { getTarget } from "./target.ts"
import { traceIdOf } from "./trace.ts"

const FUNCTION_ARN =
  /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/

function parse(arn: string): Addressed | undefined {
  const [, region, account, name, qualifier] = FUNCTION_ARN.exec(arn) ?? []
  if (region === undefined || account === undefined || name === undefined) return undefined
  return { account, region, name, ...(qualifier !== undefined && { qualifier }) }
}

/** What other services of this server send to functions: user pools their triggers, functions their results. */
export const receives: Receiver = {
  isReceiver: (arn) => FUNCTION_ARN.test(arn),
  action: "lambda:InvokeFunction",
  async receive(delivery, deps) {
    const address = parse(delivery.arn)!
    try {
      const target = await getTarget(deps, address)
      return await (delivery.awaits === "acceptance" ? accept : answer)(delivery, { deps, address, target })
    } catch (error) {
      if (error instanceof WireError) return { is: "refused", code: error.code, message: error.message }
      throw error
    }
  },
}

interface Reached {
  deps: Deps
  address: Addressed
  target: Target
}

async function accept({ payload, ...from }: Delivery, { deps, address, target }: Reached): Promise<Receipt> {
  const traceId = traceIdOf(from.traceId, deps.clock.now())
  await acceptEvent(deps, { target, address, payload, traceId, requestId: randomUUID() })
  return { is: "accepted" }
}

/** Who comes too late has been run all the same. */
async function answer(delivery: Delivery, { deps, target }: Reached): Promise<Receipt> {
  const { arn, payload, withinMilliseconds } = delivery
  const running = run(deps, target, {
    requestId: randomUUID(),
    invokedFunctionArn: arn,
    payload,
    traceId: descendOrStop(traceIdOf(delivery.traceId, deps.clock.now()), target.record),
  }).then((ending): Ran => {
    assertRan(ending, target)
    return ending
  })
  const ending = withinMilliseconds === undefined ? await running : await within(running, withinMilliseconds)
  if (ending === undefined) return { is: "late" }
  return { is: ending.is, payload: ending.payload }
}

function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const signal = AbortSignal.timeout(milliseconds)
  signal.addEventListener("abort", () => resolve(undefined), { once: true })
  promise.catch(() => {})
  return Promise.race([promise, late])
}
