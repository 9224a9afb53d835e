import type { HttpResponse } from "../../../wire/http.ts"
import type { AuthorizeRequest } from "./authorize/request.ts"
import { type Because, HostedError } from "./errors.ts"
import { type Hosted, type Parameters, withParameters } from "./hosted.ts"
import { redirect } from "./responses.ts"

/** Where the application hears of it: a code in the query of its callback, tokens in the fragment. */
export interface Callback {
  redirectUri: string
  state: string | undefined
  inFragment: boolean
}

export const callbackOf = ({ redirectUri, state, responseType }: AuthorizeRequest): Callback => ({
  redirectUri,
  state,
  inFragment: responseType === "token",
})

/** Back to the application. A query that the callback has is kept. */
export function toCallback(
  hosted: Hosted,
  { redirectUri, inFragment }: Callback,
  parameters: Parameters,
  cookies: readonly string[] = [],
): HttpResponse {
  if (!inFragment) return redirect(hosted, withParameters(redirectUri, parameters), cookies)
  // A callback has no fragment of its own.
  return redirect(hosted, withParameters(`${redirectUri}#?`, parameters).replace("#?&", "#"), cookies)
}

/** A refusal for the application that asked. Throw it, or have `redirectError` answer it. */
export const callbackError = (
  request: AuthorizeRequest,
  error: string,
  description?: string,
  because?: Because,
): HostedError => new HostedError({ is: "callback", ...callbackOf(request) }, error, description, because)
