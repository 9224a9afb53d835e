import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"
import { judge, keepJudgement } from "../authorization/judgement.ts"
import { movableClock } from "../base/clock.ts"
import { migrations } from "../core-tables.ts"
import { type CompiledPolicy, compile, contextOf } from "../policy/index.ts"
import { openSqliteStore } from "../store/sqlite/open.ts"
import type { Store } from "../store/store.ts"
import { type CallRecord, newCallRecord } from "./call-record.ts"
import { createMemory } from "./memory.ts"

let store: Store
beforeEach(async () => {
  store = await openSqliteStore({ path: ":memory:", migrations, clock: movableClock() })
})
afterEach(() => store.close())

const request = {
  method: "GET",
  path: "/b/k",
  query: "",
  headers: {},
  rawHeaders: [],
  body: new Uint8Array(),
  remoteAddress: "203.0.113.9",
  secure: false,
}

const policyOf = (statements: number, name: string) =>
  compile(
    {
      Version: "2012-10-17",
      Statement: Array.from({ length: statements }, (_, i) => ({
        Sid: `Statement${i}`,
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::b/${i}/*`,
        Condition: { StringEquals: { [`aws:PrincipalTag/team${i % 7}`]: "blue" } },
      })),
    },
    { name },
  )

const ONE = policyOf(1, "one")

/** A refusal of a caller with these policies, or of a stranger. */
function refused(id: string, callerArn?: string, identity = [ONE]): CallRecord {
  const record = newCallRecord(id, request, 0)
  Object.assign(record, { service: "s3", operation: "GetObject", status: 403, errorCode: "AccessDenied", callerArn })
  const asked = { action: "s3:GetObject", resource: "arn:aws:s3:::b/k", resourceAccount: "1" }
  const principal = { type: "user", arn: "arn:aws:iam::1:user/ana", account: "1" } as const
  keepJudgement(record.judged, judge({ ...asked, principal, context: contextOf({}) }, { identity }))
  return record
}

const held = async () => {
  const sums = await store.read(async (tx) => ({
    rows: await tx.get<{ n: number; size: number }>(
      "SELECT COUNT(*) AS n, COALESCE(SUM(LENGTH(body)), 0) AS size FROM core_refusals",
    ),
    policies: await tx.get<{ n: number; size: number }>(
      "SELECT COUNT(*) AS n, COALESCE(SUM(LENGTH(body)), 0) AS size FROM core_refusal_policies",
    ),
  }))
  return { rows: sums.rows!, policies: sums.policies! }
}

test("a policy is written once, however many refusals it had a part in, and explains each", async () => {
  const memory = createMemory(store, movableClock(), assert.ifError)
  const policies = Array.from({ length: 10 }, (_, i) => policyOf(48, `policy ${i}`))
  for (let i = 0; i < 50; i++) memory.add(refused(`many-${i}`, "arn:aws:iam::1:user/ana", policies))
  await memory.close()
  const { rows, policies: texts } = await held()
  assert.deepEqual([rows.n, texts.n], [50, 10])
  assert.ok(rows.size < 50 * 4096, `${rows.size} characters of refusals`)
  const another = createMemory(store, movableClock(), assert.ifError)
  const [judgement] = (await another.find("many-7"))!.judged.kept
  assert.equal(judgement!.applicable.identity.length, 10)
  assert.deepEqual(judgement!.applicable.identity[3]!.document, policies[3]!.document)
})

test("strangers fill neither the disk nor the memory, and drive out nobody", async () => {
  const clock = movableClock({ now: () => 1_700_000_000_000 })
  const memory = createMemory(store, clock, assert.ifError)
  memory.add(refused("kept", "arn:aws:iam::1:user/ana"))
  await memory.listRefusals(1)
  const before = await held()
  const list = Array.from({ length: 1000 }, () => "d".repeat(1000))
  for (let i = 0; i < 4_000; i++) {
    const record = refused(`stranger-${i}`)
    record.errorMessage = "x".repeat(100_000)
    record.path = `/${"p".repeat(50_000)}`
    record.because = { claims: "c".repeat(100_000), list }
    memory.add(record)
    if (i % 100 === 0) await memory.listRefusals(1)
  }
  await memory.close()
  const after = await held()
  const written = after.rows.size - before.rows.size
  assert.ok(written <= 2 * 1024 * 1024, `${written} characters at once`)
  assert.ok(memory.bytes() <= 32 * 1024 * 1024, `${memory.bytes()} bytes`)
  // An hour of it: as much as is kept, and no more.
  for (let minute = 0; minute < 60; minute++) {
    clock.set(clock.now() + 60_000)
    for (let i = 0; i < 100; i++) memory.add({ ...refused(`later-${minute}-${i}`), errorMessage: "y".repeat(2_000) })
    await memory.listRefusals(1)
  }
  const { rows } = await held()
  assert.ok(rows.n <= 1_000 + 250 + 100, `${rows.n} rows`)
  assert.ok(rows.size <= 5 * 1024 * 1024, `${rows.size} characters`)
  assert.ok(await createMemory(store, clock, assert.ifError).find("kept"))
})

test("policies go with the last refusal that they decided", async () => {
  const clock = movableClock({ now: () => 1_800_000_000_000 })
  const memory = createMemory(store, clock, assert.ifError)
  const hashes = async () => (await held()).policies.n
  const callers = async (round: string, policy: CompiledPolicy) => {
    clock.set(clock.now() + 60_000)
    for (let i = 0; i < 400; i++) memory.add(refused(`${round}-${i}`, "arn:aws:iam::1:user/bo", [policy]))
    await memory.listRefusals(1)
  }
  const [early, late] = [policyOf(2, "early"), policyOf(2, "late")]
  await callers("first", early)
  await callers("second", late)
  assert.equal(await hashes(), 2)
  for (let i = 0; i < 16; i++) await callers(`round-${i}`, late)
  assert.equal(await hashes(), 1)
  await memory.close()
})

test("the last is the last, whatever was done to the server's clock", async () => {
  const memory = createMemory(store, movableClock({ now: () => 1_900_000_000_000 }), assert.ifError)
  memory.add({ ...refused("future"), time: 4_000_000_000_000 })
  memory.add({ ...refused("present"), time: 1_000 })
  assert.equal((await memory.listRefusals(1))[0]!.requestId, "present")
  await memory.close()
})
