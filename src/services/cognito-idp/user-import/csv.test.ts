import assert from "node:assert/strict"
import { test } from "node:test"
import { formatRow, linesOf, parseRow, readHeader } from "./csv.ts"

test("a row's values are split at commas that have no backslash before them, and cut", () => {
  for (const [line, values] of [
    ["a,b,c", ["a", "b", "c"]],
    ["", [""]],
    [",", ["", ""]],
    ["  a , b\t,c ", ["a", "b", "c"]],
    ["1 Main St\\, Town,x", ["1 Main St, Town", "x"]],
    ["back\\slash,end\\", ["back\\slash", "end\\"]],
    ["$argon2id$v=19$m=19456\\,t=2\\,p=1$s$h", ["$argon2id$v=19$m=19456,t=2,p=1$s$h"]],
  ] as const) {
    assert.deepEqual(parseRow(line), values)
    assert.deepEqual(parseRow(formatRow(values)), values)
  }
})

test("a header has each of the pool's columns once, in any order", () => {
  const expected = ["name", "email", "cognito:username"]
  assert.deepEqual(readHeader("email,name,cognito:username", expected, false), ["email", "name", "cognito:username"])
  for (const [line, hasHashes, fault] of [
    ["email,name", false, /lacks cognito:username/],
    ["email,name,cognito:username", true, /lacks password_hash/],
    ["email,name,cognito:username,password_hash", false, /unknown columns password_hash/],
    ["email,name,cognito:username,email", false, /twice/],
    ["\ufeffemail,name,cognito:username", false, /lacks email/],
    ["", false, /lacks name email/],
  ] as const) {
    const header = readHeader(line, expected, hasHashes)
    assert.match("fault" in header ? header.fault : "", fault)
  }
})

test("lines of a piece are whole, whatever ends them, and UTF-8", () => {
  const read = (bytes: Uint8Array, isLast: boolean) => [...linesOf(bytes, isLast)].map(({ text, next }) => [text, next])
  const text = Buffer.from("ä\r\nb\n\nrest")
  assert.deepEqual(read(text, false), [
    ["ä", 4],
    ["b", 6],
    ["", 7],
  ])
  assert.deepEqual(read(text, true), [
    ["ä", 4],
    ["b", 6],
    ["", 7],
    ["rest", 11],
  ])
  assert.deepEqual(read(Buffer.from("a\n"), true), [["a", 2]])
  assert.deepEqual(read(Buffer.from([0xff, 0x0a, 0x61]), true), [
    [undefined, 2],
    ["a", 3],
  ])
  assert.deepEqual(read(new Uint8Array(), true), [])
})
