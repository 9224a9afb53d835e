import type { AuthorizeRequest } from "../hosted/authorize/request.ts"
import { callbackError } from "../hosted/callback.ts"
import type { Hosted } from "../hosted/hosted.ts"
import { findNameByIdentifier, findProvider, type IdentityProvider } from "../identity-providers/record.ts"
import { isStorable } from "../users/names.ts"

/**
 * The provider that a request is for: the one that it names, or the only one that its client has. Undefined where people choose
 * on the page, or sign in to the pool itself. Source: "Authorize endpoint", identity_provider and idp_identifier; UNVERIFIED:
 * which of the two counts, and what is told of one that the client has not.
 */
export async function chooseProvider(hosted: Hosted, request: AuthorizeRequest): Promise<IdentityProvider | undefined> {
  const { deps, pool } = hosted
  const { SupportedIdentityProviders: supported = [] } = request.client.settings
  const { identityProvider, idpIdentifier } = request
  const only = supported.length === 1 ? supported[0] : undefined
  const named = identityProvider ?? idpIdentifier
  const isPoolItself = (named ?? only) === "COGNITO" && supported.includes("COGNITO")
  if (isPoolItself || (named ?? only) === undefined) return undefined
  const provider = await deps.store.read(async (tx) => {
    if (named !== undefined && !isStorable(named)) return undefined
    const name =
      identityProvider ?? (idpIdentifier === undefined ? only : await findNameByIdentifier(tx, pool.id, idpIdentifier))
    if (name === undefined || !supported.includes(name)) return undefined
    return findProvider(tx, deps.masterKey, pool.id, name)
  })
  if (provider) return provider
  throw callbackError(request, "invalid_request", undefined, {
    check: "identity providers of the client",
    expected: supported,
    found: named ?? only,
  })
}
