import assert from "node:assert/strict"
import { test } from "node:test"
import type { UserPool } from "../user-pools/record.ts"
import { contactToRecover, maskDestination } from "./delivery.ts"
import { writeMessage } from "./templates.ts"

test("destinations are masked as AWS masks them", () => {
  for (const [attribute, value, masked] of [
    ["email", "ann@example.com", "a***@e***"],
    ["email", '"a@b"@x.org', '"***@x***'],
    ["phone_number", "+12065551234", "+*******1234"],
    ["phone_number", "+1234", "+1234"],
  ] as const)
    assert.equal(maskDestination(attribute, value), masked)
})

const poolWith = (settings: object) => ({ settings, mfa: {} }) as unknown as UserPool
const fill = { code: "$&123", username: "{####}", link: "http://x/y?z" }

test("templates are filled in once", () => {
  const pool = poolWith({
    VerificationMessageTemplate: { EmailSubject: "To {username}", EmailMessage: "{####}, {####}" },
  })
  assert.deepEqual(writeMessage(pool, "verification", "EMAIL", fill), { subject: "To {####}", body: "$&123, $&123" })
  const linked = poolWith({
    VerificationMessageTemplate: {
      DefaultEmailOption: "CONFIRM_WITH_LINK",
      EmailMessageByLink: "{##Here##}, {username}",
    },
  })
  assert.equal(writeMessage(linked, "verification", "EMAIL", fill).body, '<a href="http://x/y?z">Here</a>, {####}')
})

test("a recovery code goes where the pool and the user's verified addresses say", () => {
  const both = { email: "e", email_verified: "true", phone_number: "p", phone_number_verified: "true" }
  const order = (...Names: string[]) =>
    poolWith({ AccountRecoverySetting: { RecoveryMechanisms: Names.map((Name, i) => ({ Name, Priority: i + 1 })) } })
  for (const [pool, attributes, expected] of [
    [poolWith({}), both, "phone_number"],
    [poolWith({}), { email: "e", email_verified: "true" }, "email"],
    [poolWith({}), { ...both, phone_number_verified: "false", email_verified: "false" }, undefined],
    [order("verified_email", "verified_phone_number"), both, "email"],
    [order("verified_email"), { ...both, email_verified: "false" }, undefined],
    [order("admin_only"), both, undefined],
  ] as const)
    assert.equal(contactToRecover(pool, { attributes }), expected)
  const mfa = { enabled: ["EMAIL_OTP" as const] }
  assert.equal(contactToRecover(order("verified_email"), { attributes: both, mfa }), undefined)
  assert.equal(
    contactToRecover(order("verified_email", "verified_phone_number"), { attributes: both, mfa }),
    "phone_number",
  )
})
