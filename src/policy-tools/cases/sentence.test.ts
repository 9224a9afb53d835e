import assert from "node:assert/strict"
import { test } from "node:test"
import { SourceError } from "../source/node.ts"
import { parseSentence } from "./sentence.ts"

const at = { line: 1, column: 1 }
const person = { kind: "person", name: "alice", through: undefined, groups: undefined, role: undefined }
const may = (...actions: string[]) => [{ kind: "may", actions }]

const SENTENCES: readonly [text: string, expected: object][] = [
  [
    "alice may s3:GetObject on arn:aws:s3:::b/k",
    { who: person, expectations: may("s3:GetObject"), resources: ["arn:aws:s3:::b/k"] },
  ],
  [
    "alice may not s3:GetObject",
    { who: person, expectations: [{ kind: "may not", actions: ["s3:GetObject"] }], resources: [] },
  ],
  ["alice may a:B, a:C on x, y", { who: person, expectations: may("a:B", "a:C"), resources: ["x", "y"] }],
  ["alice in a, b may a:B", { who: { ...person, groups: ["a", "b"] }, expectations: may("a:B") }],
  ["alice in a and b through Shop may a:B", { who: { ...person, groups: ["a", "b"], through: "Shop" } }],
  [
    "alice through Shop as Writer becomes Writer",
    { who: { ...person, through: "Shop", role: "Writer" }, expectations: [{ kind: "becomes", role: "Writer" }] },
  ],
  ["alice becomes nobody", { who: person, expectations: [{ kind: "becomes", role: null }] }],
  ["guest may a:B", { who: { kind: "guest", through: undefined } }],
  ["guest through Shop may a:B", { who: { kind: "guest", through: "Shop" } }],
  ["user bob may a:B", { who: { kind: "user", name: "bob" } }],
  ["role Reader may a:B", { who: { kind: "role", name: "Reader" } }],
  ["anyone may a:B on x", { who: { kind: "anyone" } }],
  ["alice may a:B on x when k is v", { context: { k: "v" }, resources: ["x"] }],
  ["alice may a:B when k is v, w and l is u", { context: { k: ["v", "w"], l: "u" }, resources: [] }],
  ["  alice\n may  a:B  on x", { who: person, expectations: may("a:B"), resources: ["x"] }],
]

for (const [text, expected] of SENTENCES)
  test(`reads: ${text}`, () => {
    const read = parseSentence(text, at)
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(read[name as keyof typeof read], value, name)
  })

const REFUSED: readonly [text: string, message: RegExp][] = [
  ["alice reads books", /^This is no sentence of the form WHO /],
  ["may a:B", /^This is no sentence/],
  ["alice may", /^This is no sentence/],
  ["the user bob may a:B", /does not say who/],
  ["robot bob may a:B", /does not say who: a person, guest, anyone, user NAME or role NAME/],
  ["user bob through Shop may a:B", /does not say who/],
  ["guest in Readers may a:B", /^guest is in no groups/],
  ["anyone through Shop may a:B", /without credentials/],
  ["role Reader becomes Writer", /^Only people and guests become a role/],
  ["alice becomes a writer", /no name of a role/],
  ["alice may a:B when k = v", /is not of the form KEY is VALUE/],
]

for (const [text, message] of REFUSED)
  test(`refuses: ${text}`, () =>
    assert.throws(
      () => parseSentence(text, at),
      (error) => error instanceof SourceError && message.test(error.message),
    ))
