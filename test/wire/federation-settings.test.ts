import assert from "node:assert/strict"
import { X509Certificate } from "node:crypto"
import { describe, test } from "node:test"
import {
  CreateIdentityProviderCommand,
  type CreateIdentityProviderRequest,
  DescribeIdentityProviderCommand,
  UpdateIdentityProviderCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { startForeignProvider } from "../harness/foreign-openid.ts"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { claimsOf, refuses } from "./cognito-idp-world.ts"
import { corpOf } from "./federation-providers.ts"
import { goTo, openFederation, signInAt, toldAt } from "./federation-world.ts"
import { CALLBACK } from "./hosted-world.ts"

const INVALID = "InvalidParameterException"
const saml = createSamlIdentityProvider("https://idp.example.com")
const samlOf = (details: Record<string, string>): Omit<CreateIdentityProviderRequest, "UserPoolId"> => ({
  ProviderName: "Office",
  ProviderType: "SAML",
  ProviderDetails: { MetadataFile: saml.metadata, ...details },
})

describe("the settings of a provider", () => {
  test("of OpenID are completed by its discovery document", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const describeIt = new DescribeIdentityProviderCommand({ UserPoolId: world.poolId, ProviderName: "Corp" })
    const { IdentityProvider } = await world.idp.send(describeIt)
    assert.deepEqual(IdentityProvider!.ProviderDetails, {
      ...corpOf(corp).ProviderDetails,
      attributes_url_add_attributes: "false",
      authorize_url: `${corp.issuer}/auth`,
      token_url: `${corp.issuer}/token`,
      attributes_url: `${corp.issuer}/me`,
      jwks_uri: `${corp.issuer}/jwks`,
    })
    const update = (ProviderDetails: Record<string, string>) =>
      world.idp.send(
        new UpdateIdentityProviderCommand({ UserPoolId: world.poolId, ProviderName: "Corp", ProviderDetails }),
      )
    const details = corpOf(corp).ProviderDetails
    await refuses(update({ ...details, attributes_request_method: "PUT" }), INVALID, /GET or POST/)
    await refuses(update({ ...details, oidc_issuer: "corp" }), INVALID, /oidc_issuer/)
    await refuses(
      update({ ...details, oidc_issuer: `${corp.issuer}/nothing` }),
      INVALID,
      "Unable to contact well-known endpoint",
    )
    // What was refused has changed nothing.
    assert.deepEqual((await world.idp.send(describeIt)).IdentityProvider, IdentityProvider)
  })

  test("of SAML are completed by its metadata, and by a certificate to encrypt for", async () => {
    await using world = await openFederation()
    const { idp, poolId: UserPoolId } = world
    const { IdentityProvider } = await idp.send(
      new CreateIdentityProviderCommand({ UserPoolId, ...samlOf({ IDPSignout: "true" }) }),
    )
    const { ActiveEncryptionCertificate, ...details } = IdentityProvider!.ProviderDetails!
    assert.deepEqual(details, {
      MetadataFile: saml.metadata,
      IDPSignout: "true",
      SSORedirectBindingURI: "https://idp.example.com/sso",
      SLORedirectBindingURI: "https://idp.example.com/slo",
    })
    const certificate = new X509Certificate(Buffer.from(ActiveEncryptionCertificate!, "base64"))
    assert.ok(certificate.verify(certificate.publicKey))
    const ProviderName = "Office"
    const changed = await idp.send(
      new UpdateIdentityProviderCommand({ UserPoolId, ProviderName, ProviderDetails: { MetadataFile: saml.metadata } }),
    )
    const { ProviderDetails } = changed.IdentityProvider!
    assert.deepEqual(
      [ProviderDetails!.IDPSignout, ProviderDetails!.ActiveEncryptionCertificate],
      [undefined, ActiveEncryptionCertificate],
    )
    const expired = saml.metadata.replace("HTTP-Redirect", "HTTP-Artifact").replace("HTTP-Redirect", "HTTP-Artifact")
    for (const [given, message] of [
      [{ IDPInit: "yes" }, /IDPInit must be true or false/],
      [{ RequestSigningAlgorithm: "rsa-sha1" }, /rsa-sha256/],
      [{ MetadataFile: "<x/>" }, /^Invalid SAML metadata: it is no metadata/],
      [{ MetadataFile: `<!DOCTYPE x>${saml.metadata}` }, /has a document type/],
      [{ MetadataFile: expired }, /no SingleSignOnService of the HTTP-Redirect binding/],
      [
        { MetadataFile: saml.metadata.replaceAll("https://idp.example.com/s", "javascript:s") },
        /Invalid SAML metadata/,
      ],
    ] as const)
      await refuses(world.addProvider({ ...samlOf(given), ProviderName: "Other" }), INVALID, message)
    await world.advance(40 * 366 * 86_400)
    await refuses(world.addProvider({ ...samlOf({}), ProviderName: "Late" }), INVALID, /certificate that has expired/)
  })

  test("of social providers may be others than AWS's, if they are URLs", async () => {
    await using world = await openFederation()
    const google = (more: Record<string, string>) => ({
      ProviderName: "Google",
      ProviderType: "Google" as const,
      ProviderDetails: { client_id: "1", client_secret: "2", authorize_scopes: "openid", ...more },
    })
    for (const name of ["authorize_url", "token_url", "attributes_url"])
      await refuses(world.addProvider(google({ [name]: "mine" })), INVALID, `${name} is not a valid URL.`)
    await world.addProvider(google({ authorize_url: "https://google.example/authorize" }))
    const client = await world.addClient({ SupportedIdentityProviders: ["Google", "COGNITO"] })
    assert.match(await goTo(world.browser(), client, "Google"), /^https:\/\/google\.example\/authorize\?/)
  })

  test("are 300 at most in a pool", async () => {
    await using world = await openFederation()
    const { idp, poolId: UserPoolId } = world
    const details = {
      client_id: "1",
      attributes_request_method: "GET",
      authorize_scopes: "openid",
      oidc_issuer: "https://a.example",
    }
    const urls = Object.fromEntries(
      ["authorize_url", "token_url", "attributes_url", "jwks_uri"].map((name) => [name, `https://a.example/${name}`]),
    )
    const create = (n: number) =>
      idp.send(
        new CreateIdentityProviderCommand({
          ...{ UserPoolId, ProviderName: `Corp${n}`, ProviderType: "OIDC" },
          ProviderDetails: { ...details, ...urls },
        }),
      )
    for (let n = 0; n < 300; n += 50) await Promise.all(Array.from({ length: 50 }, (_, more) => create(n + more)))
    await refuses(create(300), "LimitExceededException", /300/)
  })
})

