import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { formatTimestamp, parseTimestamp } from "./timestamps.ts"

const TIME = Date.UTC(1994, 10, 6, 8, 49, 37)

describe("times that are read", () => {
  for (const [format, text, time] of [
    ["date-time", "1994-11-06T08:49:37Z", TIME],
    ["date-time", "1994-11-06T08:49:37.5Z", TIME + 500],
    ["date-time", "1994-11-06T08:49:37.123456789Z", TIME + 123],
    ["date-time", "1994-11-06T09:49:37+01:00", TIME],
    ["date-time", "1994-11-06t08:49:37z", TIME],
    ["http-date", "Sun, 06 Nov 1994 08:49:37 GMT", TIME],
    ["http-date", "Sunday, 06-Nov-94 08:49:37 GMT", TIME],
    ["http-date", "Sun Nov  6 08:49:37 1994", TIME],
    ["epoch-seconds", "784111777", TIME],
    ["epoch-seconds", "784111777.5", TIME + 500],
    ["epoch-seconds", "-1", -1000],
  ] as const) {
    test(`${format} ${text}`, () => assert.equal(parseTimestamp(text, format)?.getTime(), time))
  }
})

describe("times that are not", () => {
  for (const [format, text] of [
    ["date-time", "1994-11-06"],
    ["date-time", "1994-11-06T08:49:37"],
    ["date-time", "1994-13-06T08:49:37Z"],
    ["date-time", "+275760-09-14T00:00:00Z"],
    ["date-time", "784111777"],
    ["http-date", "1994-11-06T08:49:37Z"],
    ["http-date", "yesterday"],
    ["http-date", "Sun, 06 Foo 1994 08:49:37 GMT"],
    ["epoch-seconds", "NaN"],
    ["epoch-seconds", "1e3"],
    ["epoch-seconds", ""],
    ["epoch-seconds", "999999999999999"],
  ] as const) {
    test(`${format} ${text}`, () => assert.equal(parseTimestamp(text, format), undefined))
  }
})

describe("times that are written", () => {
  for (const [format, milliseconds, fraction, text] of [
    ["date-time", 0, "shortest", "1994-11-06T08:49:37Z"],
    ["date-time", 0, "zeros", "1994-11-06T08:49:37.000Z"],
    ["date-time", 896, "zeros", "1994-11-06T08:49:37.000Z"],
    ["date-time", 5, "shortest", "1994-11-06T08:49:37.005Z"],
    ["date-time", 999, "none", "1994-11-06T08:49:37Z"],
    ["http-date", 5, "shortest", "Sun, 06 Nov 1994 08:49:37 GMT"],
    ["epoch-seconds", 500, "shortest", "784111777.5"],
  ] as const) {
    test(text, () => assert.equal(formatTimestamp(new Date(TIME + milliseconds), format, fraction), text))
  }
})
