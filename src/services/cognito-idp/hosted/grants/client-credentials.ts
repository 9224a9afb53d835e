import { WireError } from "../../../../wire/errors.ts"
import { assertClientMay, issueClientToken } from "../../tokens/client-tokens.ts"
import { refusedProgram } from "../errors.ts"
import type { TokenAnswer, TokenRequest } from "./request.ts"

/** `grant_type=client_credentials`: a machine's own token. */
export async function grantToClient({ hosted, client, form }: TokenRequest): Promise<TokenAnswer> {
  const { deps, pool } = hosted
  // A client without this flow: invalid_grant, recorded.
  const { AllowedOAuthFlows = [], AllowedOAuthFlowsUserPoolClient: isOn } = client.settings
  if (!isOn || !AllowedOAuthFlows.includes("client_credentials") || client.secrets.length === 0)
    throw refusedProgram("invalid_grant", {
      check: "OAuth flows of the client",
      expected: "AllowedOAuthFlowsUserPoolClient, and client_credentials",
      found: isOn ? AllowedOAuthFlows : "AllowedOAuthFlowsUserPoolClient is false",
    })
  const asked = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "")
  const verdict = await assertClientMay(deps, pool, client, asked)
  if ("fault" in verdict)
    throw refusedProgram(verdict.fault === "unknown" ? "invalid_scope" : "invalid_grant", {
      check: "scope",
      expected: client.settings.AllowedOAuthScopes,
      found: verdict.scope,
    })
  const occasion = { deps, pool, clientId: client.id, clientMetadata: readMetadata(form.get("aws_client_metadata")) }
  const { AccessToken, ExpiresIn, TokenType } = await issueClientToken(deps, occasion, client, verdict.scopes).catch(
    (error: unknown) => {
      if (!(error instanceof WireError)) throw error
      // UNVERIFIED: how a trigger's refusal is told here.
      throw refusedProgram("invalid_request", { check: "what the pool's function says", found: error.message })
    },
  )
  return { access_token: AccessToken, expires_in: ExpiresIn, token_type: TokenType }
}

/** A JSON object of texts. Source: "The token issuer endpoint", aws_client_metadata. */
function readMetadata(text: string | null): Record<string, string> | undefined {
  if (text === null) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const isRight =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((member) => typeof member === "string")
  if (isRight) return value as Record<string, string>
  throw refusedProgram("invalid_request", {
    check: "aws_client_metadata",
    expected: "a JSON object of texts",
    found: "another",
  })
}
