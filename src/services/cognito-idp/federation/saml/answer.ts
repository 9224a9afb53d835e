import { hash } from "node:crypto"
import { type SamlAssertion, SamlError, verifySamlAssertion } from "../../../../federation/saml/assertion.ts"
import { decryptWith } from "../../../../federation/saml/encrypted.ts"
import { WireError } from "../../../../wire/errors.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { useNonce } from "../../sign-in/session.ts"
import { finishForeign } from "../finish.ts"
import { openFlow, resume, stateRefused } from "../flow.ts"
import type { Foreigner } from "../foreigner.ts"
import { resumeUnsolicited } from "./idp-initiated.ts"
import { freshProvider } from "./metadata.ts"
import { samlRefusal } from "./refusals.ts"
import { acsUrlOf, entityIdOf } from "./service-provider.ts"

/** Source: "Things to know about SAML IdPs in Amazon Cognito user pools". */
const RESPONSE_AT_MOST = 100_000
/** Of one that nobody asked for; the page on SAML session initiation. */
const UNSOLICITED_MILLISECONDS = 6 * 60_000

/** `/saml2/idpresponse`: a provider has the browser post its response to a request of ours, or to none. */
export async function samlResponse(hosted: Hosted): Promise<HttpResponse> {
  const relayState = hosted.form?.get("RelayState")
  const response = hosted.form?.get("SAMLResponse")
  if (!relayState || !response) throw stateRefused("none", "Invalid samlResponse or relayState from identity provider")
  const flow = openFlow(hosted, relayState)
  const resumed = flow ? await resume(hosted, flow) : await resumeUnsolicited(hosted, relayState)
  if (resumed.provider.type !== "SAML") throw stateRefused("that of a sign-in at another kind of provider")
  try {
    const provider = await freshProvider(hosted, resumed.provider)
    const assertion = verify(hosted, provider, response, resumed.flow.requestId ?? null)
    await useAssertion(hosted, provider, assertion)
    const { subject: nameId, nameIdFormat, nameQualifier, sessionIndex } = assertion
    const session = { nameId, nameIdFormat, nameQualifier, sessionIndex }
    return await finishForeign(resumed, foreignerOf(provider, assertion), undefined, session)
  } catch (error) {
    throw samlRefusal(resumed.request, resumed.provider.name, error)
  }
}

function verify(
  hosted: Hosted,
  provider: IdentityProvider,
  response: string,
  inResponseTo: string | null,
): SamlAssertion {
  if (response.length > RESPONSE_AT_MOST) throw new SamlError("malformed", { why: "is too long" })
  const acsUrl = acsUrlOf(hosted)
  const { clock } = hosted.deps
  const assertion = verifySamlAssertion(clock, response, {
    metadata: provider.metadata?.text ?? "",
    audiences: [entityIdOf(hosted)],
    isRecipient: (url) => url === acsUrl,
    inResponseTo,
    ...(provider.details.EncryptedResponses === "true" && {
      decrypt: decryptWith(provider.encryption?.privateKey ?? ""),
    }),
  })
  if (inResponseTo === null && assertion.issuedAt < clock.now() - UNSOLICITED_MILLISECONDS)
    throw new SamlError("expired", { element: "IssueInstant" })
  if (assertion.id === "") throw new SamlError("malformed", { why: "has an assertion without ID" })
  return assertion
}

/** An assertion is good once: its ID is kept until it has expired. */
async function useAssertion(
  { deps, pool }: Hosted,
  { name }: IdentityProvider,
  assertion: SamlAssertion,
): Promise<void> {
  const key = hash("sha256", JSON.stringify([pool.id, name, assertion.id]), "base64")
  try {
    await deps.store.transact((tx) =>
      useNonce(tx, { nonce: `saml ${key}`, expiresAt: assertion.expiresAt }, deps.clock.now()),
    )
  } catch (error) {
    if (error instanceof WireError) throw new SamlError("replayed", { assertion: assertion.id })
    throw error
  }
}

/** The NameID can be mapped, too, by the name that people give it in mappings. UNVERIFIED. */
function foreignerOf(provider: IdentityProvider, { subject, attributes }: SamlAssertion): Foreigner {
  const claims = { NameID: subject, ...attributes }
  return { provider, subject, claims, told: { samlResponse: claims } }
}
