import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { ConfigError, readConfig } from "./config.ts"

describe("whether strangers are counted", () => {
  for (const [flags, variable, expected] of [
    ["", undefined, 0],
    ["--host localhost", undefined, 0],
    ["--host ::1", undefined, 0],
    ["--host 127.0.0.2", undefined, 0],
    ["--host 0.0.0.0", undefined, 1],
    ["--host ::", undefined, 1],
    ["--host 192.0.2.1", undefined, 1],
    // Who is behind the proxy comes from anywhere.
    ["--trust-proxy 127.0.0.1", undefined, 1],
    ["--rate-limits on", undefined, 1],
    ["--host 0.0.0.0 --rate-limits off", undefined, 0],
    ["--rate-limits 2.5", undefined, 2.5],
    ["", "on", 1],
    ["--host 0.0.0.0", "off", 0],
    ["--rate-limits off", "on", 0],
    ["--host 0.0.0.0", "", 1],
  ] as const)
    test(`${flags || "no flags"}${variable === undefined ? "" : `, HALLPASS_RATE_LIMITS=${variable}`}: ${expected}`, () => {
      const environment = variable === undefined ? {} : { HALLPASS_RATE_LIMITS: variable }
      assert.equal(readConfig(flags === "" ? [] : flags.split(" "), environment).rateLimits, expected)
    })

  for (const text of ["yes", "0", "-1", "1e3", "1001", " "])
    test(`'${text}' is refused`, () => {
      assert.throws(() => readConfig([`--rate-limits=${text}`], {}), ConfigError)
    })
})
