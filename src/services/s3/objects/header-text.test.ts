import assert from "node:assert/strict"
import { test } from "node:test"
import { latin1Text, metadataText, readHeaderText } from "./header-text.ts"

const asHeader = (text: string): string => Buffer.from(text).toString("latin1")

for (const text of ["plain", "ÄMÄZÕÑ S3", "…—_é_", "日本", "\u{1f600}"])
  test(`the bytes of ${text} are read as UTF-8`, () => assert.equal(readHeaderText(asHeader(text)), text))

test("what is no UTF-8 is Latin-1, and what came by no header is left alone", () => {
  assert.equal(readHeaderText("caf\xe9"), "café")
  assert.equal(readHeaderText("日本"), "日本")
})

for (const [text, shown] of [
  ["plain text, (of) ASCII?", "plain text, (of) ASCII?"],
  // Recorded.
  ["ÄMÄZÕÑ S3", "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="],
  // S3 user guide: an example whose characters are what Latin-1 makes of UTF-8.
  ["\xc3\x83\xc2\x84M\xc3\x83\xc2\x84Z\xc3\x83\xc2\x95\xc3\x83\xc2\x91 S3", undefined],
  ["a=b_c?d é", "=?UTF-8?Q?a=3Db=5Fc=3Fd_=C3=A9?="],
  ["日本", "=?UTF-8?B?5pel5pys?="],
  ["a\x01", "=?UTF-8?Q?a=01?="],
] as const)
  test(`metadata ${JSON.stringify(text)}`, () =>
    shown === undefined ? assert.match(metadataText(text), /^=\?UTF-8\?B\?/) : assert.equal(metadataText(text), shown))

for (const [text, shown] of [
  ["max-age=1, é", "max-age=1, é"],
  ["…—_é_", "  _é_"],
  ["a\x01b\tc", "a b\tc"],
] as const)
  test(`a header of HTTP's own ${JSON.stringify(text)}`, () => assert.equal(latin1Text(text), shown))
