import type { Reading } from "../../../store/store.ts"
import { invalidOAuthFlow, invalidParameter, providerOfClientNotFound, scopeNotFound } from "../errors.ts"
import { providerNames } from "../identity-providers/record.ts"
import { customScopes } from "../resource-servers.ts"
import { isFlowListed } from "./auth-flows.ts"
import type { AppClient } from "./record.ts"
import { STANDARD_SCOPES } from "./standard-scopes.ts"

/** Throws where a client names a provider or a scope that its pool does not have, or asks for tokens by a secret it lacks. */
export async function assertReferences(tx: Reading, client: AppClient): Promise<void> {
  const { settings, poolId } = client
  if (settings.AllowedOAuthFlows?.includes("client_credentials") && client.secrets.length === 0)
    throw invalidOAuthFlow("client_credentials flow can not be selected if client does not have a client secret.") // UNVERIFIED text
  if (isFlowListed(client, "ALLOW_CLIENT_TOKEN_AUTH") && client.secrets.length === 0)
    throw invalidParameter("ALLOW_CLIENT_TOKEN_AUTH needs a client secret.") // UNVERIFIED text
  const named = (settings.SupportedIdentityProviders ?? []).filter((name) => name !== "COGNITO")
  const providers = named.length > 0 ? await providerNames(tx, poolId) : new Set()
  for (const name of named) if (!providers.has(name)) throw providerOfClientNotFound(name, poolId)
  const custom = (settings.AllowedOAuthScopes ?? []).filter((scope) => !STANDARD_SCOPES.has(scope))
  const scopes = custom.length > 0 ? await customScopes(tx, poolId) : new Set()
  for (const scope of custom) if (!scopes.has(scope)) throw scopeNotFound(scope)
}
