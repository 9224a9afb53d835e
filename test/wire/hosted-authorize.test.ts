import assert from "node:assert/strict"
import { test } from "node:test"
import { CreateUserPoolDomainCommand } from "@aws-sdk/client-cognito-identity-provider"
import { askSite } from "../harness/site-request.ts"
import { CALLBACK, openHosted } from "./hosted-world.ts"

test("a pool's domain is found by its hosts, by its path and by a name of its own", async () => {
  await using world = await openHosted()
  const { idp, poolId: UserPoolId, server, base, clientId } = world
  const CustomDomainConfig = { CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/x" }
  await idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "auth.example.com", CustomDomainConfig }))
  const { port } = new URL(server.url)
  const query = { client_id: clientId, response_type: "code", redirect_uri: CALLBACK }
  for (const where of [
    base,
    `http://people-1.auth.us-east-1.localhost:${port}`,
    `http://people-1.auth.us-east-1.amazoncognito.com:${port}`,
    `http://auth.example.com:${port}`,
    `http://127.0.0.1:${port}/_auth/us-east-1/auth.example.com`,
  ]) {
    const { status, headers } = await askSite(where, { path: "/oauth2/authorize", query })
    assert.equal(status, 302, where)
    assert.equal(headers.location, `${where}/login?${new URLSearchParams(query)}`)
  }
  for (const where of [
    `http://others.auth.us-east-1.localhost:${port}`,
    `http://people-1.auth.eu-west-1.localhost:${port}`,
    `http://127.0.0.1:${port}/_auth/us-east-1/others`,
    `http://127.0.0.1:${port}/_auth`,
    `http://127.0.0.1:${port}/_auth/__proto__/%00`,
  ]) {
    const { status } = await askSite(where, { path: "/oauth2/authorize", query })
    assert.equal(status, 404, where)
  }
  const other = await askSite(`http://other.example.com:${port}`, { path: "/oauth2/authorize", query })
  assert.match(other.body, /NoSuchBucket/)
})

/** What is left out or changed of a right request, and where it leads. */
const REFUSALS: readonly [what: string, change: Record<string, string | undefined>, location: string][] = [
  ["no client", { client_id: undefined }, "/error?error=Required+parameters+missing"],
  ["another client", { client_id: "unknown" }, "/error?error=redirect_mismatch&client_id=unknown"],
  ["no callback", { redirect_uri: undefined }, "/error?error=Required+parameters+missing&client_id=CLIENT"],
  ...[
    "https://evil.example/",
    `${CALLBACK}/`,
    CALLBACK.toUpperCase(),
    `${CALLBACK}?x=1`,
    `${CALLBACK}#x`,
    "https://app.example:444/callback",
    "https://app.example/callback/../evil",
    "https://app.example@evil.example/callback",
    "//app.example/callback",
    "javascript:alert(1)",
    `${CALLBACK}\r\nset-cookie: a=b`,
  ].map((redirect_uri): [string, Record<string, string>, string] => [
    `the callback ${JSON.stringify(redirect_uri)}`,
    { redirect_uri },
    "/error?error=redirect_mismatch&client_id=CLIENT",
  ]),
  ["no response_type", { response_type: undefined }, `${CALLBACK}?state=S&error=invalid_request`],
  [
    "a response_type of two",
    { response_type: "token id_token" },
    `${CALLBACK}?state=S&error=unsupported_response_type`,
  ],
  ["a challenge without method", { code_challenge: "x".repeat(43) }, `${CALLBACK}?state=S&error=invalid_request`],
  [
    "a plain challenge",
    { code_challenge: "x".repeat(43), code_challenge_method: "plain" },
    `${CALLBACK}?state=S&error=invalid_request`,
  ],
  ["a method without challenge", { code_challenge_method: "S256" }, `${CALLBACK}?state=S&error=invalid_request`],
  ["an unknown scope", { scope: "openid everything" }, `${CALLBACK}?state=S&error=invalid_scope`],
  ["a scope that needs openid", { scope: "email" }, `${CALLBACK}?state=S&error=invalid_scope`],
  ["a resource, of classic pages", { resource: "https://api.example" }, `${CALLBACK}?state=S&error=invalid_scope`],
  ["an age that is none", { max_age: "-1" }, `${CALLBACK}?state=S&error=invalid_request`],
  [
    "the same by the implicit flow",
    { response_type: "token", scope: "everything" },
    `${CALLBACK}#state=S&error=invalid_scope`,
  ],
  ["no state", { state: undefined, scope: "everything" }, `${CALLBACK}?error=invalid_scope`],
]

test("authorize refuses each thing at its place", async () => {
  await using world = await openHosted({}, { CallbackURLs: [CALLBACK, "https://app.example/other"] })
  for (const [what, change, expected] of REFUSALS) {
    const right = { client_id: world.clientId, response_type: "code", redirect_uri: CALLBACK, state: "S" }
    const query = Object.fromEntries(Object.entries({ ...right, ...change }).filter(([, value]) => value !== undefined))
    const { status, headers } = await world.browser().get("/oauth2/authorize", query as Record<string, string>)
    const location = expected.replace("CLIENT", world.clientId)
    assert.equal(status, 302, what)
    assert.equal(headers.location, location.startsWith("/") ? world.base + location : location, what)
  }
})

test("the only callback may be left out", async () => {
  await using world = await openHosted()
  const { headers } = await world
    .browser()
    .get("/oauth2/authorize", { client_id: world.clientId, response_type: "code", scope: "none" })
  assert.equal(headers.location, `${CALLBACK}?error=invalid_scope`)
})
