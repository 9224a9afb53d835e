import type { SignedCaller } from "./authentication/caller.ts"
import type { SignedForm } from "./authentication/post/authenticate.ts"
import type { ErrorFamily } from "./authentication/refusals.ts"
import type { Requirement } from "./authorization/requirement.ts"
import type { ResourceFacts } from "./authorization/resource-facts.ts"
import type { DataKey } from "./base/encrypted-message.ts"
import type { CallContext, Deps } from "./call.ts"
import type { KeyLoan, KeyUse } from "./key-use.ts"
import type { Operation } from "./operation.ts"
import type {
  Actor,
  Delivery,
  IdentityMerge,
  IsAllowed,
  LogBatch,
  ObjectName,
  OpenedObject,
  OpenLog,
  Peers,
  Receipt,
  TokenReading,
  TokenVerdict,
} from "./peers.ts"
import type { ContextValue, Principal } from "./policy/index.ts"
import type { Sites } from "./site.ts"
import type { Migration, Writing } from "./store/store.ts"
import type { Trials } from "./trials.ts"
import type { Constraints } from "./wire/constraints/model.ts"
import type { WireError } from "./wire/errors.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import type { ServiceLimits } from "./wire/limits.ts"
import type { Protocol } from "./wire/options.ts"
import type { Workers } from "./work/job.ts"

export type { Constraints }

/** The headers to add to an answer; undefined where the origin is not let in, which refuses its preflight. */
export type CorsHeaders = Record<string, string> | undefined

/** A service as the server answers for it. One per folder of `services/`, in its `service.ts`. */
export interface Service {
  /** IAM prefix, signing name and folder: `cognito-idp`. */
  name: string
  protocol: Protocol
  /** Of `X-Amz-Target`: `AWSCognitoIdentityProviderService`. */
  targetPrefix?: string
  /**
   * Where it shares a signing name, and the prefix of its actions, with another service (both of API Gateway's models are
   * `apigateway`, DynamoDB and its streams `dynamodb`): that name, and the beginning of its own paths, by which requests to
   * it are told where not by their targets.
   */
  shares?: { signingName: string; paths?: string }
  /** Which words it has for bad signatures, unknown keys and refusals. */
  errors: ErrorFamily
  /** How a refusal is worded and sent, where it is not as the error family does it. */
  refusal?: RefusalStyle
  /** The code that a failed constraint has: `ValidationException`; undefined where the service checks for itself. */
  validationCode?: string
  /** Failed constraints are told with the input before members of bodies: `putIntegrationInput.type`. */
  tellsInputs?: boolean
  /** Its own words for a member that does not match a pattern of its model, where they are not the usual ones. */
  patternText?(member: string, pattern: string): string | undefined
  /** How far a signature's date may be off; 15 minutes where not given. */
  clockWindowSeconds?: number
  /** Unsigned requests are let through to the resource policies, as S3 does; else they lack an authentication token. */
  anonymous?: boolean
  /** Browsers of any origin may call it: CORS on every answer, preflights answered. */
  cors?: boolean
  /** Headers of its answers that pages may read beyond those of every service: `x-amz-function-error`. */
  exposedHeaders?: readonly string[]
  /** Throws for callers whose credentials are good elsewhere and not for this operation, whatever policies say. */
  assertAdmitted?(caller: SignedCaller, operation: string): void
  /** Cross-origin rules that are a matter of configuration (a bucket's). Preflights are answered from it as well. */
  crossOrigin?(request: HttpRequest, path: string, deps: Deps): CorsHeaders | Promise<CorsHeaders>
  /** Condition keys that every request to the service has (`s3:authType`), beside those of the requirement. */
  requestContext?(call: RequestFacts): Record<string, ContextValue>
  /** The text of the refusal of an unsigned request, where it is not the family's. */
  missingTokenText?: string
  /** The SDK client's module, of REST services: what is not built is routed too, lest it be taken for something else. */
  client?: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: each operation has types of its own
  operations: readonly Operation<any, any>[]
  /** Request limits of AWS's model (`constraints.json`): also the list of every operation that AWS has. */
  constraints: Constraints
  /** How much the bodies of its requests may hold. */
  bodyLimits: ServiceLimits
  /** Its own words for a body that has more than so many bytes, where they are not the usual ones. */
  bodyTooLargeText?(limitBytes: number, operation: string): string
  /** How often may be called what asks for no signature. Kept where the operator wants it (`--rate-limits`). */
  rates?: readonly RateCategory[]
  migrations: readonly Migration[]
  /**
   * What is known of a resource that the principal asks about. Undefined where there is no such resource: the caller's
   * account is then taken as its owner.
   */
  resourceFacts?(
    arn: string,
    action: string,
    deps: Deps,
    requirement: Requirement,
    principal: Principal,
  ): ResourceFacts | undefined | Promise<ResourceFacts | undefined>
  /**
   * What the service answers that is no operation of its API: key sets, discovery documents, hosted pages. Undefined
   * where the request is not for it.
   */
  pages?(request: HttpRequest, deps: Deps): undefined | Promise<HttpResponse | undefined>
  /** What it answers for on hosts of its own. */
  sites?: Sites
  /**
   * A browser's form that uploads a file; asked where no operation is found. It is authenticated by its own fields and
   * then handled as the request that it stands for.
   */
  findForm?(request: HttpRequest, path: string): Promise<FormUpload | undefined>
  /** Tokens that STS takes as web identities, verified by who issued them. */
  issues?: TokenIssuer
  /** What other services send to its resources. */
  receives?: Receiver
  /** Encrypts for other services. */
  keepsKeys?: Keeper
  /** Keeps what programs of other services write. */
  keepsLogs?(batches: readonly LogBatch[], deps: Deps): Promise<void>
  /** Its objects, opened for the callers of other services: as GetObject would, without the wire. */
  opensObjects?(object: ObjectName, isAllowed: IsAllowed, deps: Deps): Promise<OpenedObject>
  /** Its streams, which other services follow. */
  opens?: LogOpener
  /** Calls what is being edited, for another service's caller: methods and authorizers of APIs. */
  tries?: Trials<Deps>
  /** Has what it keeps by identity follow one that is merged into another, in the transaction that merges them. */
  followsMerges?(tx: Writing, merge: IdentityMerge): Promise<void>
  /** Who does its work in the background, by the kind of the jobs: `dynamodb:delete-table`. */
  work?: Workers<Deps>
  /** Work to do once before the first request (a check of invariants, a sweep of what a crash left). */
  start?(deps: Deps): Promise<void>
  /** Ends what `start` began and what runs beside the requests; called before the store is closed. */
  stop?(deps: Deps): Promise<void>
}

