import { explain } from "../policy/index.ts"
import type { CallRecord } from "./journal.ts"

/** One line of a list of decisions. */
export const summariseCall = (record: CallRecord) => ({
  requestId: record.requestId,
  time: new Date(record.time).toISOString(),
  service: record.service,
  operation: record.operation,
  caller: record.callerArn,
  status: record.status,
  error: record.errorCode,
  message: record.errorMessage,
  allowed: record.judgements.every(({ decision }) => decision.allowed) && record.status < 400,
})

/** The call and, for each question that it raised, the whole trace: put to the engine again, on the same policies. */
export const describeCall = (record: CallRecord) => ({
  ...summariseCall(record),
  sourceIp: record.sourceIp,
  /** What was checked besides policies: tokens, mappings, scope-downs. */
  because: record.because,
  decisions: record.judgements.map(({ request, applicable, decision }) => ({
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    resourceAccount: request.resourceAccount,
    decision: decision.decision,
    because: decision.because,
    statements: decision.statements,
    explanation: explain(request, applicable),
  })),
})

export type DescribedCall = ReturnType<typeof describeCall>
