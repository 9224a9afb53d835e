import assert from "node:assert/strict"
import { after, before, it } from "node:test"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { cbor } from "@smithy/core/cbor"
import { EventStreamCodec } from "@smithy/core/event-streams"
import { startServer, type TestServer } from "../harness/server.ts"
import { sdkSigner } from "../signed-requests.ts"
import { arnOf, kinesisClient, shardId } from "./kinesis-world.ts"

// CBOR as the SDKs for Java speak it; what is sent and what comes is written and read by the SDK for JavaScript's codec.

const CBOR = "application/x-amz-cbor-1.1"

let server: TestServer
let kinesis: Kinesis

before(async () => {
  server = await startServer()
  kinesis = kinesisClient(server.client)
})
after(() => server[Symbol.asyncDispose]())

async function send(operation: string, body: Uint8Array, more: Record<string, string> = {}): Promise<Response> {
  const { hostname, host } = new URL(server.url)
  const { credentials } = server.client
  const { headers } = await sdkSigner({ service: "kinesis", credentials, time: Date.now() }).sign({
    method: "POST",
    protocol: "http:",
    hostname,
    path: "/",
    headers: { host, "content-type": CBOR, "x-amz-target": `Kinesis_20131202.${operation}`, ...more },
    body,
  })
  return fetch(server.url, { method: "POST", headers, body: Buffer.from(body) })
}

async function read(response: Response): Promise<Record<string, unknown>> {
  assert.equal(response.headers.get("content-type"), CBOR)
  assert.match(response.headers.get("x-amzn-requestid")!, /^[0-9a-f-]{36}$/)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return bytes.length === 0 ? {} : cbor.deserialize(bytes)
}

const call = async (operation: string, input: object) => read(await send(operation, cbor.serialize(input)))

/** A map whose length is not said beforehand, and a text in chunks: so Jackson writes them. */
const text = (value: string) => Buffer.concat([Buffer.of(0x60 + value.length), Buffer.from(value)])
const chunked = (...chunks: string[]) => Buffer.concat([Buffer.of(0x7f), ...chunks.map(text), Buffer.of(0xff)])
const open = (...items: Uint8Array[]) => Buffer.concat([Buffer.of(0xbf), ...items, Buffer.of(0xff)])

it("records go both ways in bytes, and their times in milliseconds", async () => {
  assert.deepEqual(await call("CreateStream", { StreamName: "java", ShardCount: 1 }), {})
  const Data = Buffer.from([0, 1, 2, 255])
  const before = Date.now()
  const put = await call("PutRecord", { StreamName: "java", PartitionKey: "é", Data, Unknown: [{ a: [1, "b", null] }] })
  assert.equal(put.ShardId, shardId(0))
  const { FailedRecordCount } = await call("PutRecords", {
    StreamName: "java",
    Records: [
      { PartitionKey: "a", Data: Buffer.from("x".repeat(100_000)) },
      { PartitionKey: "b", Data: Buffer.of() },
    ],
  })
  assert.equal(FailedRecordCount, 0)
  const start = { StreamName: "java", ShardId: shardId(0), ShardIteratorType: "TRIM_HORIZON" }
  const { ShardIterator } = await call("GetShardIterator", start)
  const response = await send("GetRecords", cbor.serialize({ ShardIterator }))
  const bytes = Buffer.from(await response.arrayBuffer())
  const page = cbor.deserialize(bytes) as { Records: Record<string, unknown>[]; MillisBehindLatest: number }
  assert.deepEqual(
    page.Records.map(({ PartitionKey, Data }) => [PartitionKey, (Data as Uint8Array).length]),
    [
      ["é", 4],
      ["a", 100_000],
      ["b", 0],
    ],
  )
  assert.deepEqual(Buffer.from(page.Records[0]!.Data as Uint8Array), Data)
  assert.equal(page.MillisBehindLatest, 0)
  // Tag 1 with a whole number of eight bytes, which the SDK for Java takes for milliseconds.
  const at = bytes.indexOf("ApproximateArrivalTimestamp") + "ApproximateArrivalTimestamp".length
  assert.deepEqual([...bytes.subarray(at, at + 2)], [0xc1, 0x1b])
  const time = Number(bytes.readBigUInt64BE(at + 2))
  assert.ok(time >= before && time <= Date.now(), String(time))
  // What was written in CBOR is read in JSON.
  const json = await kinesis.getRecords({ ShardIterator: String(ShardIterator) })
  assert.deepEqual(Buffer.from(json.Records![0]!.Data!), Data)
})

