import { cut } from "../../base/cut.ts"
import { WireError, type WireErrorOptions } from "../../wire/errors.ts"

// Texts without a mark of their own are recorded (2025-11 to 2026-01), or quoted by users in public issue threads.

const MESSAGE_LENGTH = 8_192

/** What the caller did wrong. The model's errors say so in a member of their own. */
export function user(code: string, text: string, options: WireErrorOptions = {}): WireError {
  const message = cut(text, MESSAGE_LENGTH)
  return new WireError(code, message, { ...options, members: { ...options.members, Type: "User", message } })
}

/** The one error of the model whose text is under `Message`. */
export function notFound(text: string): WireError {
  const Message = cut(text, MESSAGE_LENGTH)
  return new WireError("ResourceNotFoundException", Message, { status: 404, members: { Type: "User", Message } })
}

export const invalidParameter = (message: string): WireError => user("InvalidParameterValueException", message)
export const conflict = (message: string): WireError => user("ResourceConflictException", message, { status: 409 })
/** Conflicts that were recorded without a `Type`. */
export const bareInvalidParameter = (message: string): WireError =>
  new WireError("InvalidParameterValueException", message)
/** In the words of the model's constraints, where the model has none. */
export const validation = (message: string): WireError =>
  new WireError("ValidationException", `1 validation error detected: ${message}`)

/** A setting that would be an empty promise, in the words of operations that are not built. */
export const notBuilt = (what: string): WireError =>
  new WireError("NotImplemented", `Hallpass does not implement ${what}.`, {
    status: 501,
    because: { check: "what is built", service: "lambda" },
  })

/** The text of the model, of which is UNVERIFIED that the API tells it so. Its member is `Message`. */
export const recursiveInvocation = (name: string, invocations: number): WireError => {
  const Message =
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation."
  return new WireError("RecursiveInvocationException", Message, {
    members: { Type: "User", Message },
    because: { check: "recursive loop", function: name, found: invocations },
  })
}

export const functionNotFound = (arn: string): WireError => notFound(`Function not found: ${arn}`)
export const functionExists = (name: string): WireError => conflict(`Function already exist: ${name}`)
export const resourceNotFound = (): WireError => notFound("The resource you requested does not exist.")
export const aliasNotFound = (arn: string): WireError => notFound(`Cannot find alias arn: ${arn}`)
/** UpdateAlias has words of its own. */
export const aliasToUpdateNotFound = (arn: string): WireError => notFound(`Alias not found: ${arn}`)
export const aliasExists = (arn: string): WireError => conflict(`Alias already exists: ${arn}`)
export const otherRegion = (region: string, here: string): WireError =>
  notFound(`Functions from '${region}' are not reachable in this region ('${here}')`)
/** Recorded without a text. */
export const otherAccount = (): WireError => new WireError("AccessDeniedException", "", { status: 403 })
export const foreignRole = (): WireError =>
  new WireError("AccessDeniedException", "Cross-account pass role is not allowed.", { status: 403 })

export const qualifierMismatch = (): WireError =>
  invalidParameter("The derived qualifier from the function name does not match the specified qualifier.")
export const latestNotDeletable = (): WireError =>
  invalidParameter("$LATEST version cannot be deleted without deleting the function.")
/** UNVERIFIED text. */
export const aliasNotDeletable = (): WireError => invalidParameter("Deletion of aliases is not currently supported.")
export const versionInUse = (aliases: readonly string[]): WireError =>
  conflict(`Unable to delete version because the following aliases reference it: [${aliases.join(", ")}]`)
export const updateInProgress = (arn: string): WireError =>
  conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`)
export const notActive = (state: string): WireError =>
  conflict(`The operation cannot be performed at this time. The function is currently in the following state: ${state}`)
export const revisionMismatch = (call: "GetFunction/GetAlias" | "GetPolicy" | "GetLayerPolicy"): WireError =>
  user(
    "PreconditionFailedException",
    `The Revision Id provided does not match the latest Revision Id. Call the ${call} API to retrieve the latest Revision Id`,
    { status: 412 },
  )
export const codeShaMismatch = (given: string, sha256: string): WireError =>
  invalidParameter(
    `CodeSHA256 (${given}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
  )

