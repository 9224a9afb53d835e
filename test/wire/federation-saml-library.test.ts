import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  DescribeIdentityProviderCommand,
  GetSigningCertificateCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import samlify from "samlify"
import { type EncryptOptions, encrypt } from "xml-encryption"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { startWebServer } from "../harness/web-server.ts"
import { claimsOf } from "./cognito-idp-world.ts"
import { ENTITY, openSaml, refusalOf, type SamlWorld, WRONG_SIGNATURE } from "./federation-saml-world.ts"
import { toldAt } from "./federation-world.ts"
import { LOGGED_OUT } from "./hosted-world.ts"

const { IdentityProvider, ServiceProvider, SamlLib, setSchemaValidator } = samlify
setSchemaValidator({ validate: async () => "not looked at" })

const POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
const GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
const CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
const OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"

const pemOf = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`

/** The certificate that the pool lets the provider encrypt for. */
async function encryptionCertificate({ idp, poolId: UserPoolId }: SamlWorld): Promise<string> {
  const command = new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: "Office" })
  return pemOf((await idp.send(command)).IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate!)
}

/** The provider and the pool as samlify (another implementation of both sides) knows them. */
async function library(world: SamlWorld, signs: "assertion" | "message", cipher?: string) {
  const { Certificate } = await world.idp.send(new GetSigningCertificateCommand({ UserPoolId: world.poolId }))
  const idp = IdentityProvider({
    entityID: ENTITY,
    privateKey: world.saml.privateKey,
    signingCert: world.saml.certificate,
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    wantAuthnRequestsSigned: true,
    wantLogoutRequestSigned: true,
    isAssertionEncrypted: cipher !== undefined,
    ...(cipher !== undefined && { dataEncryptionAlgorithm: cipher, keyEncryptionAlgorithm: OAEP }),
    nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
    singleSignOnService: [{ Binding: REDIRECT, Location: `${ENTITY}/sso` }],
    singleLogoutService: [{ Binding: REDIRECT, Location: `${ENTITY}/slo` }],
  })
  const sp = ServiceProvider({
    entityID: `urn:amazon:cognito:sp:${world.poolId}`,
    authnRequestsSigned: true,
    wantAssertionsSigned: signs === "assertion",
    wantMessageSigned: signs === "message",
    signingCert: pemOf(Certificate!),
    encryptCert: await encryptionCertificate(world),
    assertionConsumerService: [{ Binding: POST, Location: `${world.base}/saml2/idpresponse` }],
    singleLogoutService: [{ Binding: POST, Location: `${world.base}/saml2/logout` }],
  })
  return { idp, sp }
}

/** What a web framework makes of a redirect for the library. */
function redirected(url: URL) {
  const query = Object.fromEntries(url.searchParams)
  return { query, octetString: url.search.slice(1).split("&Signature=")[0]! }
}

describe("a SAML identity provider by another library", () => {
  for (const [what, signs, cipher] of [
    ["signs the assertion", "assertion", undefined],
    ["signs the response", "message", undefined],
    ["signs and encrypts the assertion", "assertion", GCM],
  ] as const)
    test(what, async () => {
      const details = { RequestSigningAlgorithm: "rsa-sha256", ...(cipher && { EncryptedResponses: "true" }) }
      await using world = await openSaml(details)
      const { idp, sp } = await library(world, signs, cipher)
      const browser = world.browser()
      const { url, id, relayState } = await world.begin(browser)
      // The library holds the request against the pool's certificate.
      const parsed = await idp.parseLoginRequest(sp, "redirect", redirected(url))
      assert.equal(parsed.extract.request!.id, id)
      const acs = `${world.base}/saml2/idpresponse`
      const [now, later] = [new Date(), new Date(Date.now() + 300_000)].map((date) => date.toISOString())
      const fill = (template: string) => ({
        id: "_response",
        context: SamlLib.replaceTagsByValue(template, {
          ...{ ID: "_response", AssertionID: "_assertion", Destination: acs, SubjectRecipient: acs },
          Audience: `urn:amazon:cognito:sp:${world.poolId}`,
          Issuer: ENTITY,
          IssueInstant: now,
          StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
          ConditionsNotBefore: now,
          ConditionsNotOnOrAfter: later,
          SubjectConfirmationDataNotOnOrAfter: later,
          NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
          NameID: "ann",
          InResponseTo: id,
          AuthnStatement: "",
          AttributeStatement: "",
        }),
      })
      const { context } = await idp.createLoginResponse(sp, { extract: { request: { id } } }, "post", {}, fill)
      assert.equal(Buffer.from(context, "base64").includes("EncryptedAssertion"), cipher !== undefined)
      const claims = claimsOf(toldAt(await world.post(browser, context, relayState)).get("id_token")!)
      assert.equal(claims["cognito:username"], "Office_ann")
    })

  test("ends the session at the provider when somebody signs out, and then goes where the application said", async () => {
    await using world = await openSaml({ IDPSignout: "true" })
    const { idp, sp } = await library(world, "assertion")
    const browser = world.browser()
    const { id, relayState } = await world.begin(browser)
    toldAt(await world.post(browser, world.saml.respond(world.answerTo(id)), relayState))
    const out = await browser.get("/logout", { client_id: world.client, logout_uri: LOGGED_OUT })
    const url = new URL(out.headers.location!)
    assert.equal(url.origin + url.pathname, `${ENTITY}/slo`)
    assert.ok(!browser.cookies.has("cognito"))
    const { extract } = await idp.parseLogoutRequest(sp, "redirect", redirected(url))
    assert.deepEqual(
      [extract.nameID, extract.sessionIndex, extract.issuer],
      ["ann", "session-1", `urn:amazon:cognito:sp:${world.poolId}`],
    )
    const { context } = idp.createLogoutResponse(sp, { extract }, "post") as { context: string }
    const answer = (SAMLResponse: string, RelayState = url.searchParams.get("RelayState")!, who = browser) =>
      who.post("/saml2/logout", { SAMLResponse, RelayState }, { headers: { origin: ENTITY } })
    const page = `${world.base}/error?error=Invalid+samlResponse+or+relayState+from+identity+provider`
    // Neither for another browser, nor with another relay state, nor by another's signature, nor to another request.
    const text = Buffer.from(context, "base64").toString()
    const twin = createSamlIdentityProvider(ENTITY)
    const forged = Buffer.from(twin.sign(text.replace(/<(\w+:)?Signature[\s\S]*Signature>/, ""), "LogoutResponse"))
    const another = Buffer.from(text.replace(/InResponseTo="[^"]*"/, 'InResponseTo="_x"'))
    assert.equal((await answer(context, "https://evil.example/")).headers.location, page)
    assert.equal((await answer(context, undefined, world.browser())).headers.location, page)
    assert.equal((await answer(forged.toString("base64"))).headers.location, page)
    assert.equal((await answer(another.toString("base64"))).headers.location, page)
    assert.equal((await answer(context)).headers.location, LOGGED_OUT)
  })

  test("is not asked to sign anybody out where it is not set up for it", async () => {
    await using world = await openSaml()
    const browser = world.browser()
    const { id, relayState } = await world.begin(browser)
    toldAt(await world.post(browser, world.saml.respond(world.answerTo(id)), relayState))
    const out = await browser.get("/logout", { client_id: world.client, logout_uri: LOGGED_OUT })
    assert.equal(out.headers.location, LOGGED_OUT)
  })
})

describe("encrypted assertions", () => {
  /** The drafted response with its assertion encrypted, signed before or around it. */
  async function encrypted(
    world: SamlWorld,
    id: string,
    cipher: EncryptOptions["encryptionAlgorithm"],
    signs: "assertion" | "response" | "none",
    key: EncryptOptions["keyEncryptionAlgorithm"] = OAEP,
  ) {
    const draft = world.saml.draft(world.answerTo(id))
    const whole = signs === "assertion" ? world.saml.sign(draft) : draft
    const start = whole.indexOf("<saml:Assertion")
    const end = whole.indexOf("</saml:Assertion>") + "</saml:Assertion>".length
    const assertion = whole
      .slice(start, end)
      .replace("<saml:Assertion", '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"')
    const pem = await encryptionCertificate(world)
    const data = await new Promise<string>((resolve, reject) => {
      const options = {
        ...{ rsa_pub: pem, pem, encryptionAlgorithm: cipher, keyEncryptionAlgorithm: key },
        disallowEncryptionWithInsecureAlgorithm: false,
        warnInsecureAlgorithm: false,
      }
      encrypt(assertion, options, (error, result) => (error ? reject(error) : resolve(result)))
    })
    const xml = `${whole.slice(0, start)}<saml:EncryptedAssertion>${data}</saml:EncryptedAssertion>${whole.slice(end)}`
    return Buffer.from(signs === "response" ? world.saml.sign(xml, "Response") : xml).toString("base64")
  }
  const undecryptable = ["server_error", "Invalid SAML response received: SAML Assertion could not be decrypted. "]

  test("are taken where they are signed, by ciphers that are safe there", async () => {
    await using world = await openSaml({ EncryptedResponses: "true" })
    const cases: [
      cipher: EncryptOptions["encryptionAlgorithm"],
      signs: "assertion" | "response" | "none",
      refusal: (string | null)[],
      key?: EncryptOptions["keyEncryptionAlgorithm"],
    ][] = [
      [GCM, "assertion", [null, null]],
      [GCM, "response", [null, null]],
      [GCM, "none", WRONG_SIGNATURE],
      [CBC, "response", [null, null]],
      // Without a signature around it the cipher tells who alters it what is in it.
      [CBC, "assertion", undecryptable],
      ["http://www.w3.org/2001/04/xmlenc#tripledes-cbc", "response", undecryptable],
      [GCM, "response", undecryptable, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"],
    ]
    for (const [cipher, signs, expected, key] of cases) {
      const browser = world.browser()
      const { id, relayState } = await world.begin(browser)
      const response = await encrypted(world, id, cipher, signs, key)
      assert.deepEqual(
        refusalOf(toldAt(await world.post(browser, response, relayState))),
        expected,
        `${cipher} ${signs}`,
      )
    }
    // One that is not encrypted is refused from then on.
    const browser = world.browser()
    const { id, relayState } = await world.begin(browser)
    const plain = world.saml.respond(world.answerTo(id))
    assert.deepEqual(refusalOf(toldAt(await world.post(browser, plain, relayState))), WRONG_SIGNATURE)
  })

  test("are refused where another key was meant, or none is asked for", async () => {
    await using world = await openSaml({ EncryptedResponses: "true" })
    await using other = await openSaml({ EncryptedResponses: "true" }, world.saml)
    const browser = world.browser()
    const { id, relayState } = await world.begin(browser)
    const response = await encrypted({ ...world, idp: other.idp, poolId: other.poolId }, id, GCM, "response")
    assert.deepEqual(refusalOf(toldAt(await world.post(browser, response, relayState))), undecryptable)
    await using plain = await openSaml()
    const asked = plain.browser()
    const begun = await plain.begin(asked)
    const answer = await encrypted(plain, begun.id, GCM, "response")
    assert.deepEqual(refusalOf(toldAt(await plain.post(asked, answer, begun.relayState))), WRONG_SIGNATURE)
  })
})

describe("metadata that is published", () => {
  test("is read again after six hours: keys are replaced, and a provider that is away stays as it was", async () => {
    const [old, renewed] = [createSamlIdentityProvider(ENTITY), createSamlIdentityProvider(ENTITY)]
    let metadata = old.metadata
    let isAway = false
    await using web = await startWebServer((_request, response) => {
      if (isAway) return void response.writeHead(503).end()
      response.end(metadata)
    })
    const flags = ["--login-endpoint", `idp.example.com=${web.url}`]
    await using world = await openSaml({ MetadataURL: "https://idp.example.com/metadata.xml" }, old, flags)
    const enter = async (saml: typeof old) => {
      const browser = world.browser()
      const { id, relayState } = await world.begin(browser)
      const [now, later] = [await world.now(), (await world.now()) + 300_000]
      const response = saml.respond({ ...world.answerTo(id), issuedAt: now, expiresAt: later })
      return refusalOf(toldAt(await world.post(browser, response, relayState)))
    }
    metadata = renewed.metadata
    assert.deepEqual(await enter(old), [null, null])
    assert.deepEqual(await enter(renewed), WRONG_SIGNATURE)
    assert.equal(web.requests.length, 1)
    isAway = true
    await world.advance(6 * 3600 + 1)
    assert.deepEqual(await enter(old), [null, null])
    assert.deepEqual(await enter(old), [null, null])
    assert.equal(web.requests.length, 2)
    isAway = false
    await world.advance(601)
    assert.deepEqual(await enter(renewed), [null, null])
    assert.deepEqual(await enter(old), WRONG_SIGNATURE)
    assert.equal(web.requests.length, 3)
  })
})
