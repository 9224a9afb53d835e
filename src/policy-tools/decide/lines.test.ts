import assert from "node:assert/strict"
import { test } from "node:test"
import { linesOf } from "./lines.ts"

async function collect(chunks: (string | Uint8Array)[], longest?: number) {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  return (await Array.fromAsync(linesOf(bytes(), longest))).flat()
}

const TOO_LONG = { error: "The line is too long." }
const NOT_UTF8 = { error: "The line is not UTF-8." }

const CASES: readonly [string, (string | Uint8Array)[], unknown[], number?][] = [
  ["nothing", [], []],
  ["one line without its end", ["a"], ["a"]],
  ["empty lines", ["\n\na\n \n\n"], ["a"]],
  ["a line in three chunks", ["a", "b", "c\nd"], ["abc", "d"]],
  ["a newline at the end of a chunk", ["a\n", "b\n"], ["a", "b"]],
  ["a newline alone in a chunk", ["a", "\n", "b"], ["a", "b"]],
  ["a character in two chunks", [Uint8Array.of(0xc3), Uint8Array.of(0xa4, 0x0a)], ["ä"]],
  [
    "a line among others that is not UTF-8",
    [Buffer.concat([Buffer.from("a\n"), Uint8Array.of(0xff), Buffer.from("\nb\n")])],
    ["a", NOT_UTF8, "b"],
  ],
  ["a line that is too long", ["aaaa", "aaaa", "aaaa\nb\n"], [TOO_LONG, "b"], 6],
  ["a last line that is too long", ["b\naaaa", "aaaa", "aaaa"], ["b", TOO_LONG], 6],
]

for (const [what, chunks, expected, longest] of CASES)
  test(`lines of ${what}`, async () => assert.deepEqual(await collect(chunks, longest), expected))
