import { WireError } from "../../wire/errors.ts"

// Codes and statuses: the model of 2018-11-29. Texts that no client or record was found to quote are UNVERIFIED where they say so.
export const badRequest = (message: string, because?: unknown) =>
  new WireError("BadRequestException", message, { because })
export const notFound = (message: string) => new WireError("NotFoundException", message, { status: 404 })
export const conflict = (message: string) => new WireError("ConflictException", message, { status: 409 })

/** Recorded of REST APIs (15-04-2024); the same words are quoted of HTTP APIs. */
export const apiNotFound = (account: string, id: string) =>
  notFound(`Invalid API identifier specified ${account}:${id}`)
/** As recorded of REST APIs: `Invalid Resource identifier specified`. UNVERIFIED for the nouns of this model. */
export const partNotFound = (noun: string) => notFound(`Invalid ${noun} identifier specified`)
/** Quoted of integrations; UNVERIFIED of the others. */
export const tooMany = (nouns: string) =>
  new WireError(
    "TooManyRequestsException",
    `Maximum number of ${nouns} for this API has been reached.  Please contact AWS if you need additional ${nouns}.`,
    { status: 429 },
  )
export const tooManyInAccount = (nouns: string) =>
  new WireError("TooManyRequestsException", `Maximum number of ${nouns} for this account has been reached.`, {
    status: 429,
  })
/** Quoted of integrations (hashicorp, milliHQ; 2021 to 2023); UNVERIFIED of authorizers. */
export const referenced = (noun: string, routeIds: readonly string[]) =>
  conflict(`Cannot delete ${noun} because it is referenced by the following Routes with Ids: [${routeIds.join(", ")}]`)
export const unsupported = (message: string) => badRequest(message, { check: "what this server has", found: message })
/** UNVERIFIED: the text. */
export const invalidToken = () => badRequest("Invalid nextToken.")
export const isNotOf = (what: string, protocol: string) =>
  badRequest(`${what} is not supported for ${protocol} protocol Apis`)
