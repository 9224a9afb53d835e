import { answered, type Outcome, RESPONSE_BYTES_AT_MOST, reported, responseTooLarge } from "../endings.ts"
import type { Invocation } from "../runtime.ts"
import { accepted, event, invalidRequestId, invalidState, tooLarge } from "./answers.ts"
import { collect } from "./collect.ts"
import type { Body, Exchange } from "./connection.ts"
import type { RequestHead } from "./head.ts"

/** What a runtime said of why it could not begin. */
export interface InitError {
  errorType: string
  payload: Uint8Array
}

export interface ConversationEvents {
  /** The runtime has begun: it asked for its first event. */
  onReady(): void
  onInitError(error: InitError): void
  /** The runtime has answered the invocation and asked for the next event. */
  onDone(outcome: Outcome): void
}

/** The Runtime API as one process speaks it: what it may say when, and what became of its invocation. */
export interface Conversation {
  next(exchange: Exchange): void
  response(id: string, head: RequestHead, exchange: Exchange): Body | undefined
  error(id: string, head: RequestHead, exchange: Exchange): Body | undefined
  initError(head: RequestHead, exchange: Exchange): Body | undefined
  /** Gives the process an event; only after `onReady` and after the one before is done. */
  send(invocation: Invocation, deadline: number): void
  /** What was answered of the invocation that is under way. */
  outcome(): Outcome | undefined
}

/** Developer Guide, "Response streaming": 200 MB. */
const STREAM_BYTES_AT_MOST = 200 * 1024 * 1024
const ERROR_TYPE = "lambda-runtime-function-error-type"
const ERROR_BODY = "lambda-runtime-function-error-body"

export function createConversation(events: ConversationEvents): Conversation {
  let waiting: Exchange | undefined
  let current: { invocation: Invocation; isAnswering: boolean; outcome?: Outcome } | undefined
  let hasBegun = false
  let isFailing = false

  /** The invocation that a call is about; where there is none, the call is refused. */
  function find(id: string, exchange: Exchange): NonNullable<typeof current> | undefined {
    if (current === undefined || current.invocation.requestId !== id) invalidRequestId(exchange)
    else if (current.isAnswering) invalidState(exchange, "the invocation has been answered")
    else return current
    return undefined
  }

  function streamed(mine: NonNullable<typeof current>, head: RequestHead, exchange: Exchange): Body {
    const { invocation } = mine
    invocation.onBegin?.(head.headers["content-type"])
    let size = 0
    return {
      piece(bytes) {
        size += bytes.length
        if (size <= STREAM_BYTES_AT_MOST) return invocation.onPiece!(bytes)
        if (mine.outcome) return
        mine.outcome = responseTooLarge()
        tooLarge(exchange)
      },
      end(trailers) {
        mine.outcome ??= outcomeOf(trailers) ?? answered(undefined, head.headers["content-type"])
        accepted(exchange)
      },
      lost() {},
    }
  }

  function whole(mine: NonNullable<typeof current>, head: RequestHead, exchange: Exchange): Body {
    const contentType = head.headers["content-type"]
    return collect(RESPONSE_BYTES_AT_MOST, {
      overflow() {
        mine.outcome = responseTooLarge()
        tooLarge(exchange)
      },
      end(payload, trailers) {
        const { onBegin, onPiece } = mine.invocation
        mine.outcome = outcomeOf(trailers) ?? answered(onPiece ? undefined : payload, contentType)
        if (!onPiece || mine.outcome.is !== "answered") return accepted(exchange)
        onBegin?.(contentType)
        void Promise.resolve(onPiece(payload)).then(() => accepted(exchange))
      },
    })
  }

  return {
    next(exchange) {
      if (current && !current.outcome) return invalidState(exchange, "the invocation has not been answered")
      if (waiting?.isOpen) invalidState(waiting, "another request waits for the next event")
      waiting = exchange
      const done = current?.outcome
      current = undefined
      if (done) events.onDone(done)
      else if (!hasBegun) {
        hasBegun = true
        events.onReady()
      }
    },
    response(id, head, exchange) {
      const mine = find(id, exchange)
      if (!mine) return undefined
      mine.isAnswering = true
      const streams = head.headers["lambda-runtime-function-response-mode"]?.toLowerCase() === "streaming"
      return streams && mine.invocation.onPiece ? streamed(mine, head, exchange) : whole(mine, head, exchange)
    },
    error(id, head, exchange) {
      const mine = find(id, exchange)
      if (!mine) return undefined
      mine.isAnswering = true
      return collect(RESPONSE_BYTES_AT_MOST, {
        overflow() {
          mine.outcome = responseTooLarge()
          tooLarge(exchange)
        },
        end(payload) {
          mine.outcome = reported(errorTypeOf(head, payload), payload)
          accepted(exchange)
        },
      })
    },
    initError(head, exchange) {
      if (hasBegun) return void invalidState(exchange, "the runtime has begun")
      // One at a time: each may take as much memory as an answer.
      if (isFailing) return void invalidState(exchange, "another request says why the runtime cannot begin")
      isFailing = true
      const taken = collect(RESPONSE_BYTES_AT_MOST, {
        overflow() {
          isFailing = false
          tooLarge(exchange)
        },
        end(payload) {
          isFailing = false
          accepted(exchange)
          events.onInitError({ errorType: errorTypeOf(head, payload), payload })
        },
      })
      return {
        ...taken,
        lost() {
          isFailing = false
          taken.lost()
        },
      }
    },
    send(invocation, deadline) {
      current = { invocation, isAnswering: false }
      // A runtime that has gone away in the meantime is noticed by its end, or by the time it takes.
      if (waiting) event(waiting, invocation, deadline)
      waiting = undefined
    },
    outcome: () => current?.outcome,
  }
}

/** A response that became an error while it was streamed. */
function outcomeOf(trailers: Readonly<Record<string, string>>): Outcome | undefined {
  const errorType = trailers[ERROR_TYPE]
  if (errorType === undefined) return undefined
  return reported(errorType, Buffer.from(trailers[ERROR_BODY] ?? "", "base64"))
}

function errorTypeOf(head: RequestHead, payload: Uint8Array): string {
  const named = head.headers[ERROR_TYPE]
  if (named) return named
  try {
    const { errorType } = JSON.parse(Buffer.from(payload).toString()) as { errorType?: unknown }
    if (typeof errorType === "string") return errorType
  } catch {
    // Any content goes to the caller as it is.
  }
  return "Function.Unknown"
}
