import assert from "node:assert/strict"
import { test } from "node:test"
import type { LogEvent } from "../../../../peers.ts"
import { criteriaOf } from "./criteria.ts"

const kinesis = (data: string, partitionKey = "key"): LogEvent => ({
  kinesis: {
    kinesisSchemaVersion: "1.0",
    partitionKey,
    sequenceNumber: "1",
    data: Buffer.from(data).toString("base64"),
    approximateArrivalTimestamp: 1,
  },
})
const dynamo = (eventName: "INSERT" | "REMOVE", id: string): LogEvent => ({
  eventID: "1",
  eventName,
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  dynamodb: {
    ApproximateCreationDateTime: 1,
    Keys: { id: { S: id } },
    SequenceNumber: "1",
    SizeBytes: 1,
    StreamViewType: "KEYS_ONLY",
  },
})
const told = (event: LogEvent, ...patterns: object[]) =>
  criteriaOf(patterns.map((pattern) => JSON.stringify(pattern)))(event)

test("without patterns everything is for the function", () => {
  assert.equal(told(kinesis("x")), true)
  assert.equal(told(dynamo("INSERT", "a")), true)
})

// Developer Guide, "Using event filtering with a Kinesis event source", "Properly filtering Kinesis messages".
test("data is held against patterns of its own form alone", () => {
  const json = { data: { city: ["Seattle"] } }
  const text = { data: ["plain"] }
  const key = { partitionKey: ["key"] }
  assert.equal(told(kinesis('{"city":"Seattle"}'), json), true)
  assert.equal(told(kinesis('{"city":"Portland"}'), json), false)
  assert.equal(told(kinesis("plain"), json), false)
  assert.equal(told(kinesis("plain"), text), true)
  assert.equal(told(kinesis('{"plain":1}'), text), false)
  assert.equal(told(kinesis("\xff\x00{"), json), false)
  for (const data of ["plain", '{"city":"Seattle"}', ""]) assert.equal(told(kinesis(data), key), true)
  assert.equal(told(kinesis('{"city":"Seattle"}', "other"), { ...key, ...json }), false)
})

test("one of several patterns is enough", () => {
  const patterns = [{ data: { a: [1] } }, { data: ["b"] }]
  assert.deepEqual(
    ['{"a":1}', "b", '{"a":2}', "c"].map((data) => told(kinesis(data), ...patterns)),
    [true, true, false, false],
  )
})

test("records of tables are held against patterns as they are", () => {
  const inserted = { eventName: ["INSERT"], dynamodb: { Keys: { id: { S: [{ prefix: "a" }] } } } }
  assert.equal(told(dynamo("INSERT", "ab"), inserted), true)
  assert.equal(told(dynamo("REMOVE", "ab"), inserted), false)
  assert.equal(told(dynamo("INSERT", "b"), inserted), false)
  assert.equal(told(dynamo("INSERT", "b"), { eventSource: ["aws:dynamodb"] }), true)
})
