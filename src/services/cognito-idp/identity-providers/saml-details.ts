import { X509Certificate } from "node:crypto"
import { UnreachableError } from "../../../base/outgoing.ts"
import type { Deps } from "../../../call.ts"
import { isWebUrl } from "../../../federation/openid/discover.ts"
import { createKeyWithCertificate } from "../../../federation/saml/certificate.ts"
import { parseSamlMetadata, serviceUrl } from "../../../federation/saml/metadata.ts"
import { REDIRECT_BINDING } from "../../../federation/saml/names.ts"
import { XmlError } from "../../../federation/saml/xml.ts"
import { USER_AGENT } from "../../../federation/user-agent.ts"
import { invalidParameter } from "../errors.ts"
import type { IdentityProvider, Settled } from "./record.ts"
import type { Details } from "./types.ts"

type SamlDeps = Pick<Deps, "outgoing" | "loginEndpoints" | "clock">

const FLAGS = ["IDPSignout", "IDPInit", "EncryptedResponses"]
/** Source: "SAML signing and encryption": certificates of a pool are valid for ten years. */
export const TEN_YEARS_MILLISECONDS = 10 * 365.25 * 24 * 3600 * 1000

/** The details of a SAML provider: its metadata read, and a key of its own that it may encrypt for. */
export async function settleSaml(
  deps: SamlDeps,
  poolId: string,
  given: Details,
  before: IdentityProvider | undefined,
): Promise<Settled> {
  for (const name of FLAGS)
    if (given[name] !== undefined && !/^(?:true|false)$/.test(given[name]))
      throw invalidParameter(`${name} must be true or false.`) // UNVERIFIED text
  if (given.RequestSigningAlgorithm !== undefined && given.RequestSigningAlgorithm !== "rsa-sha256")
    throw invalidParameter("RequestSigningAlgorithm must be rsa-sha256.") // UNVERIFIED text
  const text = given.MetadataFile || (await fetchMetadata(deps, given.MetadataURL!))
  if (text === undefined) throw metadataNotRetrieved(given.MetadataURL!)
  const now = deps.clock.now()
  const urls = readMetadata(text, now)
  const encryption = before?.encryption ?? (await createKeyWithCertificate(poolId, now, now + TEN_YEARS_MILLISECONDS))
  const { SSORedirectBindingURI: _sso, SLORedirectBindingURI: _slo, ...rest } = given
  return {
    details: { ...rest, ...urls, ActiveEncryptionCertificate: encryption.certificate },
    metadata: { text, readAt: now },
    encryption,
  }
}

/** Source: "Things to know about SAML IdPs in Amazon Cognito user pools" and CreateIdentityProvider. */
export const metadataNotRetrieved = (url: string) => invalidParameter(`Error retrieving metadata from ${url}`)

/** Undefined where the provider cannot be asked, or answers no document. */
export async function fetchMetadata(
  { outgoing, loginEndpoints }: Pick<Deps, "outgoing" | "loginEndpoints">,
  url: string,
): Promise<string | undefined> {
  try {
    const headers = { "user-agent": USER_AGENT }
    const { status, text } = await outgoing(loginEndpoints.rewrite(url), { headers, followsAnywhere: true })
    return status === 200 ? text : undefined
  } catch (error) {
    if (error instanceof UnreachableError) return undefined
    throw error
  }
}

/** Source: the same page: "no longer than 4,096 characters", and not expired when the provider is configured. */
const CERTIFICATE_AT_MOST = 4096
/** An honest document is far below it; of what a stranger's says nothing is kept. */
const METADATA_AT_MOST = 131_072

/**
 * Where people are sent to by what a metadata document says; throws where it is not one that can be used. Certificates that
 * have expired by then are refused where a time is given: a provider that is in use may publish old ones beside the new.
 */
export function readMetadata(text: string, now?: number): Details {
  try {
    if (text.length > METADATA_AT_MOST) throw new XmlError("is too long")
    const { certificates } = parseSamlMetadata(text)
    for (const pem of certificates) {
      if (pem.length > CERTIFICATE_AT_MOST) throw new XmlError("has a certificate that is too long")
      if (now !== undefined && new X509Certificate(pem).validToDate.getTime() <= now)
        throw new XmlError("has a certificate that has expired")
    }
    const signOn = serviceUrl(text, "SingleSignOnService", REDIRECT_BINDING)
    const logout = serviceUrl(text, "SingleLogoutService", REDIRECT_BINDING)
    if (!signOn || !isWebUrl(signOn)) throw new XmlError("has no SingleSignOnService of the HTTP-Redirect binding")
    if (logout && !isWebUrl(logout)) throw new XmlError("has a SingleLogoutService that is no URL")
    return { SSORedirectBindingURI: signOn, ...(logout && { SLORedirectBindingURI: logout }) }
  } catch (error) {
    if (error instanceof XmlError) throw invalidParameter(`Invalid SAML metadata: it ${error.message}.`) // UNVERIFIED text
    throw error
  }
}