/** What condition keys of a request are taken from. */
export type RequestFacts = Pick<CallContext, "caller" | "request" | "region" | "callingService">

/** What of a service others send to. */
export type Recipient = Pick<Service, "name" | "resourceFacts" | "receives">

/** Functions of the process that starts the server, which its services send to as they send to Lambda's. */
export interface OwnFunctions {
  recipient: Recipient
  findStandIn: Peers["findStandIn"]
}

/** A service whose resources other services of the server may send to, as service principals. */
export interface Receiver {
  /** Whether the ARN is of a resource of this kind; the resource need not be there. */
  isReceiver(arn: string): boolean
  /** What the resource's policy must allow the sender: `lambda:InvokeFunction`. */
  action: string
  /** Called when the policy of the resource, which `resourceFacts` gave, has allowed it. Throws nothing but defects. */
  receive(delivery: Delivery, deps: Deps): Promise<Receipt>
}

/** A service whose streams other services of the server follow. */
export interface LogOpener {
  /** Whether the ARN is of a stream of this kind; the stream need not be there. */
  isLog(arn: string): boolean
  /** What whoever follows it must be allowed: `kinesis:GetRecords` on the stream, and so on. */
  toRead(arn: string): readonly (Requirement & { action: string })[]
  /**
   * Called when that has been allowed. Undefined where there is no such stream, or none that can be read from yet. `as` is who reads: what
   * is encrypted under a key of KMS is opened as that role.
   */
  open(arn: string, deps: Deps, as: Actor): Promise<OpenLog | undefined>
}

/** A service that has keys, under which others encrypt. What it is called for has been allowed; it throws wire errors. */
export interface Keeper {
  /** What a use of a key needs. A key of AWS's own (`alias/aws/s3`) is made when it is first used. */
  toUse(action: string, use: KeyUse, deps: Deps): Promise<Requirement & { action: string }>
  toLend(loan: KeyLoan): Requirement & { action: string }
  generateDataKey(use: KeyUse, deps: Deps): Promise<DataKey>
  decrypt(use: KeyUse, ciphertext: Uint8Array, deps: Deps): Promise<Uint8Array>
  lend(loan: KeyLoan, deps: Deps): Promise<void>
  giveBack(loan: Pick<KeyLoan, "key" | "to" | "grantee" | "name">, deps: Deps): Promise<void>
}

/** Operations that are counted together. */
export interface RateCategory {
  /** As AWS's quotas page calls it. */
  name: string
  operations: readonly string[]
  /** Of one address. */
  each: Rate
  /** Of all addresses together. */
  all?: Rate
  /** How the service says it, where not as Cognito does. */
  refusal?(because: unknown): WireError
}

export interface Rate {
  /** For as long as one likes. */
  perSecond: number
  /** Together, by who was quiet before. */
  atOnce: number
}

export interface TokenIssuer {
  /** Whether tokens of this issuer (`iss`) are for the service to verify. */
  isIssuer(issuer: string): boolean
  /** Undefined where it is not the service's own after all: a user pool that is elsewhere. */
  verify(token: string, deps: Deps): Promise<TokenVerdict | undefined>
  /** Of those that others than STS take as well: undefined where the service has not issued it. */
  read?(token: string, deps: Deps): Promise<TokenReading | undefined>
}

/** A form that uploads a file. */
export interface FormUpload extends SignedForm {
  /** The request that it stands for, and the path of it. */
  request: HttpRequest
  path: string
  /** Makes the answer of that request the form's. */
  answer(response: HttpResponse): void
}

export interface RefusalStyle {
  /** S3 puts the ARN in double quotes. */
  quotesResource?: boolean
  /** S3 tells nothing but `Access Denied` to the unsigned and to other accounts. */
  isBareForStrangers?: boolean
  /** KMS tells other accounts one and the same reason, whatever the resource's side refuses by. */
  reasonForStrangers?: string
  /** Actions whose refusal names no resource (`s3:ListAllMyBuckets`). */
  withoutResource?: readonly string[]
}
