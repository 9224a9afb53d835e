import { WireError } from "../../../wire/errors.ts"
import { conflict, invalidParameter, notFound } from "../errors.ts"

/** What the texts tell of a source. */
interface Told {
  kind: string
  arn: string
}

// Recorded 2025-11, unless something else is said.

export const sourceUnrecognized = (): WireError => invalidParameter("Unrecognized event source.")
export const functionDoesNotExist = (): WireError => invalidParameter("Function does not exist")
export const accessConfigurationsMissing = (): WireError =>
  invalidParameter("Required 'sourceAccessConfigurations' parameter is missing.")
export const startingPositionMissing = (): WireError =>
  invalidParameter(
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
  )
/** UNVERIFIED texts. */
export const startingTimestampMissing = (): WireError =>
  invalidParameter("StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.")
export const recordAgeTooShort = (least: number): WireError =>
  invalidParameter(`MaximumRecordAgeInSeconds must be -1 or at least ${least}.`)
export const startingPositionUnsupported = (arn: string): WireError =>
  invalidParameter(`Unsupported starting position for arn type: ${arn}`)
/** The text is recorded of DestinationConfig; UNVERIFIED of the others. */
export const parameterUnsupported = (parameter: string): WireError =>
  invalidParameter(`Unsupported ${parameter} parameter for given event source mapping type.`)
export const windowNeeded = (): WireError =>
  invalidParameter("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
export const filterInvalid = (): WireError => invalidParameter("Invalid filter pattern definition.")

/** What cannot be read is as good as not there. */
export function sourceNotFound({ kind, arn }: Told): WireError {
  const error =
    kind === "sqs"
      ? invalidParameter(
          "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
        )
      : invalidParameter(`Stream not found: ${arn}`)
  error.because = { check: "event source", expected: "a source that this server has", found: arn }
  return error
}

/** Quoted by many who met it; of DynamoDB without ListShards. */
export function cannotAccess({ kind, arn }: Told, lacking?: { role: string; action: string }): WireError {
  const actions =
    kind === "dynamodb"
      ? "GetRecords, GetShardIterator, DescribeStream, and ListStreams"
      : "GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams"
  const error = invalidParameter(
    `Cannot access stream ${arn}. Please ensure the role can perform the ${actions} Actions on your stream in IAM.`,
  )
  if (lacking) error.because = { check: "role that reads an event source", source: arn, ...lacking }
  return error
}

/** Quoted by many who met it. The member is `Message`, as the model has it. */
export function mappingInUse(what: "update" | "delete", state: string): WireError {
  const Message = `Cannot ${what} the event source mapping because it is in use.`
  return new WireError("ResourceInUseException", Message, {
    members: { Type: "User", Message },
    because: { check: "state of the event source mapping", expected: "Enabled or Disabled", found: state },
  })
}

/** UNVERIFIED text, but for the words of KMS in it. */
export function filterKeyRefused({ code, message }: { code: string; message: string }): WireError {
  const error = invalidParameter(
    `Lambda was unable to use the KMS key of the filter criteria. Please check your KMS key settings. KMS Exception: ${code} KMS Message: ${message}`,
  )
  error.because = { check: "key of filter criteria", found: code, told: message }
  return error
}

/** The blanks around the names are AWS's. */
export function mappingExists({ kind, arn }: Told, functionName: string, uuid: string): WireError {
  const rest = `Please update or delete the existing mapping with UUID ${uuid}`
  return conflict(
    kind === "sqs"
      ? `An event source mapping with SQS arn (" ${arn} ") and function (" ${functionName} ") already exists. ${rest}`
      : `The event source arn (" ${arn} ") and function (" ${functionName} ") provided mapping already exists. ${rest}`,
  )
}
export const mappingNotFound = (arn: string): WireError => notFound(`Event source mapping not found: ${arn}`)
