import type { Caller } from "./authentication/caller.ts"
import type { Requirement } from "./authorization/requirement.ts"
import type { Backends } from "./base/backends.ts"
import type { Clock } from "./base/clock.ts"
import type { Endpoint } from "./base/endpoint.ts"
import type { MasterKey } from "./base/master-key.ts"
import type { Outgoing } from "./base/outgoing.ts"
import type { Bytes } from "./bytes/bytes.ts"
import type { Courier } from "./delivery/courier.ts"
import type { LoginEndpoints } from "./federation/login-endpoints.ts"
import type { Peers } from "./peers.ts"
import type { Decision } from "./policy/index.ts"
import type { Store } from "./store/store.ts"
import type { WireError } from "./wire/errors.ts"
import type { HttpRequest } from "./wire/http.ts"
import type { Enqueuing } from "./work/work.ts"

/** How functions of Lambda are run: kept apart, as the server's own user, or not at all. */
export interface FunctionSettings {
  mode: "sandboxed" | "unsandboxed" | "off"
  /** Where their code is unpacked: in a directory of its own that is made here. */
  directory: string
  /** Where interpreters are looked for: a PATH. */
  searchPath: string
  /** A directory of modules for all of them: `node_modules` and `python` in it. */
  modules?: string
  onFault(error: unknown): void
}

/** What the server lends to every part for as long as it runs. */
export interface Deps {
  store: Store
  clock: Clock
  /** Where bytes lie that are too many for a row. */
  bytes: Bytes
  /** Durable work in the background. */
  work: Enqueuing
  masterKey: MasterKey
  endpoint: Endpoint
  /** Requests to other servers. */
  outgoing: Outgoing
  /** Where login providers are reached. */
  loginEndpoints: LoginEndpoints
  /** Where services are reached that this server has not, by their signing names; the operator says it. */
  serviceEndpoints: Readonly<Record<string, string>>
  /** Servers behind this one, which people name in what they configure: integrations of APIs. */
  backends: Backends
  /** Takes messages out of the house. */
  courier: Courier
  /** How functions are run. */
  functions: FunctionSettings
  /** Whether streams take and give as much as is sent and asked for: no throughput of shards, no limits of accounts. */
  unlimitedStreams: boolean
  /** What other services do for this one. */
  peers: Peers
  /** The account that `--account-id` names: the home of callers without one. */
  defaultAccount: string
  /** The access key of the root credentials: the default account's root user, whose secret is the server's own. */
  rootAccessKeyId: string
  defaultRegion: string
}

/** What one call may use, beside its input. A handler destructures what it needs. */
export interface CallContext extends Deps {
  requestId: string
  caller: Caller
  /** The region that the request is about: of its credential scope, else the server's own. */
  region: string
  /** The caller's account; for callers without one (`public` operations) the server's default account. */
  account: string
  request: HttpRequest
  /** Service principals through which the caller's request came here, in their order: `aws:CalledVia`. */
  calledVia?: readonly string[]
  /** Service principal of the service that calls, as a role of its own or for its caller. */
  callingService?: string
  /** What the answer carries beyond the output's members; a handler may write to it. */
  answer: AnswerExtras
  /** Whether the caller also holds this permission. Recorded, so that `hallpass explain` shows it. */
  isAllowed(requirement: Requirement): Promise<boolean>
  /** What is decided of it, for those who refuse in words of their own. Recorded likewise; at once where all is in memory. */
  judge(requirement: Requirement): Decision | Promise<Decision>
  /** The same, throwing the service's AccessDenied. */
  assertAllowed(requirement: Requirement): Promise<void>
  /**
   * Authorizes somebody else than the caller (a web identity before a role's trust policy, say) and records it the same
   * way. Returns whether it is allowed; the wire error is the caller's business.
   */
  decide(question: Question): Promise<boolean>
}

export interface AnswerExtras {
  /** In place of the status that the operation's model has: 206 of a ranged get. */
  status?: number
  /** Headers that are no member of the output, in lower case: `x-amz-tagging-count`. */
  headers: Record<string, string>
  /** Of an answer that refuses in a form of its own (a page, a redirect): what the log and `explain` are told. */
  refusal?: WireError
}

/** A decision that a handler asks for in its own terms. */
export interface Question {
  request: import("./policy/index.ts").Request
  applicable: import("./policy/index.ts").Applicable
}
