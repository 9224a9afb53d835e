import { WireError } from "../../wire/errors.ts"

// Texts without a mark of their own were recorded (2023 to 2026).

export const badRequest = (message: string): WireError => new WireError("BadRequestException", message)
export const notFound = (message: string): WireError => new WireError("NotFoundException", message, { status: 404 })
export const conflict = (message: string): WireError => new WireError("ConflictException", message, { status: 409 })

/** Quoted of resources by many who met it; UNVERIFIED of what else is counted. */
export const limitExceeded = (what: string, of: string): WireError =>
  new WireError(
    "LimitExceededException",
    `Maximum number of ${what} for this ${of} has been reached. Please contact AWS if you need additional ${what}.`,
    { status: 429 },
  )

/** UNVERIFIED: AWS has no such bound. */
export const tooLarge = (): WireError =>
  new WireError("LimitExceededException", "The definition of this API has reached its maximum size.", { status: 429 })

export const tooManyRequests = (): WireError =>
  new WireError("TooManyRequestsException", "Too Many Requests", { status: 429 })

/** A setting that would be an empty promise, in the words of operations that are not built. */
export const notBuilt = (what: string): WireError =>
  new WireError("NotImplemented", `Hallpass does not implement ${what}.`, {
    status: 501,
    because: { check: "what is built", service: "apigateway" },
  })

/** Of a stage or a method whose answers are to be cached: an answer that is made anew each time must not pass for a cached one. */
export const noCaches = (asked: string): WireError =>
  badRequest(`This server has no caches of answers: ${asked} cannot be true`)

export const apiNotFound = (account: string, id: string): WireError =>
  notFound(`Invalid API identifier specified ${account}:${id}`)
export const resourceNotFound = (): WireError => notFound("Invalid Resource identifier specified")
export const methodNotFound = (): WireError => notFound("Invalid Method identifier specified")
export const integrationNotFound = (): WireError => notFound("Invalid Integration identifier specified")
export const responseNotFound = (): WireError => notFound("Invalid Response status code specified")
export const modelNotFound = (name: string): WireError => notFound(`Invalid model name specified: ${name}`)
export const validatorNotFound = (): WireError => notFound("Invalid Request Validator identifier specified")
export const documentationPartNotFound = (): WireError => notFound("Invalid Documentation part identifier specified")
export const vpcLinkNotFound = (): WireError => notFound("Invalid Vpc Link identifier specified")
export const usagePlanNotFound = (): WireError => notFound("Invalid Usage Plan ID specified")
export const parameterNameUnknown = (): WireError => notFound("Invalid parameter name specified")
export const contentTypeUnknown = (): WireError => notFound("Content-Type specified was not found")

// Quoted in issue threads of Terraform and of the SDKs.
export const authorizerNotFound = (): WireError => notFound("Invalid Authorizer identifier specified")
export const deploymentNotFound = (): WireError => notFound("Invalid Deployment identifier specified")
export const stageNotFound = (): WireError => notFound("Invalid stage identifier specified")
export const domainNameNotFound = (): WireError => notFound("Invalid domain name identifier specified")
export const mappingNotFound = (): WireError => notFound("Invalid base path mapping identifier specified")
export const apiKeyNotFound = (): WireError => notFound("Invalid API Key identifier specified")
export const certificateNotFound = (): WireError => notFound("Invalid Client Certificate ID specified")
export const documentationVersionNotFound = (): WireError => notFound("Invalid Documentation version specified")

/** UNVERIFIED text. */
export const positionInvalid = (): WireError => badRequest("Invalid position parameter specified")
/** UNVERIFIED text. */
export const limitInvalid = (): WireError => badRequest("Invalid limit parameter specified")
export const authorizerNeeded = (): WireError =>
  badRequest(
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
  )
