import { functionArn } from "../arns.ts"
import { LATEST_NAME, versionName } from "../functions/record.ts"
import type { Target } from "../functions/runnable.ts"
import type { DueDelivery, Event } from "./event.ts"
import type { EventSettings } from "./settings.ts"

/** What became of an event. The names are those of the records that destinations get. */
export type Result =
  | { is: "Success" | "RetriesExhausted"; attempts: number; payload: Uint8Array }
  /** The function was not run, or not any more. */
  | { is: "EventAgeExceeded" | "ZeroReservedConcurrency" }

export interface Concluded {
  event: Event
  target: Target
  settings: EventSettings
  result: Result
  /** Milliseconds since the epoch. */
  now: number
}

/** What is sent where when an event has been dealt with: to a destination, and of failures to a dead-letter queue. */
export function deliveriesOf(concluded: Concluded): DueDelivery[] {
  const { settings, result, target } = concluded
  const isSuccess = result.is === "Success"
  const to = isSuccess ? settings.onSuccess : settings.onFailure
  const deadLetters = target.body.configuration.DeadLetterConfig?.TargetArn
  return [
    ...(to ? [{ to, message: JSON.stringify(recordOf(concluded)), detailType: detailType(isSuccess) }] : []),
    ...(deadLetters && !isSuccess ? [deadLetter(concluded, deadLetters)] : []),
  ]
}

const detailType = (isSuccess: boolean) => `Lambda Function Invocation Result - ${isSuccess ? "Success" : "Failure"}`

/** Recorded 11-2025 (destinations of asynchronous invocations). */
function recordOf({ event, target, result, now }: Concluded) {
  const { account, region, name, qualifier = LATEST_NAME } = event
  const ran = "payload" in result ? result : undefined
  return {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: functionArn({ account, region, name }, qualifier),
      condition: result.is,
      approximateInvokeCount: ran?.attempts ?? event.attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(ran && {
      responseContext: {
        statusCode: 200,
        executedVersion: versionName(target.version),
        ...(ran.is === "RetriesExhausted" && { functionError: "Unhandled" }),
      },
      responsePayload: parsed(ran.payload),
    }),
  }
}

/** Functions may answer what is no JSON (custom runtimes do); it is then told as text. */
function parsed(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString("utf8")
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const ERROR_MESSAGE_BYTES = 1024

/** Recorded 11-2025: the event itself, and beside it why it is dead. */
function deadLetter({ event, result }: Concluded, to: string): DueDelivery {
  return {
    to,
    message: event.payload,
    attributes: {
      RequestID: { type: "String", value: event.requestId },
      ErrorCode: { type: "Number", value: "200" },
      ErrorMessage: { type: "String", value: errorMessage(result) },
    },
  }
}

function errorMessage(result: Result): string {
  if (!("payload" in result)) return result.is
  const error = parsed(result.payload)
  const text =
    typeof error === "object" && error !== null && "errorMessage" in error ? String(error.errorMessage) : String(error)
  return Buffer.from(text).subarray(0, ERROR_MESSAGE_BYTES).toString("utf8") || result.is
}
