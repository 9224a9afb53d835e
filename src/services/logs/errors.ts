import { WireError } from "../../wire/errors.ts"

// Recorded 12-2018 (aws-robotics/cloudwatchlogs-ros1 #1) and 03-2018 (osperlabs/logbeam #7): some end in a full stop.

export const groupNotFound = (): WireError =>
  new WireError("ResourceNotFoundException", "The specified log group does not exist.")

export const streamNotFound = (): WireError =>
  new WireError("ResourceNotFoundException", "The specified log stream does not exist.")

/** UNVERIFIED: the text. */
export const resourceNotFound = (): WireError =>
  new WireError("ResourceNotFoundException", "The specified resource does not exist.")

export const groupExists = (): WireError =>
  new WireError("ResourceAlreadyExistsException", "The specified log group already exists")

export const streamExists = (): WireError =>
  new WireError("ResourceAlreadyExistsException", "The specified log stream already exists")

export const invalidParameter = (message: string): WireError => new WireError("InvalidParameterException", message)

export const invalidToken = (): WireError => invalidParameter("The specified nextToken is invalid.")

/** UNVERIFIED: the text. */
export const tooManyTags = (): WireError =>
  new WireError("TooManyTagsException", "A resource can have no more than 50 tags.")

/** Recorded 11-2022 (awslabs/aws-well-architected-labs #747). */
export const mayNotTag = (account: string): WireError =>
  new WireError(
    "AccessDeniedException",
    `User with accountId: ${account} is not authorized to perform CreateLogGroup with Tags`,
  )

/** A setting that would be an empty promise, in the words of operations that are not built. */
export const notBuilt = (what: string): WireError =>
  new WireError("NotImplemented", `Hallpass does not implement ${what} yet.`, {
    status: 501,
    because: { check: "what is built", service: "logs" },
  })
