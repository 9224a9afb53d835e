import type { Receipt } from "../../../peers.ts"
import { triggerNotInvoked, triggerRefused, triggerTooSlow, unrecognizableAnswer } from "./errors.ts"
import { type About, createEvent, type Occasion } from "./event.ts"
import { findFunction } from "./find.ts"
import { type Answers, TRIGGERS, type TriggerName } from "./table.ts"

/** Source: "Customizing user pool workflows with Lambda triggers": five seconds, three tries in all, of time-outs alone. */
const WITHIN_MILLISECONDS = 5_000
const TRIES = 3

/** What a version of the event is called in it. */
const EVENT_VERSIONS: Readonly<Record<string, string>> = { V1_0: "1", V2_0: "2", V3_0: "3" }

/** Whether the pool asks a function there. */
export const isAsked = ({ deps, pool }: Pick<Occasion, "deps" | "pool">, trigger: TriggerName): boolean =>
  findFunction(deps, pool, trigger) !== undefined

/**
 * Asks the pool's function, where it has one, and waits for it; its `response`. Throws what the caller is to be told where it
 * refuses, is not reached or answers nonsense. A function may take seconds: no transaction is open meanwhile.
 */
export async function runTrigger<T extends TriggerName>(
  occasion: Occasion,
  trigger: T,
  about: About | ((version: string) => About),
): Promise<Answers[T] | undefined> {
  const asked = findFunction(occasion.deps, occasion.pool, trigger)
  if (!asked) return undefined
  const { source, userName, request } = typeof about === "function" ? about(asked.version) : about
  const event = createEvent(occasion, { source, userName, request }, EVENT_VERSIONS[asked.version])
  const payload = Buffer.from(JSON.stringify({ ...event, response: responseOf(trigger, asked.version) }))
  const from = {
    principal: "cognito-idp.amazonaws.com",
    sourceArn: occasion.pool.arn,
    sourceAccount: occasion.pool.account,
  }
  for (let tries = 1; ; tries++) {
    const receipt = await occasion.deps.peers.send({
      arn: asked.arn,
      from,
      payload,
      awaits: "answer",
      withinMilliseconds: WITHIN_MILLISECONDS,
    })
    if (receipt.is !== "late")
      return readReceipt(trigger, source, receipt, { functionArn: asked.arn, poolArn: occasion.pool.arn })
    if (tries === TRIES) throw triggerTooSlow(trigger, source, tries)
  }
}

/** Of V2_0 and V3_0 it is called otherwise: recorded events. */
const responseOf = (trigger: TriggerName, version: string): object =>
  version === "V1_0" ? TRIGGERS[trigger].response : { claimsAndScopeOverrideDetails: null }

function readReceipt<T extends TriggerName>(
  trigger: T,
  source: string,
  receipt: Exclude<Receipt, { is: "late" }>,
  between: { functionArn: string; poolArn: string },
): Answers[T] {
  switch (receipt.is) {
    case "refused":
      throw triggerNotInvoked(trigger, source, receipt, between)
    case "failed":
      throw triggerRefused(trigger, source, errorMessageOf(parseJson(receipt.payload)) ?? "null")
    case "accepted":
      throw new TypeError("What was to answer has only been accepted.")
    case "answered":
      return readAnswer(trigger, source, parseJson(receipt.payload)) as Answers[T]
  }
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString())
  } catch {
    return undefined
  }
}

function errorMessageOf(answer: unknown): string | undefined {
  const message = isRecord(answer) ? answer.errorMessage : undefined
  return typeof message === "string" ? message : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What a function hands back of the event besides its response. */
const COMMON = ["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request"]

/** The response of an answer that is the event again. Source: the same page: "return the modified event". */
function readAnswer(trigger: TriggerName, source: string, answer: unknown): unknown {
  const message = errorMessageOf(answer)
  if (message !== undefined) throw triggerRefused(trigger, source, message)
  if (!isRecord(answer)) throw unrecognizableAnswer(trigger, source, "it did not answer with the event")
  const missing = COMMON.filter((name) => answer[name] === undefined || answer[name] === null)
  if (missing.length > 0)
    throw unrecognizableAnswer(trigger, source, `the event that it answered with lacks ${missing.join(", ")}`)
  const { response } = answer
  if (!isRecord(response))
    throw unrecognizableAnswer(trigger, source, "the event that it answered with has no response")
  if (!TRIGGERS[trigger].answer(response))
    throw unrecognizableAnswer(trigger, source, "its response has members of other types than the trigger's")
  return response
}
