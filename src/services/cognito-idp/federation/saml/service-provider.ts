import { randomUUID } from "../../../../base/random.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { getRequestKey } from "../../identity-providers/signing-certificate.ts"

/** Our entity ID, and the audience of assertions. Source: "Adding SAML identity providers to a user pool". */
export const entityIdOf = ({ pool }: Pick<Hosted, "pool">): string => `urn:amazon:cognito:sp:${pool.id}`

/** Where providers post their responses. */
export const acsUrlOf = (hosted: Hosted): string => hosted.url("/saml2/idpresponse")

/** An XML name: it begins with no digit. */
export const newRequestId = (): string => `_${randomUUID()}`

/** The key that requests are signed with; undefined where the provider wants none signed. */
export async function requestKeyFor(
  { deps, pool }: Hosted,
  { details }: IdentityProvider,
): Promise<string | undefined> {
  if (details.RequestSigningAlgorithm === undefined) return undefined
  return (await getRequestKey(deps, pool.id)).privateKey
}