describe("which provider a sign-in is for", () => {
  test("is named, found by an identifier, or the only one; no other of the client's", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider({ ...corpOf(corp), IdpIdentifiers: ["corp.example"] })
    await world.addProvider({ ...corpOf(corp, "Hidden"), IdpIdentifiers: ["hidden.example"] })
    const only = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    const both = await world.addClient({ SupportedIdentityProviders: ["Corp", "COGNITO"] })
    const ask = async (client_id: string, more: Record<string, string>) => {
      const base = { client_id, redirect_uri: CALLBACK, response_type: "code", scope: "openid", state: "s" }
      return (await world.browser().get("/oauth2/authorize", { ...base, ...more })).headers.location!
    }
    const isAtCorp = (location: string) => location.startsWith(`${corp.issuer}/auth?`)
    assert.ok(isAtCorp(await ask(both, { identity_provider: "Corp" })))
    assert.ok(isAtCorp(await ask(both, { idp_identifier: "corp.example" })))
    assert.ok(isAtCorp(await ask(only, {})))
    const login = { client_id: both, redirect_uri: CALLBACK, response_type: "code", identity_provider: "Corp" }
    assert.ok(isAtCorp((await world.browser().get("/login", login)).headers.location!))
    assert.match(await ask(both, {}), /\/login\?/)
    assert.match(await ask(both, { identity_provider: "COGNITO" }), /\/login\?/)
    const refused: Record<string, string>[] = [
      { identity_provider: "Hidden" },
      { idp_identifier: "hidden.example" },
      { identity_provider: "Nobody" },
      { idp_identifier: "a\0" },
    ]
    for (const more of refused) assert.equal(await ask(both, more), `${CALLBACK}?state=s&error=invalid_request`)
    assert.equal(await ask(only, { identity_provider: "COGNITO" }), `${CALLBACK}?state=s&error=invalid_request`)
  })

  test("is remembered by the browser: the same one lets in at once, another asks", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    await world.addProvider(corpOf(corp, "Second"))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp", "Second"] })
    corp.people.set("1", {})
    corp.next = "1"
    const browser = world.browser()
    await signInAt(browser, client, "Corp")
    const asked = corp.requests.length
    const query = { client_id: client, redirect_uri: CALLBACK, response_type: "token", scope: "openid" }
    const again = await browser.get("/oauth2/authorize", { ...query, identity_provider: "Corp" })
    assert.ok(toldAt(again).get("id_token"))
    assert.equal(corp.requests.length, asked)
    assert.match(await goTo(browser, client, "Second"), new RegExp(`^${corp.issuer}/auth`))
  })
})

