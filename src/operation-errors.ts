import type { Service } from "./service.ts"
import { WireError } from "./wire/errors.ts"

/** A service that AWS may have and this server does not answer for. */
export const notServed = (name: string) =>
  new WireError("NotImplemented", `Hallpass does not answer for the service '${name}'.`, { status: 501 })

/** An operation that AWS has and Hallpass has not yet. Never an empty success. */
export const notYet = (service: Service, operation: string) =>
  new WireError("NotImplemented", `Hallpass does not implement ${service.name}:${operation} yet.`, { status: 501 })

/** Sources: Smithy's awsJson and restJson specifications; API Reference of IAM, "Common Errors"; S3 "Error Responses". */
export function unknownOperation(service: Service, name: string | undefined): WireError {
  switch (service.errors) {
    case "query":
      if (name === undefined) return new WireError("MissingAction", "Missing Action", { status: 400 })
      return new WireError(
        "InvalidAction",
        `Could not find operation ${name} for version ${service.constraints.apiVersion}`,
      )
    case "s3":
      return new WireError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
        status: 405,
      })
    case "rest-json":
      return new WireError("UnknownOperationException", "", { status: 404 })
    case "json":
      return new WireError("UnknownOperationException", "")
  }
}

/** What the caller sees of an error of ours: nothing of its cause. */
export const internalFailure = (service: Service): WireError =>
  service.errors === "s3"
    ? new WireError("InternalError", "We encountered an internal error. Please try again.", { status: 500 })
    : new WireError(
        "InternalFailure",
        "The request processing has failed because of an unknown error, exception or failure.",
        { status: 500 },
      )

/** The store is out of reach or out of space: clients try again. */
export const serviceUnavailable = (service: Service): WireError =>
  service.errors === "json"
    ? new WireError("ServiceUnavailableException", "The service is temporarily unavailable.", { status: 503 })
    : new WireError("ServiceUnavailable", "Service is unable to handle request.", { status: 503 })
