import assert from "node:assert/strict"
import { it } from "node:test"
import { chooseCoding } from "./codings.ts"

const CASES: [accepted: string | undefined, coding: string | undefined][] = [
  [undefined, undefined],
  ["", undefined],
  [",;,", undefined],
  ["*", undefined],
  ["identity", undefined],
  ["gzip", "gzip"],
  ["GZip", "gzip"],
  ["deflate,gzip", "deflate"],
  ["deflate;q=0.5,gzip;q=1.0", "gzip"],
  ["gzip;q=1.0,identity;q=0.5,*;q=0", "gzip"],
  ["gzip, deflate, br", "gzip"],
  ["br, gzip", undefined],
  ["br;q=0.9, gzip", "gzip"],
  ["gzip;q=0", undefined],
  ["gzip;q=0, deflate;q=0.001", "deflate"],
  ["gzip;q=2", undefined],
  ["gzip;q=", undefined],
  ["gzip;level=9;Q=1", "gzip"],
  ["constructor", undefined],
]

for (const [accepted, coding] of CASES)
  it(`Accept-Encoding ${JSON.stringify(accepted)} asks for ${coding ?? "nothing"}`, () => {
    assert.equal(chooseCoding(accepted)?.name, coding)
  })
