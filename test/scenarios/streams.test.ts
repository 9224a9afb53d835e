import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { askControl } from "../harness/control.ts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import { startServerProcess } from "../harness/server-process.ts"
import {
  createIdentityPool,
  createRole,
  createUserPool,
  enter,
  policy,
  setRoles,
  trust,
} from "../wire/cognito-identity-world.ts"
import { arnOf, kinesisClient, record, refused, shardId, texts, textsOf } from "../wire/kinesis-world.ts"

const CLICKS = "clicks"
const PAGE = "https://shop.example"

describe("a browser that writes to a stream as an identity of a pool", () => {
  let server: TestServer
  let root: Kinesis
  let memberArn: string
  let member: Credentials
  let guest: Credentials

  before(async () => {
    server = await startServer()
    root = kinesisClient(server.client)
    await root.createStream({ StreamName: CLICKS, ShardCount: 1 })
    await root.createStream({ StreamName: "secrets", ShardCount: 1 })
    const people = await createUserPool(server)
    await people.signUp("ann")
    const IdentityPoolId = await createIdentityPool(server, {
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
    })
    const put = policy({ Effect: "Allow", Action: "kinesis:PutRecord", Resource: arnOf(CLICKS) })
    // What a guest's role allows beyond what guests may, counts for nothing.
    const all = policy({ Effect: "Allow", Action: ["kinesis:PutRecord", "iam:ListUsers"], Resource: "*" })
    const authenticated = await createRole(server, "Members", trust(IdentityPoolId), put)
    const unauthenticated = await createRole(server, "Guests", trust(IdentityPoolId, "unauthenticated"), all)
    await setRoles(server, IdentityPoolId, { authenticated, unauthenticated })
    memberArn = `arn:aws:sts::${server.account}:assumed-role/Members/CognitoIdentityCredentials`
    member = await enter(server, IdentityPoolId, { [people.providerName]: await people.signIn("ann") })
    guest = await enter(server, IdentityPoolId)
  })
  after(() => server[Symbol.asyncDispose]())

  /** Sends what a page would, and shows the headers of the answer. */
  function browserOf(credentials: Credentials) {
    const kinesis = kinesisClient(server.clientOf(credentials))
    const seen: Record<string, string> = {}
    kinesis.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as { headers: Record<string, string> }
        request.headers.origin = PAGE
        const result = await next(args)
        Object.assign(seen, (result.response as { headers: Record<string, string> }).headers)
        return result
      },
      { step: "finalizeRequest", priority: "low" },
    )
    return { kinesis, seen }
  }

  it("is let ask before it does", async () => {
    const answer = await fetch(server.url, {
      method: "OPTIONS",
      headers: {
        origin: PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers":
          "amz-sdk-invocation-id,amz-sdk-request,authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent",
      },
    })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get("access-control-allow-origin"), "*")
    assert.match(answer.headers.get("access-control-allow-headers")!, /x-amz-target/)
    assert.match(answer.headers.get("access-control-allow-methods")!, /POST/)
  })

  it("writes to the one stream that its role names, and sees the answer", async () => {
    const { kinesis, seen } = browserOf(member)
    const { ShardId } = await kinesis.putRecord({ StreamName: CLICKS, ...record("a click") })
    assert.equal(ShardId, shardId(0))
    assert.equal(seen["access-control-allow-origin"], "*")
    assert.match(seen["access-control-expose-headers"]!, /x-amzn-RequestId/)
    assert.ok((await textsOf(root, CLICKS)).includes("a click"))
  })

  it("is refused everything else in AWS's words, with the reason beside it", async () => {
    const { kinesis } = browserOf(member)
    const denied = (action: string, arn: string) =>
      refused(
        "AccessDeniedException",
        `User: ${memberArn} is not authorized to perform: kinesis:${action} on resource: ${arn} because no identity-based policy allows the kinesis:${action} action`,
      )
    await assert.rejects(
      kinesis.putRecord({ StreamName: "secrets", ...record("x") }),
      denied("PutRecord", arnOf("secrets")),
    )
    await assert.rejects(
      kinesis.putRecords({ StreamName: CLICKS, Records: [record("x")] }),
      denied("PutRecords", arnOf(CLICKS)),
    )
    await assert.rejects(kinesis.describeStream({ StreamName: CLICKS }), denied("DescribeStream", arnOf(CLICKS)))
    // A stream that is not there is refused as one that is.
    await assert.rejects(kinesis.putRecord({ StreamName: "none", ...record("x") }), denied("PutRecord", arnOf("none")))
    const error = await kinesis.putRecord({ StreamName: "secrets", ...record("x") }).catch((refusal) => refusal)
    const decision = await askControl(server, "GET", `decisions/${error.$metadata.requestId}`)
    assert.equal(decision.allowed, false)
    assert.match(JSON.stringify(decision), /kinesis:PutRecord/)
    assert.deepEqual(await textsOf(root, "secrets"), [])
  })

  it("may be a guest's: AWS's list of what guests may has streams in it", async () => {
    const { kinesis } = browserOf(guest)
    await kinesis.putRecord({ StreamName: CLICKS, ...record("a guest's") })
    await assert.rejects(kinesis.listStreams({}), { name: "AccessDeniedException" })
    assert.ok((await textsOf(root, CLICKS)).includes("a guest's"))
  })
})

