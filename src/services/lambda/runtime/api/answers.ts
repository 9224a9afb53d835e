import type { Invocation } from "../runtime.ts"
import type { Exchange } from "./connection.ts"

const JSON_HEADERS = "Content-Type: application/json\r\n"
const ACCEPTED = '{"status":"OK"}\n'

/** The answers of the Runtime API, in the form of AWS's own emulator of it (its `rendering` package). */
export const accepted = (exchange: Exchange): void => exchange.respond("202 Accepted", JSON_HEADERS, ACCEPTED)

export const refused = (exchange: Exchange, status: string, errorType: string, errorMessage: string): void =>
  exchange.respond(status, JSON_HEADERS, `${JSON.stringify({ errorMessage, errorType })}\n`)

export const invalidRequestId = (exchange: Exchange): void =>
  refused(exchange, "400 Bad Request", "InvalidRequestID", "Invalid request ID")

/** UNVERIFIED: the words, which name the states of AWS's own machine. */
export const invalidState = (exchange: Exchange, what: string): void =>
  refused(exchange, "403 Forbidden", "InvalidStateTransition", `State transition is not allowed: ${what}`)

export const tooLarge = (exchange: Exchange): void =>
  refused(
    exchange,
    "413 Request Entity Too Large",
    "RequestEntityTooLarge",
    "Exceeded maximum allowed payload size (6291556 bytes).",
  )

export const notFound = (exchange: Exchange): void =>
  exchange.respond("404 Not Found", "Content-Type: text/plain\r\n", "404 page not found\n")

export const notBuilt = (exchange: Exchange, what: string): void =>
  refused(exchange, "501 Not Implemented", "NotImplemented", `${what} is not supported here.`)

/** The event, with what is known of the invocation; what is empty is left out. */
export function event(exchange: Exchange, invocation: Invocation, deadline: number): void {
  const { clientContext, cognitoIdentity } = invocation
  exchange.respond(
    "200 OK",
    `${JSON_HEADERS}Lambda-Runtime-Aws-Request-Id: ${invocation.requestId}\r\n` +
      `Lambda-Runtime-Deadline-Ms: ${deadline}\r\n` +
      `Lambda-Runtime-Invoked-Function-Arn: ${oneLine(invocation.invokedFunctionArn)}\r\n` +
      `Lambda-Runtime-Trace-Id: ${oneLine(invocation.traceId)}\r\n` +
      (clientContext ? `Lambda-Runtime-Client-Context: ${bytesOf(oneLine(clientContext))}\r\n` : "") +
      (cognitoIdentity ? `Lambda-Runtime-Cognito-Identity: ${JSON.stringify(cognitoIdentity)}\r\n` : ""),
    invocation.payload,
  )
}

/** JSON may be written over several lines, a header may not. */
const oneLine = (text: string): string => text.replace(/[\r\n\0]+/g, " ")

/** A text of one character for each byte. */
const bytesOf = (text: string): string => Buffer.from(text).toString("latin1")
