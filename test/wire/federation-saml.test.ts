import assert from "node:assert/strict"
import { createVerify, X509Certificate } from "node:crypto"
import { describe, test } from "node:test"
import { GetSigningCertificateCommand } from "@aws-sdk/client-cognito-identity-provider"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { claimsOf } from "./cognito-idp-world.ts"
import { ENTITY, openSaml, refusalOf as refusal, type SamlWorld, WRONG_SIGNATURE } from "./federation-saml-world.ts"
import { toldAt } from "./federation-world.ts"
import { CALLBACK } from "./hosted-world.ts"

describe("a SAML provider", () => {
  test("is asked by a request that it can hold against the pool's certificate, and signs people in", async () => {
    await using world = await openSaml({ RequestSigningAlgorithm: "rsa-sha256" })
    const browser = world.browser()
    const { url, request, id, relayState } = await world.begin(browser)
    assert.equal(url.origin + url.pathname, `${ENTITY}/sso`)
    assert.match(request, /^<\?xml version="1.0" encoding="UTF-8"\?><saml2p:AuthnRequest /)
    assert.ok(request.includes(`AssertionConsumerServiceURL="${world.base}/saml2/idpresponse"`))
    assert.ok(request.includes(`>urn:amazon:cognito:sp:${world.poolId}</saml2:Issuer>`))
    const { Certificate } = await world.idp.send(new GetSigningCertificateCommand({ UserPoolId: world.poolId }))
    const certificate = new X509Certificate(Buffer.from(Certificate!, "base64"))
    assert.ok(certificate.verify(certificate.publicKey))
    const years = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / (365.25 * 86_400_000)
    assert.equal(Math.round(years), 10)
    const [signed] = url.search.slice(1).split("&Signature=")
    const verify = createVerify("sha256").update(signed!)
    assert.ok(verify.verify(certificate.publicKey, url.searchParams.get("Signature")!, "base64"))

    const told = toldAt(await world.post(browser, world.saml.respond(world.answerTo(id)), relayState))
    assert.deepEqual(refusal(told), [null, null])
    const claims = claimsOf(told.get("id_token")!)
    assert.equal(claims["cognito:username"], "Office_ann")
    assert.deepEqual(
      [claims.email, claims.email_verified, claims.name],
      ["ann@office.example", false, "[staff,night+shift]"],
    )
    assert.deepEqual(claims["cognito:groups"], [`${world.poolId}_Office`])
  })

  test("may sign the response, the assertion or both, and nothing else is believed", async () => {
    await using world = await openSaml()
    const { saml } = world
    const other = createSamlIdentityProvider(ENTITY)
    const cases: [what: string, make: (draft: string) => string, refusal: (string | null)[]][] = [
      ["the response", (draft) => saml.sign(draft, "Response"), [null, null]],
      ["the assertion", (draft) => saml.sign(draft), [null, null]],
      ["both", (draft) => saml.sign(saml.sign(draft), "Response"), [null, null]],
      ["none", (draft) => draft, WRONG_SIGNATURE],
      ["by another's key", (draft) => other.sign(draft), WRONG_SIGNATURE],
      ["then altered", (draft) => saml.sign(draft).replaceAll(">ann<", ">eve<"), WRONG_SIGNATURE],
    ]
    for (const [what, make, expected] of cases) {
      const browser = world.browser()
      const { id, relayState } = await world.begin(browser)
      const response = Buffer.from(make(saml.draft(world.answerTo(id)))).toString("base64")
      assert.deepEqual(refusal(toldAt(await world.post(browser, response, relayState))), expected, what)
    }
  })

  test("answers one request, once, for this pool and now", async () => {
    await using world = await openSaml()
    const now = Date.now()
    const form = (sentence: string) => ["server_error", `Invalid SAML response received: ${sentence} `]
    const cases: [what: string, change: object, refusal: (string | null)[]][] = [
      ["another request", { inResponseTo: "_another" }, form("SAML Response InResponseTo is invalid.")],
      ["no request", { inResponseTo: undefined }, form("SAML Response InResponseTo is invalid.")],
      [
        "another pool",
        { audience: "urn:amazon:cognito:sp:us-east-1_other" },
        form("SAML Assertion audience is invalid."),
      ],
      [
        "another place",
        { recipient: "https://evil.example/saml2/idpresponse" },
        form("SAML Assertion recipient is invalid."),
      ],
      ["too late", { issuedAt: now - 3_600_000, expiresAt: now - 1000 }, form("SAML Assertion has expired.")],
      ["another provider", { issuer: "https://other.example" }, form("SAML Response issuer is invalid.")],
    ]
    for (const [what, change, expected] of cases) {
      const browser = world.browser()
      const { id, relayState } = await world.begin(browser)
      const response = world.saml.respond({ ...world.answerTo(id), ...change })
      assert.deepEqual(refusal(toldAt(await world.post(browser, response, relayState))), expected, what)
    }
    // The same assertion again, as the answer to another request that it cannot be.
    const browser = world.browser()
    const { id, relayState } = await world.begin(browser)
    const response = world.saml.respond(world.answerTo(id))
    assert.deepEqual(refusal(toldAt(await world.post(browser, response, relayState))), [null, null])
    const again = await world.post(browser, response, relayState)
    assert.equal(again.headers.location, `${world.base}/error?error=invalid_request`)
  })

  test("is answered in the browser alone that asked", async () => {
    await using world = await openSaml()
    const browser = world.browser()
    const { id, relayState } = await world.begin(browser)
    const response = world.saml.respond(world.answerTo(id))
    const page = `${world.base}/error?error=Invalid+samlResponse+or+relayState+from+identity+provider`
    for (const [who, state] of [
      [world.browser(), relayState],
      [browser, "forged"],
      [browser, ""],
    ] as const)
      assert.equal((await world.post(who, response, state)).headers.location, page)
    const long = `${response}${"A".repeat(100_001)}`
    assert.match(String(refusal(toldAt(await world.post(browser, long, relayState)))), /could not be parsed/)
  })
})

