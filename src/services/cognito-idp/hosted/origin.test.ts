import assert from "node:assert/strict"
import { test } from "node:test"
import type { Domain } from "../domains/record.ts"
import { apiOriginOf, domainUrl, originOf } from "./origin.ts"

const endpointOf = (url: string) => ({ url, baseHosts: [], isIssuer: false })
const asked = (host: string | undefined, secure = false) => ({ headers: { host }, secure })

const ORIGINS: readonly [url: string, host: string | undefined, secure: boolean, origin: string][] = [
  ["http://127.0.0.1:4566", "127.0.0.1:4566", false, "http://127.0.0.1:4566"],
  ["http://127.0.0.1:4566", "localhost:4566", false, "http://localhost:4566"],
  ["http://127.0.0.1:4566", "127.0.0.1:4566", true, "https://127.0.0.1:4566"],
  ["http://127.0.0.1:4566", "[::1]:4566", false, "http://[::1]:4566"],
  ["http://127.0.0.1:4566", "Auth.Example.com", true, "https://auth.example.com"],
  ["https://id.example.com/base", "id.example.com", false, "https://id.example.com/base"],
  ["https://id.example.com", "auth.example.com", false, "https://auth.example.com"],
  ["http://127.0.0.1:4566", undefined, false, "http://127.0.0.1:4566"],
  ["http://127.0.0.1:4566", "a.example/path?x", false, "http://127.0.0.1:4566"],
  ["http://127.0.0.1:4566", "user@a.example", false, "http://127.0.0.1:4566"],
  ["http://127.0.0.1:4566", "a.example:99999999", false, "http://127.0.0.1:4566"],
]

test("a server is where its caller has reached it", () => {
  for (const [url, host, secure, origin] of ORIGINS)
    assert.equal(originOf(asked(host, secure), endpointOf(url)), origin, String(host))
  const aws = "cognito-idp.us-east-1.amazonaws.com"
  assert.equal(apiOriginOf(asked(aws), endpointOf("http://127.0.0.1:4566")), `https://${aws}`)
})

const prefix = { domain: "my", region: "eu-west-1", kind: "prefix" } as Domain
const custom = { domain: "auth.example.com", region: "eu-west-1", kind: "custom" } as Domain

const DOMAINS: readonly [origin: string, url: string, ofPrefix: string, ofCustom: string][] = [
  [
    "http://127.0.0.1:4566",
    "http://127.0.0.1:4566",
    "http://127.0.0.1:4566/_auth/eu-west-1/my",
    "http://127.0.0.1:4566/_auth/eu-west-1/auth.example.com",
  ],
  [
    "http://localhost:4566",
    "http://localhost:4566",
    "http://localhost:4566/_auth/eu-west-1/my",
    "http://localhost:4566/_auth/eu-west-1/auth.example.com",
  ],
  [
    "https://id.example.com",
    "https://id.example.com",
    "https://id.example.com/_auth/eu-west-1/my",
    "https://auth.example.com",
  ],
  [
    "https://cognito-idp.eu-west-1.amazonaws.com",
    "https://id.example.com",
    "https://my.auth.eu-west-1.amazoncognito.com",
    "https://auth.example.com",
  ],
]

test("a domain is where whoever has reached the server can reach it", () => {
  for (const [origin, url, ofPrefix, ofCustom] of DOMAINS) {
    assert.equal(domainUrl(origin, endpointOf(url), prefix), ofPrefix)
    assert.equal(domainUrl(origin, endpointOf(url), custom), ofCustom)
  }
})
