import { isUtf8 } from "node:buffer"
import { findJsonFault } from "../../../wire/json-scan.ts"
import { functionArn } from "../arns.ts"
import { objectKey } from "../destinations/buckets.ts"
import { serviceOf } from "../destinations/targets.ts"
import { LATEST_NAME, versionName } from "../functions/record.ts"
import type { Target } from "../functions/runnable.ts"
import { DEEPEST } from "../invocations/payload.ts"
import type { DueDelivery, Event } from "./event.ts"
import type { EventSettings } from "./settings.ts"

/** What became of an event. The names are those of the records that destinations get; UNVERIFIED of loops. */
export type Result =
  | { is: "Success" | "RetriesExhausted"; attempts: number; payload: Uint8Array }
  /** The function was not run, or not any more. */
  | { is: "EventAgeExceeded" | "ZeroReservedConcurrency" | "RecursiveLoop" }

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
    ...(to
      ? [
          {
            to,
            message: recordOf(concluded),
            detailType: detailType(isSuccess),
            functionArn: arnOf(concluded),
            ...(serviceOf(to) === "s3" && { objectKey: objectKey(concluded) }),
          },
        ]
      : []),
    ...(deadLetters && !isSuccess ? [deadLetter(concluded, deadLetters)] : []),
  ]
}

const arnOf = ({ event: { account, region, name, qualifier = LATEST_NAME } }: Concluded): string =>
  functionArn({ account, region, name }, qualifier)

const detailType = (isSuccess: boolean) => `Lambda Function Invocation Result - ${isSuccess ? "Success" : "Failure"}`

/**
 * The record as text: recorded 11-2025 (destinations of asynchronous invocations). What functions take and answer goes in as it
 * is, for it may be large, and whoever reads it wants it so.
 */
function recordOf(concluded: Concluded): string {
  const { event, target, result, now } = concluded
  const ran = "payload" in result ? result : undefined
  const requestContext = {
    requestId: event.requestId,
    functionArn: arnOf(concluded),
    condition: result.is,
    approximateInvokeCount: ran?.attempts ?? event.attempts,
  }
  const members: [string, string][] = [
    ["version", '"1.0"'],
    ["timestamp", JSON.stringify(new Date(now).toISOString())],
    ["requestContext", JSON.stringify(requestContext)],
    ["requestPayload", event.payload],
  ]
  if (ran) {
    const responseContext = {
      statusCode: 200,
      executedVersion: versionName(target.version),
      ...(ran.is === "RetriesExhausted" && { functionError: "Unhandled" }),
    }
    members.push(["responseContext", JSON.stringify(responseContext)], ["responsePayload", jsonOf(ran.payload)])
  }
  return `{${members.map(([key, value]) => `"${key}":${value}`).join(",")}}`
}

/** Functions may answer what is no JSON (custom runtimes do); it is then told as text. */
function jsonOf(payload: Uint8Array): string {
  const text = Buffer.from(payload).toString("utf8")
  return isUtf8(payload) && findJsonFault(payload, DEEPEST) === undefined ? text : JSON.stringify(text)
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

/** What a failed function tells of itself is short, or it is not looked into. */
const ERROR_BYTES = 64 * 1024

function errorMessage(result: Result): string {
  if (!("payload" in result)) return result.is
  const text = Buffer.from(result.payload).toString("utf8")
  return cut(result.payload.length > ERROR_BYTES ? text : toldBy(text)) || result.is
}

const cut = (text: string): string => Buffer.from(text).subarray(0, ERROR_MESSAGE_BYTES).toString("utf8")

function toldBy(text: string): string {
  try {
    const error: unknown = JSON.parse(text)
    if (typeof error === "object" && error !== null && "errorMessage" in error)
      return typeof error.errorMessage === "string" ? error.errorMessage : JSON.stringify(error.errorMessage)
  } catch {
    // It is told as it is.
  }
  return text
}
