import assert from "node:assert/strict"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import type { CreateEventSourceMappingCommandInput } from "@aws-sdk/client-lambda"
import { eventually } from "../harness/eventually.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { zipOf } from "../harness/zip.ts"
import { kinesisClient } from "./kinesis-world.ts"
import { type LambdaWorld, openLambdaWorld } from "./lambda-world.ts"

/** A record of Kinesis as a function gets it. */
export interface KinesisRecord {
  kinesis: { partitionKey: string; sequenceNumber: string; data: string; approximateArrivalTimestamp: number }
  eventID: string
}

export interface StreamEvent {
  Records: KinesisRecord[]
  window?: { start: string; end: string }
  state?: Record<string, number>
  shardId?: string
  isFinalInvokeForWindow?: boolean
  isWindowTerminatedEarly?: boolean
}

/** What a function does with an event: throws, answers, or answers nothing. */
export type Reaction = { throws?: string; answers?: unknown } | undefined

export interface EventSourcesWorld extends LambdaWorld {
  kinesis: Kinesis
  elsewhere: WebServer
  /** What queues and topics elsewhere were sent. */
  sent: string[]
  /** The events of a function, in the order of its invocations. */
  eventsOf(name: string): StreamEvent[]
  /** The texts of all records that a function was invoked with, in order, again and again where they were tried again. */
  textsOf(name: string): string[]
  /** A function that does as it is told. */
  reader(name: string, react?: (event: StreamEvent) => Reaction | Promise<Reaction>, input?: object): Promise<void>
  stream(name: string, ShardCount?: number): Promise<string>
  put(stream: string, ...texts: string[]): Promise<void>
  /** A mapping that is enabled. */
  map(FunctionName: string, stream: string, more?: Partial<CreateEventSourceMappingCommandInput>): Promise<string>
  /** Grants the functions' role what a statement says, in place of what it had. */
  allow(...statements: object[]): Promise<void>
}

export const READS = {
  Effect: "Allow",
  Action: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListShards"],
  Resource: "*",
}

export const streamArn = (name: string): string => `arn:aws:kinesis:us-east-1:123456789012:stream/${name}`

export const textOf = ({ kinesis }: KinesisRecord): string => Buffer.from(kinesis.data, "base64").toString()

const code = (url: string) => `
export const handler = async (event, context) => {
  const response = await fetch("${url}/told/" + context.functionName, { method: "POST", body: JSON.stringify(event) })
  const { throws, answers } = await response.json()
  if (throws) throw new Error(throws)
  return answers
}
`

export async function openEventSourcesWorld(flags: readonly string[] = []): Promise<EventSourcesWorld> {
  const told = new Map<string, StreamEvent[]>()
  const reactions = new Map<string, (event: StreamEvent) => Reaction | Promise<Reaction>>()
  const sent: string[] = []
  const elsewhere = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    const [, name] = /^\/told\/(.*)$/.exec(request.url!) ?? []
    if (name === undefined) {
      sent.push(body)
      response.end("{}")
      return
    }
    const event = JSON.parse(body) as StreamEvent
    eventsOf(name).push(event)
    response.end(JSON.stringify((await reactions.get(name)?.(event)) ?? {}))
  })
  const eventsOf = (name: string): StreamEvent[] => {
    const events = told.get(name) ?? []
    told.set(name, events)
    return events
  }
  const endpoints = ["sqs", "sns"].flatMap((name) => ["--service-endpoint", `${name}=${elsewhere.url}`])
  const world = await openLambdaWorld([...FUNCTION_FLAGS, "--unlimited-streams", ...endpoints, ...flags])
  const kinesis = kinesisClient(world.server.client)
  const allow = async (...Statement: object[]) => {
    await world.iam.putRolePolicy({
      RoleName: "function-role",
      PolicyName: "reads",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    })
  }
  await allow(READS)
  return {
    ...world,
    kinesis,
    elsewhere,
    sent,
    eventsOf,
    allow,
    textsOf: (name) => eventsOf(name).flatMap(({ Records }) => Records.map(textOf)),
    async reader(name, react, input = {}) {
      if (react) reactions.set(name, react)
      await world.create(name, { Code: { ZipFile: zipOf({ "index.mjs": code(elsewhere.url) }) }, ...input })
    },
    async stream(StreamName, ShardCount = 1) {
      await kinesis.createStream({ StreamName, ShardCount })
      await world.server.work.settle()
      return streamArn(StreamName)
    },
    async put(StreamName, ...texts) {
      for (let from = 0; from < texts.length; from += 500) {
        const Records = texts.slice(from, from + 500).map((text) => ({ Data: Buffer.from(text), PartitionKey: text }))
        const { FailedRecordCount } = await kinesis.putRecords({ StreamName, Records })
        assert.equal(FailedRecordCount, 0)
      }
    },
    async map(FunctionName, stream, more = {}) {
      const made = await world.lambda.createEventSourceMapping({
        FunctionName,
        EventSourceArn: streamArn(stream),
        StartingPosition: "TRIM_HORIZON",
        ...more,
      })
      await eventually(async () => (await world.lambda.getEventSourceMapping({ UUID: made.UUID })).State === "Enabled")
      return made.UUID!
    },
    async [Symbol.asyncDispose]() {
      try {
        await world[Symbol.asyncDispose]()
      } finally {
        await elsewhere[Symbol.asyncDispose]()
      }
    },
  }
}
