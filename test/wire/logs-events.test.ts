import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { CloudWatchLogs, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs"
import { startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
let logs: CloudWatchLogs
let now: number

before(async () => {
  server = await startServer(["--clock-control"])
  logs = new CloudWatchLogs({ ...server.client, maxAttempts: 2 })
  now = (await server.clock.now()).getTime()
})
after(() => server[Symbol.asyncDispose]())

const invalid = (message: string | RegExp) => ({ name: "InvalidParameterException", message })

async function open(logGroupName: string, ...streams: string[]): Promise<void> {
  await logs.createLogGroup({ logGroupName })
  for (const logStreamName of streams) await logs.createLogStream({ logGroupName, logStreamName })
}

const put = (logGroupName: string, logStreamName: string, ...events: [ageSeconds: number, message: string][]) =>
  logs.putLogEvents({
    logGroupName,
    logStreamName,
    logEvents: events.map(([age, message]) => ({ timestamp: now - age * 1000, message })),
  })

const texts = (page: { events?: { message?: string }[] | undefined }) => page.events!.map(({ message }) => message)

describe("PutLogEvents", () => {
  it("keeps what is written as it is, in the order of its times", async () => {
    await open("put", "s")
    const odd = 'a\0b \u{1F600} \ud800 \r\n\t"\\'
    const answer = await put("put", "s", [5, "first"], [5, "second"], [4, odd])
    assert.ok(answer.nextSequenceToken)
    assert.equal(answer.rejectedLogEventsInfo, undefined)
    await put("put", "s", [9, "late"])
    const page = await logs.getLogEvents({ logGroupName: "put", logStreamName: "s", startFromHead: true })
    assert.deepEqual(texts(page), ["late", "first", "second", odd])
    assert.equal(page.events![1]!.timestamp, now - 5000)
    assert.ok(page.events![1]!.ingestionTime! >= now)
    const { logStreams } = await logs.describeLogStreams({ logGroupName: "put" })
    assert.equal(logStreams![0]!.firstEventTimestamp, now - 9000)
    assert.equal(logStreams![0]!.lastEventTimestamp, now - 4000)
  })

  it("leaves out what is too old, has expired or lies too far ahead", async () => {
    await open("sifted", "s")
    const hours = 3600
    const old = await put("sifted", "s", [14 * 24 * hours + 60, "old"], [14 * 24 * hours - 60, "not"])
    assert.deepEqual(old.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 })
    const early = await put("sifted", "s", [0, "now"], [-3 * hours, "early"])
    assert.deepEqual(early.rejectedLogEventsInfo, { tooNewLogEventStartIndex: 1 })
    await logs.putRetentionPolicy({ logGroupName: "sifted", retentionInDays: 1 })
    const expired = await put("sifted", "s", [25 * hours, "gone"], [23 * hours, "there"])
    assert.deepEqual(expired.rejectedLogEventsInfo, { expiredLogEventEndIndex: 1 })
    const page = await logs.getLogEvents({ logGroupName: "sifted", logStreamName: "s" })
    assert.deepEqual(texts(page), ["there", "now"])
  })

  it("refuses batches that are none", async () => {
    await open("refused", "s")
    await assert.rejects(
      put("refused", "s", [1, "b"], [2, "a"]),
      invalid("Log events in a single PutLogEvents request must be in chronological order."),
    )
    await assert.rejects(
      put("refused", "s", [25 * 3600, "a"], [0, "b"]),
      invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours."),
    )
    await assert.rejects(
      put("refused", "s", [1, "a".repeat(600_000)], [0, "b".repeat(600_000)]),
      invalid("Upload too large: 1200052 bytes exceeds limit of 1048576"),
    )
    await assert.rejects(put("refused", "s"), invalid(/at 'logEvents' failed to satisfy constraint/))
    await assert.rejects(put("refused", "none", [1, "a"]), {
      name: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    })
    await assert.rejects(put("none", "s", [1, "a"]), {
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    })
    assert.deepEqual(texts(await logs.getLogEvents({ logGroupName: "refused", logStreamName: "s" })), [])
  })

  it("takes ten thousand events", async () => {
    await open("many", "s")
    await put("many", "s", ...Array.from({ length: 10_000 }, (_, at): [number, string] => [9, `${at}`]))
    const page = await logs.getLogEvents({ logGroupName: "many", logStreamName: "s", startFromHead: true })
    assert.deepEqual(
      texts(page),
      Array.from({ length: 10_000 }, (_, at) => `${at}`),
    )
  })
})

describe("GetLogEvents", () => {
  const asked = { logGroupName: "get", logStreamName: "s" }
  before(async () => {
    await open("get", "s", "empty")
    await put("get", "s", ...Array.from({ length: 7 }, (_, at): [number, string] => [10 - at, `${at}`]))
  })

  it("shows the last without being told, and goes back from there", async () => {
    const last = await logs.getLogEvents({ ...asked, limit: 3 })
    assert.deepEqual(texts(last), ["4", "5", "6"])
    const earlier = await logs.getLogEvents({ ...asked, limit: 3, nextToken: last.nextBackwardToken! })
    assert.deepEqual(texts(earlier), ["1", "2", "3"])
    const first = await logs.getLogEvents({ ...asked, limit: 3, nextToken: earlier.nextBackwardToken! })
    assert.deepEqual(texts(first), ["0"])
    const none = await logs.getLogEvents({ ...asked, limit: 3, nextToken: first.nextBackwardToken! })
    assert.deepEqual([texts(none), none.nextBackwardToken], [[], first.nextBackwardToken])
    const again = await logs.getLogEvents({ ...asked, limit: 3, nextToken: first.nextForwardToken! })
    assert.deepEqual(texts(again), ["1", "2", "3"])
  })

  it("goes forwards to the end, and on when there is more", async () => {
    let nextToken: string | undefined
    const seen: (string | undefined)[] = []
    for (;;) {
      const page = await logs.getLogEvents({ ...asked, startFromHead: true, limit: 3, ...(nextToken && { nextToken }) })
      seen.push(...texts(page))
      if (page.nextForwardToken === nextToken) break
      nextToken = page.nextForwardToken
    }
    assert.deepEqual(seen, ["0", "1", "2", "3", "4", "5", "6"])
    await put("get", "s", [1, "7"])
    assert.deepEqual(texts(await logs.getLogEvents({ ...asked, startFromHead: true, nextToken: nextToken! })), ["7"])
  })

  it("takes times that no clock will show", async () => {
    assert.deepEqual(texts(await logs.getLogEvents({ ...asked, startTime: 1e18, endTime: 1e18 })), [])
    assert.deepEqual(texts(await logs.filterLogEvents({ logGroupName: "get", startTime: 9e18, endTime: 9e18 })), [])
  })

  it("takes a start that is within and an end that is not", async () => {
    const page = await logs.getLogEvents({ ...asked, startTime: now - 9000, endTime: now - 7000, startFromHead: true })
    assert.deepEqual(texts(page), ["1", "2"])
  })

  it("has tokens where there is nothing", async () => {
    const page = await logs.getLogEvents({ ...asked, logStreamName: "empty" })
    assert.match(page.nextForwardToken!, /^f\/\d{56}\/s$/)
    assert.match(page.nextBackwardToken!, /^b\/\d{56}\/s$/)
    const next = await logs.getLogEvents({ ...asked, logStreamName: "empty", nextToken: page.nextForwardToken! })
    assert.equal(next.nextForwardToken, page.nextForwardToken)
    await assert.rejects(
      logs.getLogEvents({ ...asked, nextToken: "f/1/s" }),
      invalid("The specified nextToken is invalid."),
    )
  })

  it("answers with a mebibyte at most", async () => {
    await open("large", "s")
    for (let at = 0; at < 4; at++) await put("large", "s", [4 - at, `${at}${"x".repeat(500_000)}`])
    const page = await logs.getLogEvents({ logGroupName: "large", logStreamName: "s", startFromHead: true })
    assert.deepEqual(
      texts(page).map((text) => text![0]),
      ["0", "1"],
    )
  })

  it("no longer shows what has expired", async () => {
    await open("expired", "s")
    await put("expired", "s", [20 * 3600, "old"], [0, "new"])
    await logs.putRetentionPolicy({ logGroupName: "expired", retentionInDays: 1 })
    await server.clock.advance({ hours: 5 })
    const asked = { logGroupName: "expired", logStreamName: "s" }
    assert.deepEqual(texts(await logs.getLogEvents(asked)), ["new"])
    await server.work.settle()
    await logs.deleteRetentionPolicy({ logGroupName: "expired" })
    assert.deepEqual(texts(await logs.getLogEvents(asked)), ["new"], "the sweep has removed it")
  })
})

describe("the sweep of what has expired", () => {
  // More groups than it looks at in one piece.
  const names = Array.from({ length: 120 }, (_, at) => `swept/${at}`)
  const write = async () => {
    now = (await server.clock.now()).getTime()
    await logs.describeLogGroups({ limit: 1 })
    await Promise.all(names.map((name) => put(name, "s", [0, "x"])))
  }

  it("comes to every group, each time", async () => {
    await Promise.all(names.map((name) => open(name, "s")))
    for (let round = 0; round < 2; round++) {
      await write()
      for (const logGroupName of names) await logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 })
      await server.clock.advance({ days: 2 })
      await server.work.settle()
      await logs.describeLogGroups({ limit: 1 })
      for (const logGroupName of names) {
        await logs.deleteRetentionPolicy({ logGroupName })
        assert.deepEqual(texts(await logs.getLogEvents({ logGroupName, logStreamName: "s" })), [], logGroupName)
      }
    }
  })
})