describe("a sign-in that a SAML provider begins", () => {
  const relayStateOf = (world: SamlWorld, more: Record<string, string> = {}) =>
    new URLSearchParams({
      identity_provider: "Office",
      client_id: world.client,
      redirect_uri: CALLBACK,
      response_type: "token",
      scope: "openid",
      ...more,
    }).toString()
  const page = (world: SamlWorld, error = "Invalid+samlResponse+or+relayState+from+identity+provider") =>
    `${world.base}/error?error=${error}`

  test("is taken where it may begin one: once, and while it is young", async () => {
    await using world = await openSaml({ IDPInit: "true" })
    const post = (response: string) => world.post(world.browser(), response, relayStateOf(world))
    const response = world.saml.respond(world.answerTo(undefined))
    assert.equal(claimsOf(toldAt(await post(response)).get("id_token")!)["cognito:username"], "Office_ann")
    const used = ["server_error", "Invalid SAML response received: SAML Assertion has been used already. "]
    assert.deepEqual(refusal(toldAt(await post(response))), used)
    const old = world.saml.respond({ ...world.answerTo(undefined), issuedAt: Date.now() - 6.5 * 60_000 })
    assert.match(toldAt(await post(old)).get("error_description")!, /has expired/)
    const solicited = world.saml.respond(world.answerTo("_somebody's"))
    assert.match(toldAt(await post(solicited)).get("error_description")!, /InResponseTo is invalid/)
  })

  test("leads nowhere but to a callback of the client", async () => {
    await using world = await openSaml({ IDPInit: "true" })
    const response = world.saml.respond(world.answerTo(undefined))
    const more = { redirect_uri: "https://evil.example/" }
    const { headers } = await world.post(world.browser(), response, relayStateOf(world, more))
    assert.equal(headers.location, `${page(world, "redirect_mismatch")}&client_id=${world.client}`)
  })

  test("is refused where it may begin none, or the client has other providers", async () => {
    await using closed = await openSaml()
    const response = closed.saml.respond(closed.answerTo(undefined))
    const refused = await closed.post(closed.browser(), response, relayStateOf(closed))
    assert.equal(refused.headers.location, page(closed))
    await using world = await openSaml({ IDPInit: "true" })
    const client = await world.addClient({ SupportedIdentityProviders: ["Office", "COGNITO"] })
    const told = world.saml.respond(world.answerTo(undefined))
    const answer = await world.post(world.browser(), told, relayStateOf(world, { client_id: client }))
    assert.equal(answer.headers.location, page(world))
  })
})
