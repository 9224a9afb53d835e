import type { Actor } from "./actor.ts"
import type { SignedCaller } from "./authentication/caller.ts"
import type { HttpRequest } from "./wire/http.ts"

/** One operation of a service that another service asks for, as a principal: as if that had signed a request for it. */
export interface ServiceCall {
  /** Signing name: `s3`. */
  service: string
  /** `PutObject` */
  operation: string
  /**
   * What the SDK's command of the operation takes. A streaming member (S3's `Body`) is bytes, or pieces of them with their
   * number in `ContentLength`. Names of metadata are in lower case.
   */
  input: object
  as: RoleInUse | Forwarded
}

/** A request to another service that somebody has written: as if a principal had signed and sent it. */
export interface ServiceRequest {
  /** Signing name: `s3`. */
  service: string
  request: HttpRequest & { body: Uint8Array }
  as: RoleInUse | Forwarded
}

/** A role that the calling service takes, whose trust policy must let it; the policies of the role decide. */
export interface RoleInUse extends Actor {
  /** Service principal: `lambda.amazonaws.com`. */
  service: string
}

/** Whoever called the service that calls (AWS calls it a forward access session): `aws:ViaAWSService` is true. */
export interface Forwarded {
  caller: SignedCaller
  /** Service principals in their order, `aws:CalledVia`: `["cloudformation.amazonaws.com"]`. */
  via: readonly [string, ...string[]]
  region: string
  /** ARN of what is worked on: the stack. It is told where the call is explained. */
  onBehalfOf: string
}

/** What came of it; of a defect, and of a store that is out of reach, the error is thrown. */
export type ServiceAnswer =
  | { is: "done"; output: Readonly<Record<string, unknown>> }
  /** In the words of the service that was called, with the status that it would have by wire. */
  | { is: "refused"; code: string; message: string; status: number }