describe("FilterLogEvents", () => {
  const logGroupName = "filter"
  before(async () => {
    now = (await server.clock.now()).getTime()
    await open(logGroupName, "a/1", "a/2", "b")
    await put(logGroupName, "a/1", [9, "ERROR one"], [7, "INFO two"])
    await put(logGroupName, "a/2", [8, "ERROR three"], [6, "WARN four ERROR"])
    await put(logGroupName, "b", [5, '{"level":"ERROR","latency":120}'], [4, "INFO five"])
  })

  const filter = async (asked: object) => texts(await logs.filterLogEvents({ logGroupName, ...asked }))

  it("finds the events of all streams by their times", async () => {
    const { events, searchedLogStreams } = await logs.filterLogEvents({ logGroupName, limit: 2 })
    assert.deepEqual(searchedLogStreams, [])
    assert.deepEqual(
      events!.map(({ logStreamName, message, timestamp }) => [logStreamName, message, timestamp]),
      [
        ["a/1", "ERROR one", now - 9000],
        ["a/2", "ERROR three", now - 8000],
      ],
    )
    assert.match(events![0]!.eventId!, /^\d{56}$/)
  })

  it("finds those of some streams", async () => {
    assert.deepEqual(await filter({ logStreamNames: ["b"] }), ['{"level":"ERROR","latency":120}', "INFO five"])
    assert.equal((await filter({ logStreamNames: ["b", "a/1"] })).length, 4)
    assert.equal((await filter({ logStreamNamePrefix: "a/" })).length, 4)
    await assert.rejects(filter({ logStreamNames: ["none"] }), { name: "ResourceNotFoundException" })
    await assert.rejects(filter({ logStreamNames: ["b"], logStreamNamePrefix: "b" }), invalid(/same time/))
  })

  it("finds those of a time, its end included", async () => {
    assert.deepEqual(await filter({ startTime: now - 8000, endTime: now - 6000 }), [
      "ERROR three",
      "INFO two",
      "WARN four ERROR",
    ])
  })

  it("finds those that a pattern matches, page by page", async () => {
    assert.deepEqual(await filter({ filterPattern: "ERROR -WARN" }), [
      "ERROR one",
      "ERROR three",
      '{"level":"ERROR","latency":120}',
    ])
    assert.deepEqual(await filter({ filterPattern: "?one ?five" }), ["ERROR one", "INFO five"])
    assert.deepEqual(await filter({ filterPattern: '"four ERROR"' }), ["WARN four ERROR"])
    assert.deepEqual(await filter({ filterPattern: '{ $.level = "ERR*" && $.latency >= 120 }' }), [
      '{"level":"ERROR","latency":120}',
    ])
    const found = []
    const pages = paginateFilterLogEvents({ client: logs, pageSize: 1 }, { logGroupName, filterPattern: "ERROR" })
    for await (const page of pages) found.push(texts(page))
    assert.deepEqual(
      found.flat().map((text) => text!.slice(0, 8)),
      ["ERROR on", "ERROR th", "WARN fou", '{"level"'],
    )
  })

  it("looks through a bounded number at a time, and tells where to go on", async () => {
    await open("haystack", "s")
    for (let batch = 0; batch < 3; batch++)
      await put("haystack", "s", ...Array.from({ length: 10_000 }, (): [number, string] => [30 - batch, "hay"]))
    await put("haystack", "s", [1, "needle"])
    const first = await logs.filterLogEvents({ logGroupName: "haystack", filterPattern: "needle" })
    assert.deepEqual(texts(first), [])
    assert.ok(first.nextToken)
    const pages = paginateFilterLogEvents({ client: logs }, { logGroupName: "haystack", filterPattern: "needle" })
    const found = []
    for await (const page of pages) found.push(...texts(page))
    assert.deepEqual(found, ["needle"])
  })

  it("refuses patterns that it would read otherwise", async () => {
    await assert.rejects(filter({ filterPattern: "a:b" }), invalid("Invalid character(s) in term 'a:b'"))
    await assert.rejects(filter({ filterPattern: '"open' }), invalid("Invalid filter pattern"))
    await assert.rejects(filter({ filterPattern: "{ $.a = }" }), invalid("Invalid filter pattern"))
    await assert.rejects(filter({ filterPattern: "[a, b]" }), invalid(/space-delimited/))
    await assert.rejects(filter({ filterPattern: "%a.c%" }), invalid(/regular expressions/))
    const other = await logs.filterLogEvents({ logGroupName: "haystack", limit: 1 })
    await assert.rejects(filter({ nextToken: other.nextToken }), invalid("The specified nextToken is invalid."))
  })

  it("finds nothing of what was deleted, though its name is there again", async () => {
    await open("again", "s", "t")
    await put("again", "s", [1, "x"])
    await put("again", "t", [1, "y"])
    await logs.deleteLogStream({ logGroupName: "again", logStreamName: "s" })
    await logs.createLogStream({ logGroupName: "again", logStreamName: "s" })
    assert.deepEqual(texts(await logs.filterLogEvents({ logGroupName: "again" })), ["y"])
    assert.deepEqual(texts(await logs.getLogEvents({ logGroupName: "again", logStreamName: "s" })), [])
    await logs.deleteLogGroup({ logGroupName: "again" })
    await open("again", "t")
    assert.deepEqual(texts(await logs.filterLogEvents({ logGroupName: "again" })), [])
    await server.work.settle()
  })
})

it("a pattern of many terms over long events costs one call so much, and the next goes on", async () => {
  await open("costly", "s")
  await put("costly", "s", ...[9, 8, 7].map((age): [number, string] => [age, "ab".repeat(125_000)]))
  await put("costly", "s", [6, "ab".repeat(100_000)], [5, "aab"])
  const asked = { logGroupName: "costly", filterPattern: `${"?aab ".repeat(200)}` }
  const first = await logs.filterLogEvents(asked)
  assert.deepEqual(first.events, [])
  assert.ok(first.nextToken)
  const all: (string | undefined)[] = []
  for await (const page of paginateFilterLogEvents({ client: logs }, asked)) all.push(...texts(page))
  assert.deepEqual(all, ["aab"])
})
