import assert from "node:assert/strict"
import { test } from "node:test"
import type { RoleSource } from "./authorization/actors.ts"
import type { Deps } from "./call.ts"
import type { ServedService } from "./catalogue.ts"
import type { CallRecord } from "./control/call-record.ts"
import { introduce } from "./introduce.ts"
import type { Actor, OpenLog } from "./peers.ts"
import { compile } from "./policy/index.ts"
import type { Service } from "./service.ts"

const ACCOUNT = "123456789012"
const STREAM = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/orders`
const READING = ["kinesis:DescribeStream", "kinesis:GetRecords"]

/** A service with one stream, and what its peers have of it for a role with these actions. */
function peersOf(actions: readonly string[]) {
  const recorded: CallRecord[] = []
  const log = {} as OpenLog
  const streams = {
    name: "kinesis",
    errors: "json",
    opens: {
      isLog: (arn: string) => arn.startsWith(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/`),
      toRead: (arn: string) => READING.map((action) => ({ action, resource: arn })),
      open: async (arn: string) => (arn === STREAM ? log : undefined),
    },
  } as unknown as Service
  const roles: RoleSource = {
    policiesOf: () => ({
      identity: [
        compile({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: [...actions], Resource: STREAM } }),
      ],
      tags: {},
    }),
    findRole: (arn) => (arn.endsWith("/reader") ? { roleId: "AROAX", name: "reader", account: ACCOUNT } : undefined),
    isTrusting: async () => true,
    organizationOf: () => undefined,
  }
  const deps = { clock: { now: () => Date.parse("2026-01-01T00:00:00Z") } } as unknown as Deps
  const served = { service: streams } as unknown as ServedService
  const peers = introduce(
    { all: [served], bySigningName: new Map() },
    () => deps,
    (call) => void recorded.push(call),
    roles,
  )
  return { peers, recorded, log }
}

const actor = (role = "reader"): Actor => ({
  roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
  sessionName: "f",
  region: "us-east-1",
  onBehalfOf: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`,
  context: {},
})

test("a stream opens for a role that may do all that reading takes", async () => {
  const { peers, recorded, log } = peersOf(READING)
  assert.deepEqual(await peers.openLog(STREAM, actor()), { is: "opened", log })
  assert.deepEqual(recorded, [])
})

test("a role that lacks a part of it is refused, which is recorded with what it asked", async () => {
  const { peers, recorded } = peersOf(["kinesis:DescribeStream"])
  const requirement = { action: "kinesis:GetRecords", resource: STREAM }
  assert.deepEqual(await peers.openLog(STREAM, actor()), { is: "denied", requirement })
  assert.deepEqual(
    recorded.map(({ service, operation, errorCode, callerArn }) => [service, operation, errorCode, callerArn]),
    [["kinesis", "GetRecords", "AccessDeniedException", `arn:aws:sts::${ACCOUNT}:assumed-role/reader/f`]],
  )
})

test("a role that is not there is refused", async () => {
  const { peers } = peersOf(READING)
  assert.equal((await peers.openLog(STREAM, actor("nobody"))).is, "denied")
})

test("what nobody opens, and what is not there, is missing", async () => {
  const { peers } = peersOf(READING)
  assert.deepEqual(await peers.openLog(`arn:aws:sqs:us-east-1:${ACCOUNT}:orders`, actor()), { is: "missing" })
  assert.deepEqual(await peers.openLog("no ARN", actor()), { is: "missing" })
  // Whether there is one is told to those alone who may know it.
  assert.equal((await peers.openLog(`${STREAM}2`, actor())).is, "denied")
})
