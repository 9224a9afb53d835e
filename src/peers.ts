/** What the service that issued a token says of it. Times are whole seconds since the epoch. */
export type TokenVerdict =
  | {
      fault?: undefined
      subject: string
      audience: string
      /** Whose the audience is, where it is of an account. */
      account?: string
      /** Authentication methods references: how the bearer was let in. */
      amr?: readonly string[]
      /** Session tags that the token brings along. */
      tags?: Readonly<Record<string, string>>
    }
  | { fault: "expired"; expiredAt: number; because: Readonly<Record<string, unknown>> }
  | { fault: "invalid"; because: Readonly<Record<string, unknown>> }

/** A service of this server that acts by itself, in the name of one of its resources. */
export interface Sender {
  /** The service principal: `cognito-idp.amazonaws.com`. */
  principal: string
  /** `aws:SourceArn`: the user pool, the bucket, the method of an API. */
  sourceArn: string
  /** `aws:SourceAccount` */
  sourceAccount: string
}

/** Something that one service sends to a resource of another. */
export interface Delivery {
  /** Of the resource: a function's ARN, with its qualifier where it is to be addressed by one. */
  arn: string
  from: Sender
  /** JSON. */
  payload: Uint8Array
  /** `answer`: the call ends with what the resource answers. `acceptance`: as soon as it is certain not to be lost. */
  awaits: "answer" | "acceptance"
  /** After how many milliseconds an answer comes too late; left out, the resource's own limit counts. */
  withinMilliseconds?: number
}

/** What came of a delivery. */
export type Receipt =
  | { is: "answered"; payload: Uint8Array }
  | { is: "accepted" }
  /** The resource was reached and failed: a function threw. The payload is its error, as JSON. */
  | { is: "failed"; payload: Uint8Array }
  | { is: "late" }
  /** It was not reached; the code is that of the receiving service: `AccessDeniedException`. */
  | { is: "refused"; code: string; message: string }

/**
 * What the services of this server do for each other at run time. None imports another for it: each is found by what the
 * request is about, and says in its `Service` what it does.
 */
export interface Peers {
  /** Has a token verified by the service that issues under the name; undefined where none of this server does. */
  verifyToken(issuer: string, token: string): Promise<TokenVerdict | undefined>
  /**
   * Sends to a resource of another service, as a service principal: the engine decides it by the resource's policy, and it
   * is recorded and explained as a person's request is.
   */
  send(delivery: Delivery): Promise<Receipt>
}