describe("a server that is killed", () => {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-streams-"))
  after(() => rmSync(directory, { recursive: true, force: true }))

  it("has every record that was acknowledged, once, in the order of their numbers, and goes on", async () => {
    const flags = ["--data-dir", join(directory, "data"), "--unlimited-streams"]
    const StreamName = "acknowledged"
    const acknowledged = new Map<string, bigint>()
    let next = 0
    for (let round = 0; round < 3; round++) {
      const server = await startServerProcess(flags)
      const kinesis = kinesisClient({ ...server.client, maxAttempts: 1 } as never)
      if (round === 0) await kinesis.createStream({ StreamName, ShardCount: 1 })
      const floor = acknowledged.size + 150
      let isDead = false
      const write = async (): Promise<void> => {
        while (!isDead) {
          const text = `record-${next++}`
          // What fails was cut off: it may be there or not.
          const told = await kinesis.putRecord({ StreamName, ...record(text) }).catch(() => undefined)
          if (told) acknowledged.set(text, BigInt(told.SequenceNumber!))
          if (acknowledged.size >= floor && !isDead) {
            isDead = true
            await server.kill()
          }
        }
      }
      await Promise.all([...Array.from({ length: 8 }, write), round === 1 ? splitSoon(kinesis, StreamName) : undefined])
    }
    const server = await startServerProcess(flags)
    const kinesis = kinesisClient(server.client)
    await kinesis.putRecord({ StreamName, ...record("after") })
    const { Shards } = await kinesis.listShards({ StreamName })
    const found = new Map<string, bigint>()
    for (const { ShardId } of Shards!) {
      const input = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const
      const { ShardIterator } = await kinesis.getShardIterator(input)
      const { Records } = await kinesis.getRecords({ ShardIterator })
      const numbers = Records!.map(({ SequenceNumber }) => BigInt(SequenceNumber!))
      assert.deepEqual(
        numbers.toSorted((a, b) => (a < b ? -1 : 1)),
        numbers,
      )
      for (const [index, text] of texts(Records).entries()) {
        assert.equal(found.has(text), false, text)
        found.set(text, numbers[index]!)
      }
    }
    for (const [text, number] of acknowledged) assert.equal(found.get(text), number, text)
    assert.ok(found.has("after"))
    await server.kill()
  })
})

/** Whether it is done before the server dies or not: the stream is whole afterwards. */
const splitSoon = (kinesis: Kinesis, StreamName: string) =>
  kinesis
    .splitShard({ StreamName, ShardToSplit: shardId(0), NewStartingHashKey: (2n ** 127n).toString() })
    .catch(() => undefined)
