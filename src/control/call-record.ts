import { type Judged, nothingJudged } from "../authorization/judgement.ts"
import { keepText } from "../base/cut.ts"
import type { NotBuilt } from "../operation-errors.ts"
import type { Sender } from "../peers.ts"
import type { HttpRequest } from "../wire/http.ts"

/** What is known of one request when it has been answered: for its log line, for `hallpass explain`, for the metrics. */
export interface CallRecord {
  requestId: string
  /** Milliseconds since the epoch, by the server's clock. */
  time: number
  /** Its place among the calls of all nodes: microseconds of the system's clock, which nobody moves for a test. */
  order: number
  service: string
  operation: string | undefined
  method: string
  path: string
  sourceIp: string
  callerArn: string | undefined
  status: number
  errorCode: string | undefined
  errorMessage: string | undefined
  judged: Judged
  /** The private reason of a refusal that no policy gave: a token, a mapping, a scope-down. Any JSON value. */
  because: unknown
}

export const newCallRecord = (requestId: string, request: HttpRequest, time: number): CallRecord => ({
  requestId,
  time,
  order: 0,
  service: "",
  operation: undefined,
  method: request.method,
  path: request.path,
  sourceIp: request.remoteAddress,
  callerArn: undefined,
  status: 0,
  errorCode: undefined,
  errorMessage: undefined,
  judged: nothingJudged(),
  because: undefined,
})

/** What one service sends to another is recorded beside the requests: it came from the resource that the sender names. */
export const newEventRecord = (
  requestId: string,
  { principal, sourceArn }: Pick<Sender, "principal" | "sourceArn">,
  time: number,
): CallRecord => ({
  requestId,
  time,
  order: 0,
  service: "",
  operation: undefined,
  method: "EVENT",
  path: sourceArn,
  sourceIp: "",
  callerArn: principal,
  status: 0,
  errorCode: undefined,
  errorMessage: undefined,
  judged: nothingJudged(),
  because: undefined,
})

/** A request for what is not built comes to no operation: its record says what it was for all the same. */
export function nameNotBuilt(record: CallRecord, because: unknown): void {
  const { check, service, operation } = (because ?? {}) as Partial<NotBuilt>
  if (check !== "what is built") return
  record.service = keepText(service ?? "", NAME_LENGTH)
  record.operation ??= operation
}

const NAME_LENGTH = 64

/** Codes that say how things stand, and refuse nobody anything. */
const STATE =
  /NotFound|NoSuch|DoesNotExist|NotExist|Exists|InUse|Conflict|ConditionalCheck|PreconditionFailed|TransactionCanceled|Duplicate|AlreadyOwned|NotEmpty|NotModified/

/** The same, of those whose bodies tell no code. */
const STATE_STATUSES: ReadonlySet<number> = new Set([404, 409, 412, 416])

/** Whether the answer is an error, by its status or, of pages that a browser is sent on to, by what it is told there. */
export const isFailure = ({ status, errorCode }: Pick<CallRecord, "status" | "errorCode">): boolean =>
  status >= 400 || errorCode !== undefined

/**
 * Somebody was told no: by a policy, by a check that gave its private reason, or for what is wrong with the request. That
 * a key is not there, or there already, is an answer like any other.
 */
export function isRefusal({ status, because, errorCode }: CallRecord): boolean {
  if (!isFailure({ status, errorCode })) return false
  if (because !== undefined || status === 401 || status === 403 || status === 501) return true
  return status < 500 && !STATE_STATUSES.has(status) && !STATE.test(errorCode ?? "")
}

/** What nobody would ask about is forgotten at once: what was let in without a question. */
export const isMemorable = (record: CallRecord): boolean =>
  record.judged.allowed + record.judged.refused > 0 || isFailure(record)