it("what Jackson writes is read: open maps, texts in chunks, tagged milliseconds", async () => {
  await kinesis.createStream({ StreamName: "jackson", ShardCount: 1 })
  await kinesis.putRecord({ StreamName: "jackson", PartitionKey: "k", Data: Buffer.from("x") })
  const moment = (value: Uint8Array) => Buffer.concat([Buffer.of(0xc1), value])
  const milliseconds = Buffer.alloc(9)
  milliseconds[0] = 0x1b
  milliseconds.writeBigUInt64BE(BigInt(Date.now() - 60_000), 1)
  const seconds = Buffer.alloc(9)
  seconds[0] = 0xfb
  seconds.writeDoubleBE(Date.now() / 1000 - 60, 1)
  for (const time of [milliseconds, seconds]) {
    const body = open(
      ...[text("StreamName"), chunked("jack", "", "son")],
      ...[text("ShardId"), text(shardId(0).slice(0, 20))],
      ...[text("ShardIteratorType"), text("AT_TIMESTAMP")],
      ...[text("Timestamp"), moment(time)],
    )
    const { ShardIterator } = await read(await send("GetShardIterator", body))
    const { Records } = await call("GetRecords", { ShardIterator })
    assert.equal((Records as unknown[]).length, 1)
  }
})

it("refusals are told in CBOR, each of them", async () => {
  const missing = await send("DescribeStream", cbor.serialize({ StreamName: "none" }))
  assert.equal(missing.status, 400)
  assert.deepEqual(await read(missing), {
    __type: "ResourceNotFoundException",
    message: `Stream none under account ${server.account} not found.`,
  })
  const invalid = await call("PutRecord", { StreamName: "java", PartitionKey: "" })
  assert.equal(invalid.__type, "ValidationException")
  assert.match(String(invalid.message), /validation errors? detected/)
  for (const body of ["a", "a1", "bf", "a16a", "00", "f6", "a0a0", `${"81".repeat(300)}00`, ""]) {
    const response = await send("ListStreams", Buffer.from(body, "hex"))
    assert.equal(response.status, 400)
    assert.equal((await read(response)).__type, "SerializationException")
  }
  for (const value of [1, true, Buffer.from("x"), ["x"], { x: 1 }])
    assert.equal((await call("DescribeStream", { StreamName: value })).__type, "SerializationException")
  const signed = await send("ListStreams", cbor.serialize({}), { "x-amz-target": "Kinesis_20131202.Nonsense" })
  assert.equal((await read(signed)).__type, "UnknownOperationException")
  const unsigned = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": CBOR, "x-amz-target": "Kinesis_20131202.ListStreams" },
    body: Buffer.from(cbor.serialize({})),
  })
  assert.match(String((await read(unsigned)).__type), /MissingAuthenticationToken/)
})

it("a subscription's events are CBOR within", async () => {
  await kinesis.createStream({ StreamName: "events", ShardCount: 1 })
  const { Consumer } = await kinesis.registerStreamConsumer({ StreamARN: arnOf("events"), ConsumerName: "java" })
  await kinesis.putRecord({ StreamName: "events", PartitionKey: "k", Data: Buffer.from("hello") })
  const StartingPosition = { Type: "TRIM_HORIZON" }
  const input = { ConsumerARN: Consumer!.ConsumerARN, ShardId: shardId(0), StartingPosition }
  const response = await send("SubscribeToShard", cbor.serialize(input))
  assert.equal(response.headers.get("content-type"), "application/vnd.amazon.eventstream")
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes as Uint8Array).toString(),
    (given) => Buffer.from(given),
  )
  let bytes = Buffer.alloc(0)
  const messages: ReturnType<EventStreamCodec["decode"]>[] = []
  const reader = response.body!.getReader()
  while (messages.length < 2) {
    bytes = Buffer.concat([bytes, (await reader.read()).value!])
    while (bytes.length >= 4 && bytes.length >= bytes.readUInt32BE(0)) {
      const length = bytes.readUInt32BE(0)
      messages.push(codec.decode(bytes.subarray(0, length)))
      bytes = bytes.subarray(length)
    }
  }
  await reader.cancel()
  const [initial, event] = messages
  assert.equal(initial!.headers[":event-type"]!.value, "initial-response")
  assert.deepEqual(cbor.deserialize(initial!.body), {})
  assert.equal(event!.headers[":event-type"]!.value, "SubscribeToShardEvent")
  assert.equal(event!.headers[":content-type"]!.value, CBOR)
  const { Records } = cbor.deserialize(event!.body) as { Records: { Data: Uint8Array }[] }
  assert.equal(Buffer.from(Records[0]!.Data).toString(), "hello")
})

it("only services of AWS's that speak it do", async () => {
  const { hostname, host } = new URL(server.url)
  const { credentials } = server.client
  const body = cbor.serialize({})
  const { headers } = await sdkSigner({ service: "dynamodb", credentials, time: Date.now() }).sign({
    method: "POST",
    protocol: "http:",
    hostname,
    path: "/",
    headers: { host, "content-type": CBOR, "x-amz-target": "DynamoDB_20120810.ListTables" },
    body,
  })
  const response = await fetch(server.url, { method: "POST", headers, body: Buffer.from(body) })
  assert.equal(response.status, 400)
  assert.match(((await response.json()) as { __type: string }).__type, /SerializationException/)
})
