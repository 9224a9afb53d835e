import assert from "node:assert/strict"
import { test } from "node:test"
import { SubscribeToShardCommand } from "@aws-sdk/client-kinesis"
import { SelectObjectContentCommand } from "@aws-sdk/client-s3"
import { EventStreamCodec } from "@smithy/core/event-streams"
import { WireError } from "./errors.ts"
import { type Events, eventStreamEncoder, findEventStream, type PayloadFormat } from "./event-stream.ts"
import { operationShape } from "./schema.ts"

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
)

/** What the payloads are written in does not matter here. */
const FORMAT: PayloadFormat = {
  contentType: "application/json",
  encoderOf: (shape) => (value) => Buffer.from(`${shape.name}: ${JSON.stringify(value)}`),
}

const select = eventStreamEncoder(findEventStream(operationShape(SelectObjectContentCommand).output)!, FORMAT)
const subscribe = eventStreamEncoder(findEventStream(operationShape(SubscribeToShardCommand).output)!, FORMAT)

/** As the SDK reads them: headers and payload of each message. */
async function messagesOf(body: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const messages: unknown[] = []
  for await (const bytes of body) {
    const { headers, body } = codec.decode(bytes)
    const entries = Object.entries(headers).map(([name, { value }]) => [name, value])
    messages.push([Object.fromEntries(entries), Buffer.from(body).toString()])
  }
  return messages
}

async function* eventsOf(...events: (object | Error)[]): AsyncGenerator<object> {
  for (const event of events) {
    if (event instanceof Error) throw event
    yield event
  }
}

const event = (type: string, contentType = "application/json") => ({
  ":event-type": type,
  ":content-type": contentType,
  ":message-type": "event",
})

test("an event whose payload is a member is that member: bytes as they are, or a structure", async () => {
  const bytes = Buffer.from("a,b\n")
  const sent = eventsOf(
    { Records: { Payload: bytes } },
    { Stats: { Details: { BytesScanned: 1 } } },
    { Records: {} },
    { End: {} },
  )
  assert.deepEqual(await messagesOf(select(sent)), [
    [event("Records", "application/octet-stream"), "a,b\n"],
    [event("Stats"), 'Stats: {"BytesScanned":1}'],
    [event("Records", "application/octet-stream"), ""],
    [event("End"), "EndEvent: {}"],
  ])
})

test("an event without a payload of its own is all of it, behind the initial response", async () => {
  const sent = eventsOf({ SubscribeToShardEvent: { MillisBehindLatest: 1 } })
  assert.deepEqual(await messagesOf(subscribe(sent, Buffer.from("{}"))), [
    [event("initial-response"), "{}"],
    [event("SubscribeToShardEvent"), 'SubscribeToShardEvent: {"MillisBehindLatest":1}'],
  ])
})

test("a refusal of the model's is an exception, any other one an error, and both are the end", async () => {
  const exception = new WireError("ResourceInUseException", "taken over")
  assert.deepEqual(await messagesOf(subscribe(eventsOf(exception))), [
    [
      {
        ":exception-type": "ResourceInUseException",
        ":content-type": "application/json",
        ":message-type": "exception",
      },
      'ResourceInUseException: {"message":"taken over"}',
    ],
  ])
  // An event of the model is no refusal.
  for (const code of ["Nonsense", "SubscribeToShardEvent"])
    assert.deepEqual(await messagesOf(subscribe(eventsOf(new WireError(code, "no")))), [
      [{ ":message-type": "error", ":error-code": code, ":error-message": "no" }, ""],
    ])
})

test("a defect is told without its text, and thrown on", async () => {
  const pieces: Uint8Array[] = []
  await assert.rejects(async () => {
    for await (const piece of subscribe(eventsOf(new Error("a secret")))) pieces.push(piece)
  }, /a secret/)
  const { headers, body } = codec.decode(pieces[0]!)
  assert.equal(headers[":exception-type"]!.value, "InternalFailureException")
  assert.ok(!Buffer.from(body).includes("secret"))
})

test("the end of the body is the end of its events", async () => {
  let ended = 0
  const events: Events = Object.assign(eventsOf({ SubscribeToShardEvent: {} }), { end: () => void ended++ })
  const body = subscribe(events)
  body.end()
  assert.equal(ended, 1)
  const left = eventsOf({ SubscribeToShardEvent: {} }, { SubscribeToShardEvent: {} })
  for await (const _ of subscribe(left)) break
  assert.ok((await left.next()).done)
})
