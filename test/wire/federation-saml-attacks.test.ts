import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { openSaml, refusalOf, type SamlWorld, WRONG_SIGNATURE } from "./federation-saml-world.ts"
import { toldAt } from "./federation-world.ts"

/** Posts what an attacker makes of the answer to a request of their own: what the application is told. */
async function attack(world: SamlWorld, make: (id: string) => string): Promise<(string | null)[]> {
  const browser = world.browser()
  const { id, relayState } = await world.begin(browser)
  const response = Buffer.from(make(id)).toString("base64")
  return refusalOf(toldAt(await world.post(browser, response, relayState)))
}

const between = (text: string, start: string, end: string): string =>
  text.slice(text.indexOf(start), text.indexOf(end) + end.length)
const assertionOf = (xml: string): string => between(xml, "<saml:Assertion", "</saml:Assertion>")
const signatureOf = (xml: string): string => between(xml, "<Signature", "</Signature>")
const unsigned = (xml: string): string => xml.replace(signatureOf(xml), "")
/** The attacker's word in place of the provider's. */
const evil = (xml: string): string =>
  unsigned(xml)
    .replaceAll(">ann<", ">admin<")
    .replace(/<saml:Assertion ID="[^"]+"/, '<saml:Assertion ID="_evil"')

describe("a response that is not as it was signed", () => {
  test("however it is wrapped, nothing is read but what was signed", async () => {
    await using world = await openSaml()
    const { saml } = world
    const signed = (id: string) => saml.sign(saml.draft(world.answerTo(id)))
    const wholly = (id: string) => saml.sign(saml.draft(world.answerTo(id)), "Response")
    /** The attacker's assertion in its place, and the signed one somewhere else: the kinds of Somorovsky et al., 2012. */
    const kinds: Record<string, (id: string) => string> = {
      "XSW1: the signed response inside the signature of a forged one": (id) => {
        const xml = wholly(id)
        const forged = evil(xml).replace(/ID="_r[^"]*"/, 'ID="_forged"')
        const signature = signatureOf(xml).replace("</Signature>", `<Object>${xml}</Object></Signature>`)
        return forged.replace("</saml:Issuer>", `</saml:Issuer>${signature}`)
      },
      "XSW2: the signed response before a forged one's signature": (id) => {
        const xml = wholly(id)
        const forged = evil(xml).replace(/ID="_r[^"]*"/, 'ID="_forged"')
        return forged.replace("</saml:Issuer>", `</saml:Issuer>${unsigned(xml)}${signatureOf(xml)}`)
      },
      "XSW3: a forged assertion before the signed one": (id) => {
        const xml = signed(id)
        return xml.replace("<saml:Assertion", `${evil(assertionOf(xml))}<saml:Assertion`)
      },
      "XSW4: the signed assertion inside a forged one": (id) => {
        const xml = signed(id)
        const inner = assertionOf(xml)
        return xml.replace(inner, evil(inner).replace("</saml:Assertion>", `${inner}</saml:Assertion>`))
      },
      "XSW5: the forged one with the signature, the signed one behind it": (id) => {
        const xml = signed(id)
        const inner = assertionOf(xml)
        const forged = inner.replaceAll(">ann<", ">admin<").replace(/ID="[^"]+"/, 'ID="_evil"')
        return xml.replace(inner, `${forged}${unsigned(inner)}`)
      },
      "XSW6: the signed one inside the signature of a forged one": (id) => {
        const xml = signed(id)
        const inner = assertionOf(xml)
        const signature = signatureOf(inner).replace("</Signature>", `<Object>${unsigned(inner)}</Object></Signature>`)
        return xml.replace(inner, evil(inner).replace("</saml:Issuer>", `</saml:Issuer>${signature}`))
      },
      "XSW7: the signed one in Extensions": (id) => {
        const xml = signed(id)
        const inner = assertionOf(xml)
        const extensions = `<samlp:Extensions>${inner}</samlp:Extensions>`
        return xml.replace(inner, `${extensions}${evil(inner)}`)
      },
      "XSW8: the signed one in an Object of the signature": (id) => {
        const xml = signed(id)
        const inner = assertionOf(xml)
        const signature = signatureOf(inner).replace("</Signature>", `<Object>${unsigned(inner)}</Object></Signature>`)
        return xml.replace(inner, `${signature}${evil(inner)}`)
      },
      "two of one ID": (id) => {
        const xml = signed(id)
        const inner = assertionOf(xml)
        const forged = unsigned(inner).replaceAll(">ann<", ">admin<")
        return xml.replace(inner, `${forged}${inner}`)
      },
      "the signature taken away": (id) => unsigned(signed(id)),
      "a signature of nothing": (id) => signed(id).replace(/URI="#[^"]*"/, 'URI=""'),
    }
    for (const [kind, make] of Object.entries(kinds)) {
      const [error, description] = await attack(world, make)
      assert.equal(error, "server_error", kind)
      assert.match(description!, /^Invalid SAML response received: SAML /, kind)
    }
    assert.deepEqual(await attack(world, signed), [null, null])
    assert.deepEqual((await world.users()).Users, ["Office_ann"])
  })

  test("a comment cuts no name short, and no document brings entities of its own", async () => {
    await using world = await openSaml()
    const { saml } = world
    const of = (id: string, subject: string) => saml.draft(world.answerTo(id, subject))
    // Signed of whom the attacker is, and then cut with a comment that canonical form does not see.
    const cut = (id: string) =>
      saml.sign(of(id, "ann.evil.example")).replace(">ann.evil.example<", ">ann<!-- -->.evil.example<")
    assert.deepEqual(await attack(world, cut), [null, null])
    const { Users } = await world.users()
    assert.deepEqual(Users, ["Office_ann.evil.example"])
    const malformed = ["server_error", "Invalid SAML response received: SAML Response could not be parsed. "]
    const entity = (id: string) =>
      `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${saml.sign(of(id, "ann"))}`.replace(">ann<", ">&x;<")
    assert.deepEqual(await attack(world, entity), malformed)
    const laughs = (id: string) => `<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${of(id, "ann")}`
    assert.deepEqual(await attack(world, laughs), malformed)
    assert.deepEqual(await attack(world, () => "<"), malformed)
    assert.deepEqual(await attack(world, () => `${"<a>".repeat(5000)}`), malformed)
  })

  test("another provider's word counts for nothing here, whatever it calls itself", async () => {
    await using world = await openSaml()
    const twin = createSamlIdentityProvider("https://idp.example.com")
    const other = createSamlIdentityProvider("https://other.example")
    await world.addProvider({
      ProviderName: "Other",
      ProviderType: "SAML",
      ProviderDetails: { MetadataFile: other.metadata },
    })
    assert.deepEqual(await attack(world, (id) => twin.sign(twin.draft(world.answerTo(id)))), WRONG_SIGNATURE)
    assert.deepEqual(await attack(world, (id) => other.sign(other.draft(world.answerTo(id)))), WRONG_SIGNATURE)
    // The certificate that an attacker puts into the signature is not looked at.
    const own = (id: string) => {
      const xml = twin.sign(twin.draft(world.answerTo(id)))
      const certificate = twin.certificate.replace(/-----[^-]+-----|\n/g, "")
      const info = `<KeyInfo><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></Signature>`
      return xml.replace("</Signature>", info)
    }
    assert.deepEqual(await attack(world, own), WRONG_SIGNATURE)
  })
})
