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

describe("by what messages leave the house", () => {
  const FROM = ["--mail-from", "Example <no-reply@example.com>"]
  const SECRET = { HALLPASS_SMS_WEBHOOK_SECRET: "sixteen characters" }

  test("is nothing, or what flags and environment say", () => {
    assert.deepEqual(readConfig([], {}).delivery, { smtp: undefined, smsWebhook: undefined })
    const url = "smtps://user:password@mail.example.com"
    const { delivery } = readConfig([...FROM, "--sms-webhook", "https://sms.example.com/x"], {
      ...SECRET,
      HALLPASS_SMTP_URL: url,
    })
    assert.deepEqual(delivery, {
      smtp: { url, from: "Example <no-reply@example.com>" },
      smsWebhook: { url: "https://sms.example.com/x", secret: "sixteen characters" },
    })
  })

  for (const [flags, environment, message] of [
    [["--smtp-url", "smtp://mail"], {}, /needs --mail-from/],
    [FROM, {}, /needs --smtp-url/],
    [["--smtp-url", "https://p@ss:word@mail", ...FROM], {}, /must be as smtp:/],
    [["--smtp-url", "p@ssword", ...FROM], {}, /must be as smtp:/],
    [["--smtp-url", "smtp://mail", "--mail-from", "nobody"], {}, /'nobody' is not an address/],
    [["--smtp-url", "smtp://mail", "--mail-from", "a@b.c, d@e.f"], {}, /is not an address/],
    [["--sms-webhook", "ftp://sms"], SECRET, /not an http or https URL/],
    [["--sms-webhook", "https://sms"], {}, /needs HALLPASS_SMS_WEBHOOK_SECRET/],
    [["--sms-webhook", "https://sms"], { HALLPASS_SMS_WEBHOOK_SECRET: "short" }, /at least 16/],
  ] as const)
    test(`${flags.join(" ")} is refused`, () => {
      assert.throws(
        () => readConfig([...flags], environment),
        (error: Error) => error instanceof ConfigError && message.test(error.message) && !/p@ss/.test(error.message),
      )
    })
})
