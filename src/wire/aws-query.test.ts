import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { CreateRoleCommand, DeleteUserCommand, ListUsersCommand } from "@aws-sdk/client-iam"
import { AssumeRoleCommand } from "@aws-sdk/client-sts"
import { compileCodec } from "./codec.ts"
import { dialects } from "./dialects.ts"
import type { HttpRequest } from "./http.ts"

const request = (body: string, query = ""): HttpRequest => ({
  method: "POST",
  path: "/",
  query,
  headers: {},
  rawHeaders: [],
  body: Buffer.from(body, "latin1"),
  remoteAddress: "192.0.2.1",
  secure: false,
})

const { protocol, options } = dialects.iam
const createRole = compileCodec(protocol, CreateRoleCommand, options)
const listUsers = compileCodec(protocol, ListUsersCommand, options)

describe("a call", () => {
  test("in the query, in the body, or in both", () => {
    for (const made of [
      request("", "Action=CreateRole&RoleName=a+b"),
      request("Action=CreateRole&RoleName=a%20b"),
      request("RoleName=a%20b", "Action=CreateRole&RoleName=other"),
    ]) {
      assert.deepEqual(createRole.decode(made), { RoleName: "a b" })
    }
  })

  test("with lists out of order, with gaps, or empty", () => {
    const tags = (text: string) => createRole.decode(request(text)).Tags
    assert.deepEqual(tags("Tags.member.10.Key=b&Tags.member.2.Key=a&Tags.member.2.Value="), [
      { Key: "a", Value: "" },
      { Key: "b" },
    ])
    assert.deepEqual(tags("Tags="), [])
    assert.equal(tags("Tagss.member.1.Key=a"), undefined)
  })

  test("with numbers and booleans that are none is refused", () => {
    const assumeRole = compileCodec(dialects.sts.protocol, AssumeRoleCommand, dialects.sts.options)
    assert.deepEqual(assumeRole.decode(request("DurationSeconds=900")), { DurationSeconds: 900 })
    for (const text of ["abc", "", "NaN", "Infinity", "0x10", "1e999", " 1"]) {
      const made = request(`DurationSeconds=${encodeURIComponent(text)}`)
      assert.throws(() => assumeRole.decode(made), { code: "MalformedInput", status: 400 }, text)
    }
  })

  for (const body of ["Tags.member.x.Key=a", "Tags.Key=a", "Tags=x", "RoleName=%ff", "RoleName=\xff", "%=a"]) {
    test(`${JSON.stringify(body)} is refused`, () => {
      assert.throws(() => createRole.decode(request(body)), { code: "MalformedInput" })
    })
  }
})

describe("an answer", () => {
  test("with a result", () => {
    const { headers, body } = listUsers.encode({ Users: [], IsTruncated: false }, { requestId: "id" })
    assert.equal(headers["Content-Type"], "text/xml")
    assert.equal(headers["x-amzn-RequestId"], "id")
    assert.equal(
      body,
      '<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></ListUsersResponse>',
    )
  })

  test("without one", () => {
    const { body } = compileCodec(protocol, DeleteUserCommand, options).encode(undefined, { requestId: "id" })
    assert.equal(
      body,
      '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DeleteUserResponse>',
    )
  })

  test("lets nothing out that the model does not name", () => {
    const { body } = listUsers.encode({ Users: [{ UserName: "a", passwordHash: "x" }] }, { requestId: "id" })
    assert.doesNotMatch(String(body), /passwordHash/)
  })
})
