import { GetClientTokenCommand } from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { clientTokensNotEnabled, scopeNotFound } from "../errors.ts"
import { assertClientSecret } from "../sign-in/secret-hash.ts"
import { assertClientMay, issueClientToken } from "../tokens/client-tokens.ts"
import { isFlowListed } from "./auth-flows.ts"
import { getClientAndPool } from "./record.ts"

/** A machine's own token, as the token endpoint gives it for client_credentials; the pool needs no domain. */
export const GetClientToken = operation(GetClientTokenCommand, {
  access: "public",
  async handle({ ClientId, Secret, Scopes = [], ClientMetadata }, context) {
    const { client, pool } = await getClientAndPool(context.store, ClientId)
    assertClientSecret(context.masterKey, client, Secret, "NotAuthorizedException")
    if (!isFlowListed(client, "ALLOW_CLIENT_TOKEN_AUTH")) throw clientTokensNotEnabled()
    const verdict = await assertClientMay(context, pool, client, Scopes)
    if ("fault" in verdict) throw scopeNotFound(verdict.scope)
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    return { ClientAuthenticationResult: await issueClientToken(context, occasion, client, verdict.scopes) }
  },
})
