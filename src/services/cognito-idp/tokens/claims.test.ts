import assert from "node:assert/strict"
import { test } from "node:test"
import { preferredRole } from "./claims.ts"
import { isOwnIssuer, parseIssuer } from "./issuer.ts"

const group = (precedence: number | undefined, role: string | undefined) => ({
  name: "g",
  createdAt: 0,
  modifiedAt: 0,
  ...(precedence !== undefined && { precedence }),
  ...(role !== undefined && { roleArn: role }),
})

test("the role of the lowest precedence is preferred, unless two differ", () => {
  const cases: [[number | undefined, string | undefined][], string | undefined][] = [
    [[], undefined],
    [[[1, undefined]], undefined],
    [[[undefined, "a"]], "a"],
    [
      [
        [5, "a"],
        [2, "b"],
      ],
      "b",
    ],
    [
      [
        [0, "a"],
        [undefined, "b"],
      ],
      "a",
    ],
    [
      [
        [2, "a"],
        [2, "b"],
      ],
      undefined,
    ],
    [
      [
        [2, "a"],
        [2, "a"],
      ],
      "a",
    ],
    [
      [
        [2, "a"],
        [2, "b"],
        [1, "c"],
      ],
      "c",
    ],
    [
      [
        [1, undefined],
        [2, "b"],
      ],
      "b",
    ],
    [
      [
        [undefined, "a"],
        [undefined, "b"],
      ],
      undefined,
    ],
  ]
  for (const [groups, expected] of cases)
    assert.equal(
      preferredRole(groups.map(([precedence, role]) => group(precedence, role))),
      expected,
      JSON.stringify(groups),
    )
})

test("issuers are AWS's, region and pool in agreement", () => {
  assert.deepEqual(parseIssuer("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123"), {
    poolId: "eu-west-1_AbC123",
    providerName: "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123",
  })
  assert.equal(
    parseIssuer("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123")?.poolId,
    "eu-west-1_AbC123",
  )
  for (const issuer of [
    undefined,
    7,
    "",
    "http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123",
    "https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbC123",
    "https://cognito-idp.eu-west-1.amazonaws.com.evil.example/eu-west-1_AbC123",
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/",
  ])
    assert.equal(parseIssuer(issuer), undefined, String(issuer))
})

test("an issuer under a URL is this server's where it issues under that very URL", () => {
  const issuer = parseIssuer("https://id.example.com/base/eu-west-1_AbC123")!
  assert.deepEqual(issuer, {
    poolId: "eu-west-1_AbC123",
    providerName: "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123",
    url: "https://id.example.com/base",
  })
  const endpoint = { url: "https://id.example.com/base", baseHosts: [], isIssuer: true }
  assert.equal(isOwnIssuer(issuer, endpoint), true)
  assert.equal(isOwnIssuer(issuer, { ...endpoint, isIssuer: false }), false)
  assert.equal(isOwnIssuer(issuer, { ...endpoint, url: "https://id.example.com" }), false)
  assert.equal(
    isOwnIssuer(parseIssuer("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123")!, endpoint),
    true,
  )
})
