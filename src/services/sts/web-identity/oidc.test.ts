import assert from "node:assert/strict"
import { before, describe, it } from "node:test"
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose"
import { movableClock } from "../../../base/clock.ts"
import { type Outgoing, UnreachableError } from "../../../base/outgoing.ts"
import { createLoginEndpoints } from "../../../federation/login-endpoints.ts"
import { parseOpenIdToken } from "../../../federation/openid/token.ts"
import { introduce } from "../../../introduce.ts"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import { WireError } from "../../../wire/errors.ts"
import { service as iam } from "../../iam/service.ts"
import { verifyOidcToken } from "./oidc.ts"

const ACCOUNT = "123456789012"
const clock = movableClock()
clock.set(Date.UTC(2026, 0, 1))
const now = () => Math.floor(clock.now() / 1000)

/** The web, by what it answers at each address. */
const web =
  (answers: Record<string, unknown>): Outgoing =>
  async (url) => {
    const answer = answers[url]
    if (answer instanceof Error) throw answer
    if (answer === undefined) return { status: 404, text: "", contentType: "" }
    return { status: 200, text: typeof answer === "string" ? answer : JSON.stringify(answer), contentType: "" }
  }

describe("tokens of OpenID Connect providers", async () => {
  const store = await openSqliteStore({ path: ":memory:", migrations: [...iam.migrations], clock })
  const peers = introduce(
    { all: [], bySigningName: new Map() },
    () => assert.fail("no service to ask"),
    () => {},
    {
      findRole: () => undefined,
      policiesOf: () => assert.fail("no role to act as"),
      isTrusting: async () => false,
      organizationOf: () => undefined,
    },
  )
  const loginEndpoints = createLoginEndpoints({}, false)
  let key: CryptoKey
  let jwk: object
  before(async () => {
    const pair = await generateKeyPair("RS256")
    key = pair.privateKey
    jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" }
  })

  let issuers = 0
  /** Each case has an issuer of its own, since key sets are kept. */
  async function newIssuer(): Promise<string> {
    const url = `idp-${++issuers}.example.com/tenant`
    const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${url}`
    const body = { arn, account: ACCOUNT, url, clientIds: ["client"], thumbprints: [], createdAt: 0, tags: [] }
    await store.transact(async (tx) => {
      await tx.run(
        "INSERT INTO iam_oidc_providers (arn, account, body) VALUES ($1, $2, $3)",
        arn,
        ACCOUNT,
        JSON.stringify(body),
      )
      await tx.changed("iam.oidc-provider", arn)
    })
    return `https://${url}`
  }
  const siteOf = (issuer: string, more: Record<string, unknown> = {}) => ({
    [`${issuer}/.well-known/openid-configuration`]: { jwks_uri: `${issuer}/keys` },
    [`${issuer}/keys`]: { keys: [jwk] },
    ...more,
  })
  const sign = (issuer: string, claims: object = {}, kid = "one") =>
    new SignJWT({ sub: "me", aud: "client", iat: now(), exp: now() + 60, iss: issuer, ...claims })
      .setProtectedHeader({ alg: "RS256", kid })
      .sign(key)
  const verify = async (token: string, site: Record<string, unknown>) =>
    verifyOidcToken({ store, clock, loginEndpoints, outgoing: web(site), peers }, ACCOUNT, parseOpenIdToken(token))

  it("are verified by the keys that discovery finds, and give condition keys", async () => {
    const issuer = await newIssuer()
    const url = issuer.slice("https://".length)
    const token = await sign(issuer, {
      aud: ["other", "client"],
      amr: ["pwd", "otp"],
      email: "me@example.com",
      level: 3,
      nested: { not: "a key" },
      "https://aws.amazon.com/tags": { principal_tags: { team: ["blue"] }, transitive_tag_keys: ["team"] },
      "https://aws.amazon.com/source_identity": "me",
    })
    const identity = await verify(token, siteOf(issuer))
    assert.equal(identity.provider, `arn:aws:iam::${ACCOUNT}:oidc-provider/${url}`)
    assert.equal(identity.audience, "client")
    assert.equal(identity.claims[`${url}:aud`], "client")
    assert.equal(identity.claims[`${url}:sub`], "me")
    assert.deepEqual(identity.claims[`${url}:amr`], ["pwd", "otp"])
    assert.equal(identity.claims[`${url}:email`], "me@example.com")
    assert.deepEqual(
      Object.keys(identity.claims).sort(),
      ["amr", "aud", "email", "sub"].map((claim) => `${url}:${claim}`),
    )
    assert.deepEqual({ ...identity.tags }, { team: "blue" })
    assert.deepEqual(identity.transitiveTagKeys, ["team"])
    assert.equal(identity.sourceIdentity, "me")
  })

  it("are taken for a day, and five minutes beyond their end", async () => {
    const issuer = await newIssuer()
    const token = await sign(issuer, { iat: now() - 86_400, exp: now() - 299 })
    assert.equal((await verify(token, siteOf(issuer))).subject, "me")
  })

  it("are for the authorized party where there is one", async () => {
    const issuer = await newIssuer()
    const token = await sign(issuer, { aud: "client", azp: "stranger" })
    await assert.rejects(verify(token, siteOf(issuer)), {
      code: "InvalidIdentityToken",
      message: "Incorrect token audience",
    })
  })

  const MISSING_KEY =
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
  const refusals: [
    what: string,
    site: (issuer: string) => Record<string, unknown>,
    token: (issuer: string) => Promise<string>,
    code: string,
    message?: string,
  ][] = [
    [
      "an issuer that does not answer",
      (issuer) => ({ [`${issuer}/.well-known/openid-configuration`]: new UnreachableError("does not answer") }),
      sign,
      "IDPCommunicationError",
    ],
    ["no discovery document", () => ({}), sign, "InvalidIdentityToken", MISSING_KEY],
    [
      "a discovery document that is no JSON",
      (issuer) => siteOf(issuer, { [`${issuer}/.well-known/openid-configuration`]: "<html>" }),
      sign,
      "InvalidIdentityToken",
      MISSING_KEY,
    ],
    [
      "keys at an address that is not secure",
      (issuer) =>
        siteOf(issuer, { [`${issuer}/.well-known/openid-configuration`]: { jwks_uri: "http://127.0.0.1/keys" } }),
      sign,
      "InvalidIdentityToken",
      MISSING_KEY,
    ],
    [
      "a key set of another shape",
      (issuer) => siteOf(issuer, { [`${issuer}/keys`]: { keys: "none" } }),
      sign,
      "InvalidIdentityToken",
      MISSING_KEY,
    ],
    ["a key that is not in the set", siteOf, (issuer) => sign(issuer, {}, "two"), "InvalidIdentityToken", MISSING_KEY],
    [
      "a signature that is not right",
      siteOf,
      async (issuer) => `${(await sign(issuer)).slice(0, -8)}AAAAAAAA`,
      "InvalidIdentityToken",
    ],
    ["a token that has expired", siteOf, (issuer) => sign(issuer, { exp: now() - 300 }), "ExpiredTokenException"],
    [
      "a token that is too old",
      siteOf,
      (issuer) => sign(issuer, { iat: now() - 153_938, exp: now() + 7 * 86_400 }),
      "ExpiredTokenException",
      "Token too old: 153938",
    ],
    [
      "a token that is not yet in force",
      siteOf,
      (issuer) => sign(issuer, { nbf: now() + 600 }),
      "InvalidIdentityToken",
    ],
    [
      "a token without a signature",
      siteOf,
      async (issuer) => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await sign(issuer)).split(".")[1]}.`,
      "InvalidIdentityToken",
    ],
    [
      "another issuer",
      siteOf,
      () => sign("https://unknown.example.com"),
      "InvalidIdentityToken",
      "No OpenIDConnect provider found in your account for https://unknown.example.com",
    ],
  ]
  for (const [what, site, token, code, message] of refusals)
    it(`are refused for ${what}`, async () => {
      const issuer = await newIssuer()
      await assert.rejects(verify(await token(issuer), site(issuer)), (error) => {
        assert.ok(error instanceof WireError, String(error))
        assert.equal(error.code, code)
        if (message !== undefined) assert.equal(error.message, message)
        return true
      })
    })
})
