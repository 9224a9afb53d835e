import type { Hosted } from "../../hosted/hosted.ts"
import { listProviders } from "../../identity-providers/record.ts"
import { type Resumed, resumeRequest, stateRefused } from "../flow.ts"

const REFUSED = "Invalid samlResponse or relayState from identity provider"
const NAMES = ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce"]

/**
 * A sign-in that the provider began: its RelayState says what an application would have asked for, and is held against the
 * client as that would be. The provider has to be set up for it, and the client may have no other kind of provider. Source:
 * "SAML session initiation in Amazon Cognito user pools".
 */
export async function resumeUnsolicited(hosted: Hosted, relayState: string): Promise<Resumed> {
  const told = new URLSearchParams(relayState)
  const name = told.get("identity_provider")
  if (!name) throw stateRefused("neither a sign-in that this browser began nor one that a provider did", REFUSED)
  const query = new URLSearchParams()
  for (const key of NAMES) for (const value of told.getAll(key)) query.append(key, value)
  const resumed = await resumeRequest({ ...hosted, query }, { provider: name, query: query.toString(), once: "" })
  const { provider, request } = resumed
  if (provider.type !== "SAML" || provider.details.IDPInit !== "true")
    throw stateRefused(`one that ${name} began, which may begin none: IDPInit`, REFUSED)
  const { deps, pool } = hosted
  const ofClient = request.client.settings.SupportedIdentityProviders ?? []
  const types = await listProviders(deps.store, pool.id, ofClient)
  if (types.length !== ofClient.length || types.some(({ type }) => type !== "SAML"))
    throw stateRefused("one that a provider began, for a client with other providers than SAML's", REFUSED)
  return resumed
}
