import type { Actor } from "./actor.ts"
import type { Requirement } from "./authorization/requirement.ts"
import type { Keys } from "./key-use.ts"
import type { Opening } from "./open-log.ts"
import type { Sender } from "./sender.ts"
import type { ServiceAnswer, ServiceCall, ServiceRequest } from "./service-call.ts"
import type { Writing } from "./store/store.ts"
import type { AuthorizerTrial, AuthorizerTrialAnswer, MethodTrial, MethodTrialAnswer } from "./trials.ts"
import type { HttpResponse } from "./wire/http.ts"

export type { Actor } from "./actor.ts"
export type { Asker, KeyLoan, Keys, KeyUse, KeyUser } from "./key-use.ts"
export type { DynamoEvent, LogEntry, LogEvent, LogPage, LogShard, Opening, OpenLog } from "./open-log.ts"
export type { Sender } from "./sender.ts"
export type { Forwarded, RoleInUse, ServiceAnswer, ServiceCall, ServiceRequest } from "./service-call.ts"

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

export type { AuthorizerTrial, AuthorizerTrialAnswer, MethodTrial, MethodTrialAnswer, Trials } from "./trials.ts"

/** What a token says that a resource of this server has issued. Its times are for whoever asks to look at. */
export type TokenReading =
  | {
      is: "genuine"
      /** ARN of what issued it: of a user pool. */
      issuedBy: string
      /** As they stand in the token; nobody changes them. */
      claims: Readonly<Record<string, unknown>>
    }
  /** It names an issuer of this server that did not sign it. */
  | { is: "forged"; because: Readonly<Record<string, unknown>> }

/** Something that one service sends to a resource of another. */
export interface Delivery {
  /** Of the resource: a function's ARN, with its qualifier where it is to be addressed by one. */
  arn: string
  /** A service principal, which the resource's policy must allow; or a role, which its own policies may allow too. */
  from: Sender | Actor
  /** JSON. */
  payload: Uint8Array
  /** `answer`: the call ends with what the resource answers. `acceptance`: as soon as it is certain not to be lost. */
  awaits: "answer" | "acceptance"
  /** `X-Amzn-Trace-Id` of what it comes of, by which loops are told. */
  traceId?: string
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

/** What one program wrote, in order, to be kept in a log stream. */
export interface LogBatch {
  /** Who keeps it: needs `logs:PutLogEvents`, and `logs:CreateLogGroup` and `logs:CreateLogStream` where they are not there. */
  actor: Actor
  account: string
  group: string
  stream: string
  /** Times are milliseconds since the epoch. */
  lines: readonly { time: number; text: string }[]
}

export interface ObjectName {
  bucket: string
  key: string
  versionId?: string
}

/** An object that was opened; pieces are good until the next is asked for. */
export interface OpenedObject {
  size: number
  body: AsyncIterable<Uint8Array>
}

/** One identity of an identity pool that becomes another: it is disabled, and what it had is the other's. */
export interface IdentityMerge {
  poolId: string
  from: string
  into: string
}

/** Whether whoever asked has a permission. */
export type IsAllowed = (requirement: Requirement) => Promise<boolean>

/**
 * What the services of this server do for each other at run time. None imports another for it: each is found by what the
 * request is about, and says in its `Service` what it does.
 */
export interface Peers {
  /** Has a token verified by the service that issues under the name; undefined where none of this server does. */
  verifyToken(issuer: string, token: string): Promise<TokenVerdict | undefined>
  /** What a token of either use says, its issuer and signature found right; undefined where nothing of this server issued it. */
  readToken(token: string): Promise<TokenReading | undefined>
  /**
   * Sends to a resource of another service, as a service principal: the engine decides it by the resource's policy, and it
   * is recorded and explained as a person's request is.
   */
  send(delivery: Delivery): Promise<Receipt>
  /**
   * Calls one operation of another service as a role or in its caller's name: validated, authorized and handled by what
   * does it for a request, and recorded and explained like one.
   */
  call(asked: ServiceCall): Promise<ServiceAnswer>
  /**
   * Sends another service a request that somebody has written, as a role or in its caller's name: decoded, authorized and
   * handled as if they had signed it, recorded and explained like one. It answers what the wire would, refusals too.
   */
  forward(asked: ServiceRequest): Promise<HttpResponse>
  /** Whether a role that a service acts as may do this. What is refused is recorded, but not each time that it is asked. */
  mayAct(actor: Actor, requirement: Requirement & { action: string }): Promise<boolean>
  /**
   * Keeps what programs write, each as its actor, whose permissions are asked as if it had written by request: without
   * them nothing is kept, and nobody is told but by the record of refusals.
   */
  keepLogs(batches: readonly LogBatch[]): Promise<void>
  /**
   * Opens an object of a bucket for the caller of another service, whose permissions `isAllowed` decides as if they had
   * asked for it themselves. Throws the wire errors of the service that has buckets.
   */
  openObject(object: ObjectName, isAllowed: IsAllowed): Promise<OpenedObject>
  /**
   * Opens a stream for a role that follows it, whose policies (and the stream's) must allow all that reading takes. Asked anew for each
   * stretch that is read, it ends with the permission.
   */
  openLog(arn: string, as: Actor): Promise<Opening>
  /** Calls a method of an API that is being edited; undefined where it has no such method. */
  tryMethod(trial: MethodTrial): Promise<MethodTrialAnswer | undefined>
  /** Asks an authorizer of an API that is being edited; undefined where it has no such authorizer. */
  tryAuthorizer(trial: AuthorizerTrial): Promise<AuthorizerTrialAnswer | undefined>
  /** Has what services keep by identity follow a merge, in its transaction. */
  followMerge(tx: Writing, merge: IdentityMerge): Promise<void>
  /** Encrypts under keys of KMS; the engine decides it, and it is recorded and explained, as with what is sent. */
  keys: Keys
  /**
   * The function that stands for what a resource has configured none for: `findStandIn("cognito-idp", "PreSignUp")`.
   * There is one in the servers of `hallpass/testing` alone, where a test brings it.
   */
  findStandIn(service: string, what: string): StandIn | undefined
}

/** A function that is asked where none is configured. */
export interface StandIn {
  arn: string
  /** Of the event, where there are several: `V2_0`. */
  version?: string
}
