import assert from "node:assert/strict"
import { test } from "node:test"
import { type Context, compile, contextOf, type Request } from "../policy/index.ts"
import { explainJudgement, judge, keepJudgement, nothingJudged } from "./judgement.ts"

const policy = compile({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/${aws:username}/*" },
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "*",
      Condition: { StringEquals: { "s3:Searched": "x" }, "ForAnyValue:StringLike": { "aws:TagKeys": "a*" } },
    },
  ],
})

const asked = (context: Context, resource = "arn:aws:s3:::b/ana/1"): Request => ({
  principal: { type: "user", arn: "arn:aws:iam::1:user/ana", account: "1" },
  action: "s3:GetObject",
  resource,
  resourceAccount: "1",
  context,
})

/** Keys that begin with `s3:` have to be searched for. */
const searching = (values: Readonly<Record<string, string | readonly string[]>>): Context & { searched: string[] } => {
  const context = contextOf(values)
  const searched: string[] = []
  return {
    searched,
    get(key) {
      if (key.startsWith("s3:")) searched.push(key)
      return context.get(key)
    },
    isAtHand: (key: string) => !key.startsWith("s3:"),
  } as Context & { searched: string[] }
}

test("a refusal is remembered with every key that its policies mention, and with no other", () => {
  const context = searching({ "aws:username": "bo", "aws:TagKeys": ["a", "b"], "aws:Other": "never" })
  const { keys, decision } = judge(asked(context), { identity: [policy] })
  assert.equal(decision.allowed, false)
  assert.deepEqual([...keys].sort(), [
    ["aws:tagkeys", ["a", "b"]],
    ["aws:username", "bo"],
    ["s3:searched", undefined],
  ])
})

test("where it was allowed, nothing is searched for that no policy asked for, and the explanation says so", () => {
  const context = searching({ "aws:username": "ana", "aws:TagKeys": ["b"] })
  const judgement = judge(asked(context), { identity: [policy] })
  assert.equal(judgement.decision.allowed, true)
  assert.deepEqual(context.searched, [])
  const [first, second] = explainJudgement(judgement).policies[0]!.statements
  assert.equal(first!.applies, true)
  assert.deepEqual(
    second!.mismatches.map((one) => one.element === "Condition" && [one.key, one.unknown]),
    [["aws:TagKeys", undefined]],
  )
  const tagged = searching({ "aws:username": "ana", "aws:TagKeys": ["a"] })
  const other = explainJudgement(judge(asked(tagged), { identity: [policy] })).policies[0]!.statements[1]!
  assert.deepEqual([other.applies, other.mismatches.map((one) => "unknown" in one && one.unknown)], [false, [true]])
})

test("texts and lists are cut, and what is remembered is bounded whatever was sent", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `tag-${i}-${"x".repeat(3_000)}`)
  const context = contextOf({ "aws:username": "u".repeat(1_000_000), "aws:TagKeys": many, "s3:Searched": "y" })
  const { keys, request } = judge(asked(context, `arn:aws:s3:::b/${"k".repeat(1_000_000)}`), { identity: [policy] })
  const size = JSON.stringify([...keys]).length + request.resource.length
  assert.ok(size < 20_000, `${size} characters`)
  assert.match(keys.get("aws:username") as string, /\.\.\. \(1000000 characters\)$/)
})

test("of a thousand questions the first are remembered, and the refused among the others", () => {
  const judged = nothingJudged()
  const one = (username: string) => judge(asked(contextOf({ "aws:username": username })), { identity: [policy] })
  const [allowed, refused] = [one("ana"), one("bo")]
  for (let i = 0; i < 500; i++) keepJudgement(judged, allowed)
  for (let i = 0; i < 500; i++) keepJudgement(judged, refused)
  assert.deepEqual([judged.allowed, judged.refused, judged.kept.length], [500, 500, 64])
  assert.ok(judged.kept.includes(refused))
})
