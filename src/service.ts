import type { CallContext, Deps } from "./call.ts"
import type { Operation } from "./operation.ts"
import type { CompiledPolicy } from "./policy/index.ts"
import type { Migration } from "./store/store.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"

export type Protocol = "awsJson1_0" | "awsJson1_1" | "awsQuery" | "restJson1" | "restXml"

/** Which words a service has for bad signatures, unknown keys and refusals. */
export type ErrorFamily = "json" | "query" | "s3" | "rest-json"

/** What authorization must know of a resource beyond its name. */
export interface ResourceFacts {
  /** The account that owns it. */
  account: string
  tags?: Readonly<Record<string, string>>
  /** Its own policy: bucket policy, table policy; the trust policy where the action is one of STS's. */
  policy?: CompiledPolicy
  /** The resource policy must allow by itself (trust policies). */
  mustAllow?: boolean
}

/** A service as the server answers for it. One per folder of `services/`, in its `service.ts`. */
export interface Service {
  /** IAM prefix, signing name and folder: `cognito-idp`. */
  name: string
  protocol: Protocol
  /** Of `X-Amz-Target`: `AWSCognitoIdentityProviderService`. */
  targetPrefix?: string
  /** Of query and XML protocols: `https://iam.amazonaws.com/doc/2010-05-08/`. */
  xmlNamespace?: string
  /** Of the query protocol: `2010-05-08`. */
  version?: string
  errors: ErrorFamily
  /** The code that a failed constraint has: `ValidationException`; undefined where the service checks for itself. */
  validationCode?: string
  /** How far a signature's date may be off; 15 minutes where not given. */
  clockWindowSeconds?: number
  /** Browsers call it without a proxy in between: CORS on every answer, preflights answered. */
  cors?: boolean
  // biome-ignore lint/suspicious/noExplicitAny: each operation has types of its own
  operations: readonly Operation<any, any>[]
  /** Request limits of AWS's model (`constraints.json`): also the list of every operation that AWS has. */
  constraints: Constraints
  migrations: readonly Migration[]
  /** Undefined where there is no such resource: the caller's account is then taken as its owner. */
  resourceFacts?(arn: string, action: string, deps: Deps): ResourceFacts | undefined | Promise<ResourceFacts | undefined>
  /**
   * What the service answers that is no operation of its API: key sets, discovery documents, hosted pages. Undefined
   * where the request is not for it.
   */
  pages?(request: HttpRequest, deps: Deps): undefined | Promise<HttpResponse | undefined>
  /** Work to do once before the first request (a check of invariants, a sweep of what a crash left). */
  start?(deps: Deps): Promise<void>
}

/** The reduced form of AWS's published models that `tools/constraints.ts` makes. */
export interface Constraints {
  service: string
  apiVersion: string
  /** Operation name to the name of its input structure. */
  inputs: Record<string, string | null>
  structures: Record<string, unknown>
}

export type Handler<I, O> = (input: I, context: CallContext) => Promise<O>
