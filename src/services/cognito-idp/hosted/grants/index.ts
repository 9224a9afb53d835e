import type { HttpResponse } from "../../../../wire/http.ts"
import { refusedProgram } from "../errors.ts"
import type { Hosted } from "../hosted.ts"
import { jsonAnswer } from "../responses.ts"
import { authenticateClient } from "./client.ts"
import { grantToClient } from "./client-credentials.ts"
import { exchangeCode } from "./code.ts"
import { refresh } from "./refresh.ts"
import type { TokenAnswer, TokenRequest } from "./request.ts"

const GRANTS: Readonly<Record<string, (request: TokenRequest) => Promise<TokenAnswer>>> = {
  authorization_code: exchangeCode,
  refresh_token: refresh,
  client_credentials: grantToClient,
}

/** `/oauth2/token`. Each refusal is JSON. Source: "The token issuer endpoint". */
export async function token(hosted: Hosted): Promise<HttpResponse> {
  const { form } = hosted
  const type = form?.get("grant_type")
  if (!form || !type)
    throw refusedProgram("invalid_request", {
      check: "parameters of the request",
      expected: "a form with grant_type",
      found: form ? "none" : "no application/x-www-form-urlencoded",
    })
  const repeated = [...new Set(form.keys())].find((name) => form.getAll(name).length > 1)
  if (repeated !== undefined)
    throw refusedProgram("invalid_request", {
      check: "how often a parameter is given",
      expected: "once",
      found: repeated,
    })
  const grant = Object.hasOwn(GRANTS, type) ? GRANTS[type] : undefined
  if (!grant)
    throw refusedProgram("unsupported_grant_type", { check: "grant_type", expected: Object.keys(GRANTS), found: type })
  const client = await authenticateClient(hosted)
  return jsonAnswer(hosted, 200, await grant({ hosted, client, form }))
}
