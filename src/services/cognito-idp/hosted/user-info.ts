import { WireError } from "../../../wire/errors.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { isReadable } from "../app-clients/permissions.ts"
import { getSignedInUser, type SignedInUser } from "../tokens/access-token.ts"
import { isShownBy } from "../tokens/scopes.ts"
import { type Because, HostedError } from "./errors.ts"
import type { Hosted } from "./hosted.ts"
import { jsonAnswer } from "./responses.ts"

const BAD_REQUEST = "Bad OAuth2 request at UserInfo Endpoint"
const BAD_TOKEN = "Access token is expired, disabled, or deleted, or the user has globally signed out."
const NO_OPENID = "Access token does not contain openid scope"

/** `/oauth2/userInfo`. Source: "The userInfo endpoint". UNVERIFIED: that the body of a refusal repeats the header. */
export async function userInfo(hosted: Hosted): Promise<HttpResponse> {
  const { deps, pool, request } = hosted
  const token = /^Bearer +([\w.-]+)$/i.exec(request.headers.authorization ?? "")?.[1]
  if (token === undefined)
    throw refuse(400, "invalid_request", BAD_REQUEST, {
      check: "access token",
      expected: "Authorization: Bearer and an access token",
      found: request.headers.authorization === undefined ? "no such header" : "another form",
    })
  const found = await getSignedInUser(deps, token, "openid").catch((error: unknown) => {
    if (!(error instanceof WireError)) throw error
    const lacks = error.message === "Access Token does not have required scopes"
    throw refuse(401, "invalid_token", lacks ? NO_OPENID : BAD_TOKEN, { check: "access token", found: error.message })
  })
  if (found.pool.id !== pool.id)
    throw refuse(401, "invalid_token", BAD_TOKEN, { check: "access token", expected: pool.id, found: found.pool.id })
  return jsonAnswer(hosted, 200, describe(found))
}

/** Attributes are texts here, flags too. */
function describe({ user, client, scopes }: SignedInUser): Record<string, string> {
  const shown = Object.entries(user.attributes).filter(([name]) => isReadable(client, name) && isShownBy(scopes, name))
  return { sub: user.sub, ...Object.fromEntries(shown), username: user.username }
}

const refuse = (status: number, error: string, description: string, because: Because) =>
  new HostedError(
    {
      is: "json",
      status,
      headers: { "www-authenticate": `error="${error}", error_description="${description}"` },
    },
    error,
    description,
    because,
  )
