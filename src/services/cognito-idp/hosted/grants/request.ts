import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"
import type { AppClient } from "../../app-clients/record.ts"
import { refusedProgram } from "../errors.ts"
import type { Hosted } from "../hosted.ts"

/** A request for tokens, of a client that has proved itself. */
export interface TokenRequest {
  hosted: Hosted
  client: AppClient
  form: URLSearchParams
}

export function getParameter({ form }: Pick<TokenRequest, "form">, name: string): string {
  const value = form.get(name)
  if (value) return value
  throw refusedProgram("invalid_request", { check: "parameters of the request", expected: name, found: "none" })
}

/** In the order in which AWS has the members. */
export interface TokenAnswer {
  id_token?: string
  access_token: string
  refresh_token?: string
  expires_in: number
  token_type: string
}

export const answerOf = (
  { IdToken, AccessToken, ExpiresIn, TokenType }: AuthenticationResultType,
  refreshToken?: string,
) => ({
  ...(IdToken !== undefined && { id_token: IdToken }),
  access_token: AccessToken!,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  expires_in: ExpiresIn!,
  token_type: TokenType!,
})
