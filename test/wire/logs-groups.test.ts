import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs"
import { service } from "../../src/services/logs/service.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"

let server: TestServer
let logs: CloudWatchLogs
let caller: Caller

before(async () => {
  server = await startServer(["--clock-control"])
  logs = new CloudWatchLogs(server.client)
  caller = await openCaller(server, (options) => new CloudWatchLogs(options))
})
after(() => server[Symbol.asyncDispose]())

const refused = (name: string, message: string | RegExp) => ({ name, message })
const NO_GROUP = refused("ResourceNotFoundException", "The specified log group does not exist.")
const arnOf = (name: string) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`

describe("log groups", () => {
  it("are made once, shown, tagged and deleted", async () => {
    const logGroupName = "/aws/lambda/shown"
    await logs.createLogGroup({ logGroupName, tags: { team: "blue" } })
    await assert.rejects(
      logs.createLogGroup({ logGroupName }),
      refused("ResourceAlreadyExistsException", "The specified log group already exists"),
    )
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName })
    const { creationTime, ...shown } = logGroups![0]!
    assert.ok(creationTime! > 0)
    assert.deepEqual(shown, {
      logGroupName,
      metricFilterCount: 0,
      arn: `${arnOf(logGroupName)}:*`,
      logGroupArn: arnOf(logGroupName),
      storedBytes: 0,
      logGroupClass: "STANDARD",
    })
    const resourceArn = arnOf(logGroupName)
    await logs.tagResource({ resourceArn, tags: { a: "1", b: "2" } })
    await logs.untagResource({ resourceArn, tagKeys: ["a", "none"] })
    assert.deepEqual((await logs.listTagsForResource({ resourceArn })).tags, { team: "blue", b: "2" })
    assert.deepEqual((await logs.listTagsLogGroup({ logGroupName })).tags, { team: "blue", b: "2" })
    await logs.tagLogGroup({ logGroupName, tags: { c: "3" } })
    await logs.untagLogGroup({ logGroupName, tags: ["b", "team"] })
    assert.deepEqual((await logs.listTagsLogGroup({ logGroupName })).tags, { c: "3" })
    await logs.deleteLogGroup({ logGroupName })
    await assert.rejects(logs.deleteLogGroup({ logGroupName }), NO_GROUP)
    await assert.rejects(logs.listTagsForResource({ resourceArn }), { name: "ResourceNotFoundException" })
  })

  it("are listed in pages, by prefix, by a part of the name and by ARN", async () => {
    for (const name of ["p/a", "p/b", "p/c", "q/ab"]) await logs.createLogGroup({ logGroupName: name })
    const names = (page: { logGroups?: { logGroupName?: string }[] | undefined }) =>
      page.logGroups!.map((one) => one.logGroupName)
    const first = await logs.describeLogGroups({ logGroupNamePrefix: "p/", limit: 2 })
    assert.deepEqual(names(first), ["p/a", "p/b"])
    const second = await logs.describeLogGroups({ logGroupNamePrefix: "p/", limit: 2, nextToken: first.nextToken! })
    assert.deepEqual([names(second), second.nextToken], [["p/c"], undefined])
    assert.deepEqual(names(await logs.describeLogGroups({ logGroupNamePattern: "/a" })), ["p/a", "q/ab"])
    assert.deepEqual(names(await logs.describeLogGroups({ logGroupIdentifiers: [arnOf("p/c"), "none"] })), ["p/c"])
    await assert.rejects(
      logs.describeLogGroups({ logGroupNamePrefix: "q/", nextToken: first.nextToken! }),
      refused("InvalidParameterException", "The specified nextToken is invalid."),
    )
    await assert.rejects(
      logs.describeLogGroups({ logGroupNamePrefix: "p", logGroupNamePattern: "p" }),
      refused("InvalidParameterException", /mutually exclusive/),
    )
  })

  it("have a retention of the days that there are", async () => {
    const logGroupName = "kept"
    await logs.createLogGroup({ logGroupName })
    await logs.putRetentionPolicy({ logGroupName, retentionInDays: 7 })
    const days = async () =>
      (await logs.describeLogGroups({ logGroupNamePrefix: logGroupName })).logGroups![0]!.retentionInDays
    assert.equal(await days(), 7)
    await logs.deleteRetentionPolicy({ logGroupName })
    assert.equal(await days(), undefined)
    await assert.rejects(
      logs.putRetentionPolicy({ logGroupName, retentionInDays: 8 }),
      refused("InvalidParameterException", /Value '8' at 'retentionInDays' failed to satisfy constraint/),
    )
    await assert.rejects(logs.putRetentionPolicy({ logGroupName: "none", retentionInDays: 7 }), NO_GROUP)
  })

  it("are refused where they could not be what is asked for", async () => {
    for (const asked of [
      { kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/a" },
      { deletionProtectionEnabled: true },
      { logGroupClass: "DELIVERY" as const },
    ])
      await assert.rejects(logs.createLogGroup({ logGroupName: "asked", ...asked }), { name: "NotImplemented" })
    await assert.rejects(
      logs.createLogGroup({ logGroupName: "a b" }),
      refused(
        "InvalidParameterException",
        "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
      ),
    )
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, ""]))
    await logs.createLogGroup({ logGroupName: "full", tags })
    await assert.rejects(logs.tagResource({ resourceArn: arnOf("full"), tags: { more: "" } }), {
      name: "TooManyTagsException",
    })
  })
})

describe("log streams", () => {
  it("are made once, listed in order and deleted", async () => {
    const logGroupName = "streams"
    await assert.rejects(logs.createLogStream({ logGroupName, logStreamName: "a" }), NO_GROUP)
    await logs.createLogGroup({ logGroupName })
    for (const logStreamName of ["b", "a/1", "a/2", "c"]) await logs.createLogStream({ logGroupName, logStreamName })
    await assert.rejects(
      logs.createLogStream({ logGroupName, logStreamName: "c" }),
      refused("ResourceAlreadyExistsException", "The specified log stream already exists"),
    )
    const now = await server.clock.now()
    for (const [logStreamName, age] of [
      ["c", 3],
      ["a/2", 1],
    ] as const)
      await logs.putLogEvents({
        logGroupName,
        logStreamName,
        logEvents: [{ timestamp: now.getTime() - age * 1000, message: "x" }],
      })
    const list = async (asked: object) => {
      const names = []
      let nextToken: string | undefined
      do {
        const page = await logs.describeLogStreams({
          logGroupName,
          limit: 2,
          ...asked,
          ...(nextToken && { nextToken }),
        })
        names.push(...page.logStreams!.map((one) => one.logStreamName))
        ;({ nextToken } = page)
      } while (nextToken)
      return names
    }
    assert.deepEqual(await list({}), ["a/1", "a/2", "b", "c"])
    assert.deepEqual(await list({ descending: true }), ["c", "b", "a/2", "a/1"])
    assert.deepEqual(await list({ logStreamNamePrefix: "a/" }), ["a/1", "a/2"])
    assert.deepEqual(await list({ logStreamNamePrefix: "a/", descending: true }), ["a/2", "a/1"])
    assert.deepEqual(await list({ orderBy: "LastEventTime", descending: true }), ["a/2", "c", "b", "a/1"])
    assert.deepEqual(await list({ orderBy: "LastEventTime" }), ["a/1", "b", "c", "a/2"])
    await assert.rejects(
      logs.describeLogStreams({ logGroupName, orderBy: "LastEventTime", logStreamNamePrefix: "a" }),
      {
        name: "InvalidParameterException",
      },
    )
    await logs.deleteLogStream({ logGroupName, logStreamName: "b" })
    await assert.rejects(
      logs.deleteLogStream({ logGroupName, logStreamName: "b" }),
      refused("ResourceNotFoundException", "The specified log stream does not exist."),
    )
    assert.deepEqual(await list({}), ["a/1", "a/2", "c"])
  })

  it("have names that every store keeps", async () => {
    await logs.createLogGroup({ logGroupName: "names" })
    for (const logStreamName of ["a:b", "a*", "a\0b"])
      await assert.rejects(logs.createLogStream({ logGroupName: "names", logStreamName }), {
        name: "InvalidParameterException",
      })
    await logs.createLogStream({ logGroupName: "names", logStreamName: "2026/11/27/[$LATEST]ü" })
  })
})

describe("permissions", () => {
  const logGroupName = "guarded"
  const group = `${arnOf(logGroupName)}:log-stream:`
  const logStreamName = "one"
  const stream = `${group}one`
  const onGroup = (operation: string, input: object = {}): Case => [
    operation,
    { logGroupName, ...input },
    [`logs:${operation}`, group],
  ]
  const onStream = (operation: string, input: object = {}): Case => [
    operation,
    { logGroupName, logStreamName, ...input },
    [`logs:${operation}`, stream],
  ]
  const onArn = (operation: string, input: object = {}): Case => [
    operation,
    { resourceArn: arnOf(logGroupName), ...input },
    [`logs:${operation}`, arnOf(logGroupName)],
  ]
  const CASES: readonly Case[] = [
    onGroup("CreateLogGroup"),
    ["DescribeLogGroups", {}, ["logs:DescribeLogGroups", `${arnOf("")}:log-stream:`]],
    onGroup("PutRetentionPolicy", { retentionInDays: 1 }),
    onGroup("DeleteRetentionPolicy"),
    onStream("CreateLogStream"),
    onGroup("DescribeLogStreams"),
    onStream("PutLogEvents", { logEvents: [{ timestamp: 1, message: "x" }] }),
    onStream("GetLogEvents"),
    ["GetLogEvents", { logGroupIdentifier: arnOf(logGroupName), logStreamName }, ["logs:GetLogEvents", stream]],
    onGroup("FilterLogEvents"),
    onArn("TagResource", { tags: { a: "b" } }),
    onArn("UntagResource", { tagKeys: ["a"] }),
    onArn("ListTagsForResource"),
    onGroup("TagLogGroup", { tags: { a: "b" } }),
    onGroup("UntagLogGroup", { tags: ["a"] }),
    onGroup("ListTagsLogGroup"),
    onStream("DeleteLogStream"),
    onGroup("DeleteLogGroup"),
  ]

  it("are asked of every operation", () => assertComplete(CASES, service.operations))

  for (const one of CASES) it(titleOf(one), () => assertNeeds(caller, one))

  it("to tag a group while it is made may be either of two", async () => {
    const create = { Effect: "Allow", Action: "logs:CreateLogGroup", Resource: "*" }
    const { CreateLogGroup } = caller.operations
    await caller.may([create])
    await assert.rejects(
      CreateLogGroup!({ logGroupName: "tagged", tags: { a: "b" } }),
      refused(
        "AccessDeniedException",
        "User with accountId: 123456789012 is not authorized to perform CreateLogGroup with Tags",
      ),
    )
    for (const Action of ["logs:TagResource", "logs:TagLogGroup"]) {
      await caller.may([create, { Effect: "Allow", Action, Resource: "*" }])
      await CreateLogGroup!({ logGroupName: Action.replace(":", "/"), tags: { a: "b" } })
    }
  })

  it("can be given by the tags of the group", async () => {
    await logs.createLogGroup({ logGroupName: "blue", tags: { team: "blue" } })
    await logs.createLogGroup({ logGroupName: "red", tags: { team: "red" } })
    const Condition = { StringEquals: { "aws:ResourceTag/team": "blue" } }
    await caller.may([{ Effect: "Allow", Action: "logs:DescribeLogStreams", Resource: "*", Condition }])
    const { DescribeLogStreams } = caller.operations
    await DescribeLogStreams!({ logGroupName: "blue" })
    await assert.rejects(DescribeLogStreams!({ logGroupName: "red" }), { name: "AccessDeniedException" })
  })

  it("are refused in AWS's words", async () => {
    await caller.may([{ Effect: "Allow", Action: "logs:*", Resource: arnOf("blue") }])
    await assert.rejects(
      caller.operations.FilterLogEvents!({ logGroupName: "blue" }),
      refused(
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/caller is not authorized to perform: logs:FilterLogEvents on resource: arn:aws:logs:us-east-1:123456789012:log-group:blue:log-stream: because no identity-based policy allows the logs:FilterLogEvents action",
      ),
    )
  })
})
