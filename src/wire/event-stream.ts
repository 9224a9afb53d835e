import { WireError } from "./errors.ts"
import { encodeEvent, encodeMessage } from "./event-message.ts"
import type { EndlessBody } from "./http.ts"
import { type Member, membersOf, type Shape } from "./schema.ts"

/**
 * What a handler answers with in place of a stream of events: each of them a union of the model (`{ Records: {...} }`). What it
 * throws as a `WireError` is told within the stream, which ends with it. `end` is called when nobody reads on.
 */
export interface Events extends AsyncIterable<object> {
  end?(): void
}

export const EVENT_STREAM = "application/vnd.amazon.eventstream"

/** How a protocol writes what an event holds. */
export interface PayloadFormat {
  contentType: string
  encoderOf(shape: Shape): (value: unknown) => Uint8Array
}

/** The member that is a stream of events, where an output has one. */
export const findEventStream = (output: Shape): Member | undefined =>
  membersOf(output).find(({ kind, own }) => kind === "union" && own.streaming === 1)

/**
 * Compiles a stream of events of a model (`application/vnd.amazon.eventstream`; Smithy, "Amazon Event Stream Specification"). Protocols
 * whose answers have no other place for the rest of the output send it first, as an `initial-response`.
 */
export function eventStreamEncoder(
  union: Shape,
  format: PayloadFormat,
): (events: Events, initial?: Uint8Array) => EndlessBody {
  const { contentType } = format
  const members = new Map(membersOf(union).map((member) => [member.memberName, eventEncoder(member, format)]))

  const encode = (event: object): Uint8Array => {
    const [name, value] = Object.entries(event).find(([, given]) => given !== undefined) ?? []
    const member = name === undefined ? undefined : members.get(name)
    if (name === undefined || !member) throw new Error(`the model has no event ${name}`)
    return encodeEvent(name, member.contentType, member.encode(value))
  }

  const refuse = ({ code, message, members: more }: WireError): Uint8Array => {
    const member = members.get(code)
    return member?.isError
      ? encodeMessage(
          { ":exception-type": code, ":content-type": contentType, ":message-type": "exception" },
          member.encode({ message, ...more }),
        )
      : encodeMessage({ ":message-type": "error", ":error-code": code, ":error-message": message }, NOTHING)
  }

  return (events, initial) => ({
    end: () => events.end?.(),
    async *[Symbol.asyncIterator]() {
      if (initial) yield encodeEvent("initial-response", contentType, initial)
      try {
        for await (const event of events) yield encode(event)
      } catch (error) {
        if (error instanceof WireError) return yield refuse(error)
        yield refuse(new WireError("InternalFailureException", "Internal Service Failure"))
        // Whoever runs the server is told of it.
        throw error
      }
    },
  })
}

const NOTHING = new Uint8Array()

interface EventEncoder {
  isError: boolean
  contentType: string
  encode(value: unknown): Uint8Array
}

/** An event whose model says so is its payload alone: bytes as they are, or a structure. */
function eventEncoder(event: Member, { contentType, encoderOf }: PayloadFormat): EventEncoder {
  const isError = event.own.error !== undefined
  const payload = membersOf(event).find(({ member }) => member.eventPayload)
  if (!payload) return { isError, contentType, encode: encoderOf(event) }
  const payloadOf = (value: unknown) => (value as Record<string, unknown>)[payload.memberName]
  if (payload.kind === "blob")
    return {
      isError,
      contentType: "application/octet-stream",
      encode: (value) => (payloadOf(value) as Uint8Array | undefined) ?? NOTHING,
    }
  const encode = encoderOf(payload)
  return { isError, contentType, encode: (value) => encode(payloadOf(value)) }
}