describe("how strongly somebody proved who they are", () => {
  test("is asked of an OpenID provider in its own words, and told in the pool's", async () => {
    let acr: string | undefined
    await using corp = await startForeignProvider({
      more: {
        acrValues: ["corp:low", "corp:high"],
        claims: { acr: null, openid: ["sub", "acr", "amr"], email: ["email"], profile: ["name"] },
        conformIdTokenClaims: false,
      },
    })
    await using world = await openFederation()
    const AcrMapping = { Level1: "corp:low", Level3: "corp:high" }
    await world.addProvider({ ...corpOf(corp), AcrMapping })
    const { poolId: UserPoolId, idp } = world
    const described = await idp.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: "Corp" }))
    assert.deepEqual(described.IdentityProvider!.AcrMapping, AcrMapping)
    const unknown: Record<string, string>[] = [{ Level5: "x" }, { Level1: "a b" }]
    for (const wrong of unknown)
      await refuses(world.addProvider({ ...corpOf(corp, "Other"), AcrMapping: wrong }), INVALID, /AcrMapping/)
    await refuses(world.addProvider({ ...samlOf({}), AcrMapping }), INVALID, /only supported for OIDC/)
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    corp.people.set("1", {})
    corp.next = "1"
    // The provider signs people in as it is asked to.
    corp.signsIn = (parameters) => {
      acr = parameters.acr_values?.split(" ")[0]
      return acr ? { acr, amr: ["pwd", "hwk"] } : {}
    }
    const browser = world.browser()
    const levels = async (acr_values?: string) => {
      const { acr, amr } = claimsOf(
        (await signInAt(browser, client, "Corp", acr_values ? { acr_values } : {})).get("id_token")!,
      )
      return [acr, amr]
    }
    assert.deepEqual(await levels(), [undefined, undefined])
    assert.deepEqual(await levels("urn:cognito:loa:4 urn:cognito:loa:3"), ["urn:cognito:loa:3", ["fed", "pwd", "hwk"]])
    assert.equal(acr, "corp:high")
  })
})

describe("what is refused is explained, and no secret told", () => {
  test("by what was expected and what came", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    corp.people.set("1", {})
    corp.next = "1"
    await world.browser().get("/oauth2/idpresponse", { code: "secret-code", state: "x" })
    const stray = await world.server.explain()
    assert.match(stray, /A browser came back from a provider without a sign-in that it had begun/)
    assert.match(stray, /csrf-state/)
    corp.instead = (request, response) => {
      if (request.url !== "/token") return false
      request.resume()
      response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error: "invalid_client" }))
      return true
    }
    await signInAt(world.browser(), client, "Corp")
    const refused = await world.server.explain()
    assert.match(refused, /The token endpoint of Corp refused the code/)
    assert.match(refused, /status 401, error invalid_client/)
    assert.doesNotMatch(stray + refused, /secret-code|a secret of thirty-two/)
  })
})
