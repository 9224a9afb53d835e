import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { InitiateAuthCommand, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider"
import { PutItemCommand } from "@aws-sdk/client-dynamodb"
import fc from "fast-check"
import { WireError } from "./errors.ts"
import { jsonPlan } from "./json-plan.ts"
import { readJsonObject } from "./json-read.ts"
import { scanJson } from "./json-scan.ts"
import { type CommandWithSchema, operationShape } from "./schema.ts"

const planOf = (Command: unknown) => jsonPlan(false)(operationShape(Command as CommandWithSchema).input)
const initiateAuth = planOf(InitiateAuthCommand)
const signUp = planOf(SignUpCommand)
const putItem = planOf(PutItemCommand)

const scan = (text: string, plan = initiateAuth, most = 1000) => scanJson(Buffer.from(text), plan(), most)
const read = (text: string, plan = initiateAuth, parts = 1000) =>
  readJsonObject(Buffer.from(text), plan, { bytes: Number.POSITIVE_INFINITY, parts })

/** So that it is looked through at all. */
const LONG = `"Pad":"${"x".repeat(20_000)}"`

test("whatever JSON.parse takes is taken, and whatever it refuses is refused", () => {
  const piece = fc.constantFrom(
    ...'{ } [ ] , : "a" "\\u0041" "\\x" "\\u00g0" "\n" "é" 0 01 -0 - 1.5 1. .5 1e9 1E+ 1e-2 true tru null nulll false'.split(
      " ",
    ),
    " ",
    "\t",
    "\u000b",
    "\ufeff",
  )
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
    fc.json({ maxDepth: 5 }),
    fc.json({ maxDepth: 3 }).chain((json) => fc.nat(json.length).map((at) => json.slice(0, at))),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const isJson = succeeds(() => JSON.parse(text))
      assert.equal(
        succeeds(() => scan(text, putItem)),
        isJson,
        text,
      )
    }),
    { numRuns: 3000 },
  )
})

function succeeds(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    assert.ok(error instanceof WireError || error instanceof SyntaxError)
    return false
  }
}

describe("what is unknown", () => {
  const many = `[${Array.from({ length: 5000 }, (_, i) => `{"a":${i}}`).join(",")}]`

  test("is passed over and not built, at any depth", () => {
    assert.deepEqual(read(`{${LONG},"X":${many},"ClientId":"c"}`), { Pad: "x".repeat(20_000), X: null, ClientId: "c" })
    const attribute = `{"Name":"n","X":{"Y":${many}},"Value":"v"}`
    assert.deepEqual(read(`{${LONG},"UserAttributes":[${attribute}]}`, signUp), {
      Pad: "x".repeat(20_000),
      UserAttributes: [{ Name: "n", X: null, Value: "v" }],
    })
  })

  test("does not count, however much it is", () => {
    const { values, cuts } = scan(`{"X":${many},"ClientId":"c"}`, initiateAuth, 10)
    assert.equal(values, 3)
    assert.equal(cuts.length, 1)
  })

  test("is cut where it stands, also behind letters of several bytes and under an escaped name", () => {
    assert.deepEqual(read(`{${LONG},"é":${many},"\\u0043lientId":"ü","Y":${many}}`), {
      Pad: "x".repeat(20_000),
      é: null,
      ClientId: "ü",
      Y: null,
    })
  })

  test("is no JSON the less: what is none in it is refused", () => {
    for (const wrong of ["[1,]", '{"a" 1}', "[01]", '["\\x"]', "[tru]", `[${"1,".repeat(50)}`])
      assert.throws(() => read(`{${LONG},"X":[${"1,".repeat(50)}${wrong}]}`), { code: "SerializationException" }, wrong)
  })

  test("is refused for its depth", () => {
    assert.throws(() => scan(`{"X":${"[".repeat(300)}${"]".repeat(300)}}`), { message: "Nesting is too deep" })
  })

  test("that is little counts like all else", () => {
    const members = Array.from({ length: 50 }, (_, i) => `"x${i}":{}`).join(",")
    assert.throws(() => scan(`{${members}}`, initiateAuth, 20), { message: "The request has too many values" })
  })
})

describe("what is known", () => {
  test("is refused once it has more values than it may, wherever they are", () => {
    const entries = Array.from({ length: 50 }, (_, i) => `"k${i}":"v"`).join(",")
    assert.equal(scan(`{"AuthParameters":{${entries}}}`, initiateAuth, 52).values, 52)
    assert.throws(() => scan(`{"AuthParameters":{${entries}}}`, initiateAuth, 51), { code: "SerializationException" })
    const nested = `{"Item":{"a":{"L":[${'{"S":""},'.repeat(50)}{"S":""}]}}}`
    assert.throws(() => scan(nested, putItem, 50), { code: "SerializationException" })
  })

  test("is refused before the rest of it is looked at", () => {
    // What follows is no JSON, and nobody gets to see it.
    const text = `{"AuthParameters":{${'"k":"v",'.repeat(50)}no JSON`
    assert.throws(() => scan(text, initiateAuth, 20), { message: "The request has too many values" })
  })

  test("is refused for its depth, and taken as deep as the decoder goes", () => {
    const deep = (levels: number) => `{"Item":{"a":${'{"L":['.repeat(levels)}${"]}".repeat(levels)}}}`
    assert.equal(scan(deep(100), putItem).values, 202)
    assert.throws(() => scan(deep(200), putItem), { message: "Nesting is too deep" })
  })
})

test("a short body is read without being looked through: it is harmless", () => {
  assert.deepEqual(read(`{"X":[${"1,".repeat(300)}1]}`, initiateAuth, 10), { X: Array(301).fill(1) })
})