export const roleNotAssumable = (because: unknown): WireError => {
  const error = invalidParameter("The role defined for the function cannot be assumed by Lambda.")
  error.because = because
  return error
}
/** CloudFormation's events quote it. */
export const runtimeAndHandlerNeeded = (): WireError =>
  invalidParameter("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
export const runtimeGone = (runtime: string): WireError =>
  invalidParameter(
    `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
  )
export const runtimeUnknown = (runtime: string, known: readonly string[]): WireError =>
  invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(", ")}] or be a valid ARN`,
  )
export const nameTooLong = (name: string, most: number): WireError =>
  invalidParameter(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  )
/** Quoted by many who met it. */
export const keyInvalid = (call: string, code: string, message: string): WireError =>
  invalidParameter(
    `Lambda was unable to configure access to your environment variables because the KMS key is invalid for ${call}. Please check your KMS key settings. KMS Exception: ${code} KMS Message: ${message}`,
  )
/** Developer Guide of 2016, "Environment variables". */
export const keyDisabled = (): WireError =>
  invalidParameter(
    "Lambda was unable to configure access to your environment variables because the KMS key used is disabled. Please check your KMS key settings.",
  )
/** Quoted in write-ups of both. */
export const variablesUnreadable = (code: string, message: string): string =>
  `Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions. KMS Exception: ${code} KMS Message: ${message}`
export const reservedVariables = (keys: readonly string[]): WireError =>
  invalidParameter(
    `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${keys.join(", ")}`,
  )
export function environmentTooLarge(measured: string): WireError {
  const logged =
    "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit."
  return user("InvalidParameterValueException", `${logged} String measured: ${measured}`, { logged })
}
/** In the words of CloudFormation's events, which quote other limits of memory. */
export const memoryTooLarge = (most: number): WireError =>
  invalidParameter(
    `'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  )

export const tooManyTags = (): WireError => invalidParameter("Number of tags exceeds resource tag limit.")
export const tagsOfQualified = (): WireError =>
  invalidParameter("Tags on function aliases and versions are not supported. Please specify a function ARN.")
/** Recorded of TagResource without tags. */
export const notProcessable = (): WireError =>
  invalidParameter("An error occurred and the request cannot be processed.")

export const imagesNotTaken = (): WireError =>
  invalidParameter("Functions of packageType Image are not supported: this server runs functions of packageType Zip.")
export const imageUriNotTaken = (): WireError =>
  invalidParameter("Please don't provide ImageUri when updating a function with packageType Zip.")
export const subnetUnknown = (id: string): WireError =>
  invalidParameter(
    `Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '${id}' does not exist`,
  )
export const securityGroupUnknown = (id: string): WireError =>
  invalidParameter(
    `Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group '${id}' does not exist`,
  )

/** UNVERIFIED text. */
export const codeMissing = (): WireError => invalidParameter("Please provide a source for function code.")
export const codeNotZip = (because: string): WireError => {
  const error = invalidParameter("Could not unzip uploaded file. Please check your file, then try to upload again.")
  error.because = { check: "deployment package", found: because }
  return error
}
export const codeEmpty = (): WireError => invalidParameter("Uploaded file must be a non-empty zip")
export const zippedTooLarge = (most: number): WireError =>
  new WireError("RequestEntityTooLargeException", `Zipped size must be smaller than ${most} bytes`, { status: 413 })
export const unzippedTooLarge = (most: number): WireError =>
  invalidParameter(`Unzipped size must be smaller than ${most} bytes`)
export const s3CodeError = (code: string, message: string): WireError =>
  invalidParameter(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`)
export const s3CodeDenied = (bucket: string, key: string): WireError =>
  new WireError(
    "AccessDeniedException",
    `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${bucket}/${key}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied`,
    { status: 403 },
  )

export const layerVersionTooSmall = (): WireError => invalidParameter("Layer Version Cannot be less than 1")
/** Of a function's layer. */
export const layerUnknown = (arn: string): WireError => invalidParameter(`Layer version ${arn} does not exist.`)
export const layerVersionNotFound = (arn: string): WireError => notFound(`Layer version ${arn} does not exist.`)
export const tooManyLayers = (most: number): WireError => invalidParameter(`Cannot reference more than ${most} layers.`)
export const layerElsewhere = (region: string): WireError =>
  invalidParameter(`Layers are not in the same region as the function. Layers are expected to be in region ${region}.`)
export const layerTwice = (first: string, second: string): WireError =>
  invalidParameter(
    `Two different versions of the same layer are not allowed to be referenced in the same function. ${first} and ${second} are versions of the same layer.`,
  )
/** UNVERIFIED text. */
export const runtimeVersionUnknown = (arn: string): WireError =>
  invalidParameter(`Runtime Version ${arn} is not found. Please specify a valid runtime version.`)
/** UNVERIFIED text. */
export const runtimeVersionNeeded = (): WireError =>
  invalidParameter("RuntimeVersionArn is required, and only taken, where UpdateRuntimeOn is Manual.")

/** UNVERIFIED text. */
export const invalidMarker = (): WireError => invalidParameter("Invalid Marker provided.")

/** The words that a parser has for it follow. */
export const invalidRequestContent = (message: string): WireError => user("InvalidRequestContentException", message)
/** UNVERIFIED texts. */
export const clientContextInvalid = (): WireError =>
  invalidRequestContent("Client context must be a valid Base64-encoded JSON object.")
export const clientContextTooLong = (most: number): WireError =>
  invalidRequestContent(`Client context must be no more than ${most} bytes when Base64-decoded.`)
export const requestTooLarge = (most: number, operation: string): WireError =>
  new WireError("RequestEntityTooLargeException", requestTooLargeText(most, operation), { status: 413 })
/** Recorded 11-2025 of CreateFunction; of Invoke it names the action. */
export const requestTooLargeText = (most: number, operation: string): string =>
  `Request must be smaller than ${most} bytes for the ${operation.replace(/^Invoke.*/, "InvokeFunction")} operation`
/** UNVERIFIED: the seconds. */
export const rateExceeded = (Reason: string, reserved?: number): WireError =>
  user("TooManyRequestsException", "Rate Exceeded.", {
    status: 429,
    members: { Reason },
    headers: { "retry-after": "1" },
    because: { check: "concurrency", found: Reason, ...(reserved !== undefined && { reserved }) },
  })
/** How Lambda says it of the rates that it has; that an unsigned call of a URL is told so is what "Invoking function URLs" says: 429. */
export const calledTooOften = (because: unknown): WireError =>
  user("TooManyRequestsException", "Rate Exceeded.", {
    status: 429,
    members: { Reason: "CallerRateLimitExceeded" },
    headers: { "retry-after": "1" },
    because,
  })
/** UNVERIFIED texts: why a function that is there was not run. */
export const invocationFault = (code: string, status: number, Message: string, because: unknown): WireError =>
  new WireError(code, Message, { status, members: { Type: status < 500 ? "User" : "Server", Message }, because })

// Recorded 11-2025, of FunctionEventInvokeConfigs.
export const eventConfigNotFound = (arn: string): WireError =>
  notFound(`The function ${arn} doesn't have an EventInvokeConfig`)
export const functionGone = (): WireError => notFound("The function doesn't exist.")
export const noEventSettings = (): WireError =>
  invalidParameter("You must specify at least one of error handling or destination setting.")
export const destinationInvalid = (arn: string): WireError => invalidParameter(`The destination ARN ${arn} is invalid.`)
export const ownDestination = (): WireError =>
  invalidParameter("You can't specify the function as a destination for itself.")
/** `SendMessage on SQS`: Terraform knows it by its beginning. */
export const missingPermission = (call: string): WireError =>
  invalidParameter(`The provided execution role does not have permissions to call ${call}`)
