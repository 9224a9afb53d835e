import { WireError } from "../../../wire/errors.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import type { AuthorizeRequest } from "./authorize/request.ts"
import { callbackError, toCallback } from "./callback.ts"
import { type Because, HostedError } from "./errors.ts"
import type { Hosted } from "./hosted.ts"
import { jsonAnswer, redirect } from "./responses.ts"

/** The answer that a refusal is, at its place; the log and `explain` are told of it. */
export function answerRefusal(hosted: Hosted, refusal: HostedError): HttpResponse {
  const { error, description, place, because } = refusal
  hosted.deps.answer.refusal = new WireError(error, description ?? error, because ? { because } : {})
  switch (place.is) {
    case "page":
      return redirect(hosted, hosted.url("/error", { error, client_id: place.clientId }))
    case "callback":
      // In this order, recorded.
      return toCallback(hosted, place, { error_description: description, state: place.state, error })
    case "json":
      return jsonAnswer(
        hosted,
        place.status,
        { error, ...(description !== undefined && { error_description: description }) },
        place.headers,
      )
  }
}

/** Sends the browser back to the application with an error. */
export const redirectError = (
  hosted: Hosted,
  request: AuthorizeRequest,
  error: string,
  description?: string,
  because?: Because,
): HttpResponse => answerRefusal(hosted, callbackError(request, error, description, because))

/** A refusal of the API, thrown where no page has shown it. */
export const refusalOf = (
  { query }: Hosted,
  { code, message, because }: WireError,
  json: boolean | undefined,
): HostedError => {
  const found: Because = isBecause(because)
    ? because
    : { check: "what the user pool says", found: `${code}: ${message}` }
  return json
    ? new HostedError({ is: "json", status: 400 }, "invalid_request", undefined, found)
    : new HostedError(
        { is: "page", clientId: query.get("client_id") ?? undefined },
        "invalid_request",
        undefined,
        found,
      )
}

const isBecause = (value: unknown): value is Because =>
  typeof value === "object" && value !== null && "check" in value && typeof value.check === "string"
